// Who talks to whom, with the protocol, how much, and since when.
import { Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Ends } from '@/components/Ends';
import { RowTable } from '@/components/RowTable';
import { Time } from '@/components/Time';
import { bytes, count } from '@/lib/time';
import { level, protocolName } from '@/lib/words';

function heard(row: Schemas['LinkRow']): 'both' | 'one' {
  return row.heard_to_client && row.heard_to_server ? 'both' : 'one';
}

function Levels({ row }: { readonly row: Schemas['LinkRow'] }) {
  if (!row.crosses_levels) return <>{level(row.client.level ?? row.server.level)}</>;
  return (
    <Label color="orange">
      {level(row.client.level)} → {level(row.server.level)}
    </Label>
  );
}

export function LinkTable({
  rows,
  label,
}: {
  readonly rows: readonly Schemas['LinkRow'][];
  readonly label: string;
}) {
  const { t } = useTranslation();
  return (
    <RowTable
      label={label}
      rows={rows}
      keyOf={(row) =>
        `${row.network} ${row.client.address} ${row.server.address} ${row.port} ${row.transport} ${row.protocol} ${row.depth}`
      }
      columns={[
        {
          title: t('traffic.who'),
          width: 35,
          show: (row) => <Ends client={row.client} server={row.server} />,
        },
        {
          title: t('traffic.protocol'),
          show: (row) =>
            `${protocolName(row.protocol)}${row.port > 0 ? ` (${row.transport} ${row.port})` : ''}`,
        },
        { title: t('traffic.levels'), show: (row) => <Levels row={row} /> },
        { title: t('traffic.messages'), show: (row) => count(row.messages) },
        { title: t('traffic.volume'), show: (row) => bytes(row.bytes_to_client + row.bytes_to_server) },
        { title: t('traffic.heard'), show: (row) => t(`traffic.heardWays.${heard(row)}`) },
        { title: t('traffic.first'), show: (row) => <Time at={row.first_seen} short /> },
        { title: t('traffic.last'), show: (row) => <Time at={row.last_seen} short /> },
      ]}
    />
  );
}
