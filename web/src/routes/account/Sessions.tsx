// Where one is logged in.
import { Button, Label } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { RowTable } from '@/components/RowTable';
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
          <RowTable
            label={t('account.sessions')}
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              { title: t('account.address'), show: (session) => session.address },
              { title: t('account.browser'), show: (session) => session.browser },
              { title: t('account.method'), show: (session) => word('method', session.method) },
              { title: t('account.began'), show: (session) => <Time at={session.began} /> },
              { title: t('account.lastUsed'), show: (session) => <Time at={session.last_used} short /> },
            ]}
            actions={(session) =>
              session.current ? (
                <Label color="green">{t('account.thisOne')}</Label>
              ) : (
                <Button variant="link" isDanger size="sm" onClick={() => end.mutate(session.id)}>
                  {t('account.end')}
                </Button>
              )
            }
          />
        )}
      </States>
    </>
  );
}
