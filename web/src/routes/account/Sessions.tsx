// Where one is logged in.
import { Button, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { States } from '@/components/states';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { word } from '@/lib/words';

export function Sessions() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: () => ask(client.GET('/api/v1/account/sessions', { params: { query: { limit: 100 } } })),
  });
  const end = useMutation({
    mutationFn: (id: string) =>
      ask(client.DELETE('/api/v1/account/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <>
      <Told error={end.error} />
      <States of={sessions}>
        {({ items }) => (
          <Table variant="compact" aria-label={t('account.sessions')}>
            <Thead>
              <Tr>
                <Th>{t('account.address')}</Th>
                <Th>{t('account.browser')}</Th>
                <Th>{t('account.method')}</Th>
                <Th>{t('account.began')}</Th>
                <Th>{t('account.lastUsed')}</Th>
                <Th screenReaderText={t('common.actions')} />
              </Tr>
            </Thead>
            <Tbody>
              {items.map((session) => (
                <Tr key={session.id}>
                  <Td>{session.address}</Td>
                  <Td>{session.browser}</Td>
                  <Td>{word('method', session.method)}</Td>
                  <Td>
                    <Time at={session.began} />
                  </Td>
                  <Td>
                    <Time at={session.last_used} short />
                  </Td>
                  <Td isActionCell>
                    {session.current ? (
                      <Label color="green">{t('account.thisOne')}</Label>
                    ) : (
                      <Button variant="link" isDanger size="sm" onClick={() => end.mutate(session.id)}>
                        {t('account.end')}
                      </Button>
                    )}
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
      </States>
    </>
  );
}
