// Decoded commands, newest first: when, who, whom, what, what became of it.
import { Button, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import type { paths } from '@/api/schema';
import { Ends } from '@/components/Ends';
import { Hidden } from '@/components/Hidden';
import { Empty, States } from '@/components/states';
import { count, moment } from '@/lib/time';
import { word } from '@/lib/words';
import { useSession } from '@/session/session';

export type CommandQuery = NonNullable<paths['/api/v1/history/commands']['get']['parameters']['query']>;

/** Verbs that change what a plant does; they are marked so that they are not read past. */
const GRAVE: ReadonlySet<string> = new Set([
  'write',
  'operate',
  'force',
  'configure',
  'download-program',
  'delete-program',
  'start',
  'stop',
  'change-mode',
  'reset',
  'update-firmware',
  'write-file',
  'delete-file',
  'manage-user',
]);

export function VerbLabel({ verb }: { readonly verb: string }) {
  return (
    <Label color={GRAVE.has(verb) ? 'orange' : 'grey'} variant={GRAVE.has(verb) ? 'filled' : 'outline'}>
      {word('verb', verb)}
    </Label>
  );
}

function what(row: Schemas['HistoryCommand']): string {
  const target = [row.space, row.target].filter(Boolean).join(' ');
  return [row.name, target, row.part].filter(Boolean).join(' ・ ');
}

const LIMIT = 100;

function useCommands(query: CommandQuery) {
  return useInfiniteQuery({
    queryKey: ['history-commands', query],
    queryFn: ({ pageParam }) => {
      const window = pageParam
        ? { from: pageParam.from, until: pageParam.until, cursor: pageParam.next }
        : {};
      const whole = { ...query, ...window, limit: LIMIT };
      return ask(client.GET('/api/v1/history/commands', { params: { query: whole } }));
    },
    initialPageParam: undefined as { from: string; until: string; next: string } | undefined,
    getNextPageParam: ({ next, from, until }) => (next ? { next, from, until } : undefined),
    staleTime: Infinity,
  });
}

export function CommandTable({ query }: { readonly query: CommandQuery }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const commands = useCommands(query);
  return (
    <States of={commands}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        if (pages[0]?.is_kept === false) return <Empty>{t('traffic.notKept')}</Empty>;
        if (rows.length === 0)
          return <Empty title={t('traffic.noCommands')}>{t('traffic.noCommandsBody')}</Empty>;
        return (
          <>
            <Table variant="compact" aria-label={t('traffic.commands')} gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  <Th width={15}>{t('traffic.time')}</Th>
                  <Th width={30}>{t('traffic.who')}</Th>
                  <Th width={15}>{t('traffic.verb')}</Th>
                  <Th width={25}>{t('traffic.what')}</Th>
                  <Th>{t('traffic.outcome')}</Th>
                  <Th>{t('traffic.times')}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {rows.map((row, index) => (
                  <Tr key={`${row.first_seen} ${index}`}>
                    <Td>{moment(row.first_seen, zone)}</Td>
                    <Td>
                      <Ends client={row.client} server={row.server} />
                    </Td>
                    <Td>
                      <VerbLabel verb={row.verb} />
                    </Td>
                    <Td className="wide-text">
                      {row.protocol} {what(row)}
                    </Td>
                    <Td>
                      {word('phase', row.phase)}
                      {row.outcome && ` ${word('outcome', row.outcome)}`}
                      {row.reason && ` (${row.reason})`}
                    </Td>
                    <Td>{count(row.count)}</Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
            {commands.hasNextPage && (
              <Button
                variant="link"
                isLoading={commands.isFetchingNextPage}
                onClick={() => void commands.fetchNextPage()}
              >
                {t('common.more')}
              </Button>
            )}
            <Hidden count={pages.at(-1)?.hidden ?? 0} />
          </>
        );
      }}
    </States>
  );
}
