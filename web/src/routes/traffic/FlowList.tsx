// Conversations of the past, hour by hour: who with whom, in which protocol, how much.
import { More } from '@/components/More';
import { Label, Switch, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { Ends } from '@/components/Ends';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { ProtocolSelect } from '@/components/VerbSelect';
import { bytes, count, moment } from '@/lib/time';
import { level, protocolName } from '@/lib/words';
import { useProtocols } from '@/routes/sensors/Protocols';
import { useSession } from '@/session/session';
import { useAsked, type HistoryQuery } from './asked';
import { Counted } from './Counted';
import { SpanSelect } from './SpanSelect';

const LIMIT = 100;

function useFlows({ verb: _, ...query }: HistoryQuery) {
  return useInfiniteQuery({
    queryKey: ['history-flows', query],
    queryFn: ({ pageParam }) => {
      const window = pageParam
        ? { from: pageParam.from, until: pageParam.until, cursor: pageParam.next }
        : {};
      return ask(
        client.GET('/api/v1/history/flows', { params: { query: { ...query, ...window, limit: LIMIT } } }),
      );
    },
    initialPageParam: undefined as { from: string; until: string; next: string } | undefined,
    getNextPageParam: ({ next, from, until }) => (next ? { next, from, until } : undefined),
    staleTime: Infinity,
  });
}

function FlowRows({ query }: { readonly query: HistoryQuery }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const flows = useFlows(query);
  return (
    <States of={flows}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        if (pages[0]?.is_kept === false) return <Empty>{t('traffic.notKept')}</Empty>;
        if (rows.length === 0)
          return (
            <Empty title={t('traffic.noFlows')} hidden={pages.at(-1)?.hidden}>
              {t('traffic.noFlowsBody')}
            </Empty>
          );
        return (
          <>
            <RowTable
              label={t('traffic.flows')}
              rows={rows}
              keyOf={(row, index) => `${row.first_seen} ${index}`}
              columns={[
                { title: t('traffic.first'), width: 15, show: (row) => moment(row.first_seen, zone) },
                { title: t('traffic.last'), width: 15, show: (row) => moment(row.last_seen, zone) },
                {
                  title: t('traffic.who'),
                  width: 25,
                  show: (row) => <Ends client={row.client} server={row.server} />,
                },
                {
                  title: t('traffic.protocol'),
                  show: (row) =>
                    `${protocolName(row.protocol)}${row.server.port ? ` (${row.transport} ${row.server.port})` : ''}`,
                },
                {
                  title: t('traffic.levels'),
                  show: (row) =>
                    row.crosses_levels && (
                      <Label color="orange">
                        {level(row.client.level)} → {level(row.server.level)}
                      </Label>
                    ),
                },
                { title: t('traffic.conversations'), show: (row) => count(row.begun) },
                { title: t('traffic.messages'), show: (row) => count(row.messages) },
                {
                  title: t('traffic.volume'),
                  show: (row) => bytes(row.bytes_to_client + row.bytes_to_server),
                },
              ]}
            />
            <More list={flows} hidden={pages.at(-1)?.hidden ?? 0} />
          </>
        );
      }}
    </States>
  );
}

export function FlowList() {
  const { t } = useTranslation();
  const asked = useAsked();
  const { query, set } = asked;
  const protocols = (useProtocols().data?.items ?? []).map((row) => row.protocol);
  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ToolbarItem>
            <ProtocolSelect
              label={t('traffic.protocol')}
              value={query.protocol ?? ''}
              onChange={(value) => set('protocol', value)}
              protocols={protocols}
            />
          </ToolbarItem>
          {!asked.isCounted && (
            <ToolbarItem>
              <SpanSelect asked={asked} />
            </ToolbarItem>
          )}
          <ToolbarItem alignSelf="center">
            <Switch
              id="crossing-flows"
              label={t('traffic.onlyCrossing')}
              isChecked={query.crosses_levels ?? false}
              onChange={(_, checked) => set('crosses_levels', checked ? 'true' : '')}
            />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      <Counted asked={asked} />
      <FlowRows query={query} />
    </>
  );
}
