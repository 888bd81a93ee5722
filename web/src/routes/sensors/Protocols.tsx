// Per protocol: what was understood and what broke its rules.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ask, client } from '@/api/client';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { percent } from '@/lib/health';
import { count } from '@/lib/time';
import { protocolName } from '@/lib/words';

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
          <RowTable
            label={t('sensors.protocols')}
            rows={[...items].sort(
              (left, right) => right.malformed - left.malformed || right.messages - left.messages,
            )}
            keyOf={({ protocol }) => protocol}
            columns={[
              {
                title: t('traffic.protocol'),
                show: ({ protocol }) => (
                  <Link to={`/traffic?tab=links&protocol=${encodeURIComponent(protocol)}`}>
                    {protocolName(protocol)}
                  </Link>
                ),
              },
              { title: t('sensors.packets'), show: (row) => count(row.packets) },
              { title: t('sensors.parsed'), show: (row) => count(row.messages) },
              { title: t('sensors.malformed'), show: (row) => count(row.malformed) },
              {
                title: t('sensors.malformedShare'),
                show: (row) => {
                  const share = percent(row.malformed, row.messages + row.malformed);
                  return share === null ? t('common.notMeasured') : `${share}%`;
                },
              },
            ]}
          />
        )
      }
    </States>
  );
}
