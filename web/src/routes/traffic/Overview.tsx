// The whole traffic at a glance: verbs, protocols and the busiest talkers since the recording began.
import { Card, CardBody, CardTitle, Grid, GridItem } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Chart } from '@/components/Chart';
import { endName } from '@/components/Ends';
import { Hidden } from '@/components/Hidden';
import { Empty, States } from '@/components/states';
import { word } from '@/lib/words';
import { useProtocols } from '@/routes/sensors/Protocols';
import { withNames } from '@/routes/map/model';
import { useMapAssets, useMapLinks, whole } from '@/routes/map/useMapData';

/** Bars of a chart. */
const MOST = 12;

type Tally = readonly (readonly [string, number])[];

function tally(pairs: Iterable<readonly [string, number]>): Tally {
  const sums = new Map<string, number>();
  for (const [name, n] of pairs) sums.set(name, (sums.get(name) ?? 0) + n);
  return [...sums].sort((left, right) => right[1] - left[1]).slice(0, MOST);
}

function Bars({ title, rows }: { readonly title: string; readonly rows: Tally }) {
  const { t } = useTranslation();
  const option = useMemo(() => {
    const shown = [...rows].reverse();
    return {
      grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: 'log', logBase: 10, min: 1, axisLabel: { hideOverlap: true } },
      yAxis: { type: 'category', data: shown.map(([name]) => name), axisLabel: { interval: 0 } },
      series: [{ type: 'bar', data: shown.map(([, n]) => Math.max(1, n)), barMaxWidth: 18 }],
    };
  }, [rows]);
  const told = rows.map(([name, n]) => `${name} ${n}`).join(t('common.and'));
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        {rows.length === 0 ? (
          <Empty>{t('sensors.noneBody')}</Empty>
        ) : (
          <Chart option={option} label={`${title}: ${told}`} height={360} />
        )}
      </CardBody>
    </Card>
  );
}

function useAllCommands() {
  return useQuery({
    queryKey: ['commands', 'all'],
    queryFn: () =>
      whole<Schemas['CommandRow']>((cursor) =>
        ask(client.GET('/api/v1/commands', { params: { query: { limit: 500, cursor } } })),
      ),
    refetchInterval: 60_000,
  });
}

export function Overview() {
  const { t } = useTranslation();
  const commands = useAllCommands();
  const links = useMapLinks();
  const protocols = useProtocols();
  const assets = useMapAssets().data?.items ?? [];
  const hidden = (links.data?.hidden ?? 0) + (commands.data?.hidden ?? 0);
  return (
    <>
      <Grid hasGutter>
        <GridItem xl={4}>
          <States of={commands}>
            {({ items }) => (
              <Bars
                title={t('traffic.byVerb')}
                rows={tally(items.map((row) => [word('verb', row.verb), row.requests + row.unsolicited]))}
              />
            )}
          </States>
        </GridItem>
        <GridItem xl={4}>
          <States of={protocols}>
            {({ items }) => (
              <Bars
                title={t('traffic.byProtocol')}
                rows={tally(items.map((row) => [row.protocol, row.messages]))}
              />
            )}
          </States>
        </GridItem>
        <GridItem xl={4}>
          <States of={links}>
            {({ items }) => (
              <Bars
                title={t('traffic.byTalker')}
                rows={tally(
                  withNames(items, assets)
                    .filter((row) => row.client.asset !== null)
                    .map((row) => [endName(row.client), row.messages]),
                )}
              />
            )}
          </States>
        </GridItem>
      </Grid>
      <Hidden count={hidden} />
    </>
  );
}
