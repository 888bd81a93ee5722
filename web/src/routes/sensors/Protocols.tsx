// Per protocol: what was understood and what broke its rules.
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ask, client } from '@/api/client';
import { Empty, States } from '@/components/states';
import { percent } from '@/lib/health';
import { count } from '@/lib/time';

export function useProtocols() {
  return useQuery({
    queryKey: ['protocols'],
    queryFn: () => ask(client.GET('/api/v1/protocols')),
    refetchInterval: 30_000,
  });
}

export function Protocols() {
  const { t } = useTranslation();
  const protocols = useProtocols();
  return (
    <States of={protocols}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t('traffic.noProtocols')}>{t('sensors.noneBody')}</Empty>
        ) : (
          <Table variant="compact" aria-label={t('sensors.protocols')}>
            <Thead>
              <Tr>
                <Th>{t('traffic.protocol')}</Th>
                <Th>{t('sensors.packets')}</Th>
                <Th>{t('sensors.parsed')}</Th>
                <Th>{t('sensors.malformed')}</Th>
                <Th>{t('sensors.malformedShare')}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {[...items]
                .sort((left, right) => right.malformed - left.malformed || right.messages - left.messages)
                .map((row) => (
                  <Tr key={row.protocol}>
                    <Td>
                      <Link to={`/traffic?tab=links&protocol=${encodeURIComponent(row.protocol)}`}>
                        {row.protocol}
                      </Link>
                    </Td>
                    <Td>{count(row.packets)}</Td>
                    <Td>{count(row.messages)}</Td>
                    <Td>{count(row.malformed)}</Td>
                    <Td>
                      {percent(row.malformed, row.messages + row.malformed) ?? t('common.notMeasured')}%
                    </Td>
                  </Tr>
                ))}
            </Tbody>
          </Table>
        )
      }
    </States>
  );
}
