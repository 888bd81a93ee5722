// Decoded commands, newest first: when, who, whom, what, what became of it.
import { More } from '@/components/More';
import { Label } from '@patternfly/react-core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import type { paths } from '@/api/schema';
import { Ends } from '@/components/Ends';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { count, moment } from '@/lib/time';
import { protocolName, word } from '@/lib/words';
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
          return (
            <Empty title={t('traffic.noCommands')} hidden={pages.at(-1)?.hidden}>
              {t('traffic.noCommandsBody')}
            </Empty>
          );
        return (
          <>
            <RowTable
              label={t('traffic.commands')}
              rows={rows}
              keyOf={(row, index) => `${row.first_seen} ${index}`}
              columns={[
                { title: t('traffic.time'), width: 15, show: (row) => moment(row.first_seen, zone) },
                {
                  title: t('traffic.who'),
                  width: 30,
                  show: (row) => <Ends client={row.client} server={row.server} />,
                },
                { title: t('traffic.verb'), width: 15, show: (row) => <VerbLabel verb={row.verb} /> },
                {
                  title: t('traffic.what'),
                  width: 25,
                  show: (row) => `${protocolName(row.protocol)} ${what(row)}`,
                  isWide: true,
                },
                {
                  title: t('traffic.outcome'),
                  show: (row) => (
                    <>
                      {word('phase', row.phase)}
                      {row.outcome && ` ${word('outcome', row.outcome)}`}
                      {row.reason && ` (${row.reason})`}
                    </>
                  ),
                },
                { title: t('traffic.times'), show: (row) => count(row.count) },
              ]}
            />
            <More list={commands} hidden={pages.at(-1)?.hidden ?? 0} />
          </>
        );
      }}
    </States>
  );
}
