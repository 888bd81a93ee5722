// Who talks to whom, with the protocol, how much, and since when.
import { Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Ends } from '@/components/Ends';
import { Time } from '@/components/Time';
import { bytes, count } from '@/lib/time';
import { level } from '@/lib/words';

function heard(row: Schemas['LinkRow']): 'both' | 'one' {
  return row.heard_to_client && row.heard_to_server ? 'both' : 'one';
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
    <Table variant="compact" aria-label={label} gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th width={35}>{t('traffic.who')}</Th>
          <Th>{t('traffic.protocol')}</Th>
          <Th>{t('traffic.levels')}</Th>
          <Th>{t('traffic.messages')}</Th>
          <Th>{t('traffic.volume')}</Th>
          <Th>{t('traffic.heard')}</Th>
          <Th>{t('traffic.first')}</Th>
          <Th>{t('traffic.last')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row) => (
          <Tr
            key={`${row.network} ${row.client.address} ${row.server.address} ${row.port} ${row.transport} ${row.protocol} ${row.depth}`}
          >
            <Td>
              <Ends client={row.client} server={row.server} />
            </Td>
            <Td>
              {row.protocol}
              {row.port > 0 && ` (${row.transport} ${row.port})`}
            </Td>
            <Td>
              {row.crosses_levels ? (
                <Label color="orange">
                  {level(row.client.level)} → {level(row.server.level)}
                </Label>
              ) : (
                level(row.client.level ?? row.server.level)
              )}
            </Td>
            <Td>{count(row.messages)}</Td>
            <Td>{bytes(row.bytes_to_client + row.bytes_to_server)}</Td>
            <Td>{t(`traffic.heardWays.${heard(row)}`)}</Td>
            <Td>
              <Time at={row.first_seen} short />
            </Td>
            <Td>
              <Time at={row.last_seen} short />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
