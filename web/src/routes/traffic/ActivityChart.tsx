// Traffic over time: protocols, verbs, and machines that ask; and the same numbers as a table.
import { Notice } from '@/components/Notice';
import {
  Content,
  ExpandableSection,
  FormSelect,
  FormSelectOption,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { ask, client, type Schemas } from '@/api/client';
import { Chart } from '@/components/Chart';
import { Hidden } from '@/components/Hidden';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { bytes, count, minuteOf, moment } from '@/lib/time';
import { protocolName, word } from '@/lib/words';
import { serverNow, useSession } from '@/session/session';
import { useAsked } from './asked';
import { SpanSelect } from './SpanSelect';

const BYS = ['protocol', 'verb', 'talker'] as const;
type By = (typeof BYS)[number];
const MEASURES = ['times', 'rows', 'bytes'] as const;
type Measure = (typeof MEASURES)[number];

type Activity = Schemas['Activity'];
type Series = Schemas['ActivitySeries'];

const HOUR_MS = 3_600_000;
/** Hours of a column, so that a span has a readable number of them. */
const WIDTH = { '1h': 1, '24h': 1, '7d': 6 } as const;
const SPAN_HOURS = { '1h': 6, '24h': 24, '7d': 168 } as const;
const AGAIN_MS = 60_000;

function useActivity(by: By, span: keyof typeof WIDTH) {
  return useQuery({
    queryKey: ['activity', by, span],
    queryFn: () => {
      // Whole hours: a column that was cut would not count what its rows say.
      const from = Math.floor(serverNow() / HOUR_MS - SPAN_HOURS[span] + 1) * HOUR_MS;
      const query = { by, hours: WIDTH[span], from: new Date(from).toISOString() };
      return ask(client.GET('/api/v1/history/activity', { params: { query } }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
}

function nameOf(series: Series, by: By, others: string): string {
  if (series.is_others) return others;
  if (by === 'protocol') return protocolName(series.key);
  return by === 'verb' ? word('verb', series.key) : (series.name ?? series.key);
}

/** The list that shows exactly what a bar counts; none for the others, which are many. */
function rowsOf(activity: Activity, by: By, series: Series, column: number): string | null {
  const from = activity.columns[column];
  if (series.is_others || from === undefined || !series.rows[column]) return null;
  const until = activity.columns[column + 1] ?? activity.until;
  const what: Record<string, string> =
    by === 'verb'
      ? { tab: 'commands', verb: series.key }
      : by === 'protocol'
        ? { tab: 'flows', protocol: series.key, innermost: 'true' }
        : { tab: 'flows', asset: series.key, asks: 'true' };
  return `/traffic?${new URLSearchParams({ ...what, from, until, begun: 'true' })}`;
}

interface SumsProps {
  readonly activity: Activity;
  readonly by: By;
  readonly measure: Measure;
}

function Bars({ activity, by, measure }: SumsProps) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const navigate = useNavigate();
  const { items, columns } = activity;
  const others = t('traffic.others');
  const option = useMemo(
    () => ({
      // Patterns besides colours: thirteen colours are more than anybody tells apart.
      aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
      grid: { left: 8, right: 24, top: 64, bottom: 8, containLabel: true },
      legend: { type: 'scroll', top: 0 },
      xAxis: {
        type: 'category',
        data: columns.map((at) => minuteOf(at, zone)),
        axisLabel: { hideOverlap: true },
      },
      yAxis: {
        type: 'value',
        axisLabel: measure === 'bytes' ? { formatter: (value: number) => bytes(value) } : {},
      },
      series: items.map((series) => ({
        type: 'bar',
        stack: 'all',
        name: nameOf(series, by, others),
        data: series[measure],
        barMaxWidth: 32,
        cursor: series.is_others ? 'default' : 'pointer',
      })),
    }),
    [items, columns, by, measure, zone, others],
  );
  return (
    <Chart
      option={option}
      label={`${t('traffic.chart')}: ${t(`traffic.bys.${by}`)}`}
      height={380}
      onPick={(series, column) => {
        const picked = items[series];
        const to = picked && rowsOf(activity, by, picked, column);
        if (to) void navigate(to);
      }}
    />
  );
}

function Numbers({ activity, by, measure }: SumsProps) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const written = (value: number) => (measure === 'bytes' ? bytes(value) : count(value));
  const named = activity.items.map((series) => ({ series, name: nameOf(series, by, t('traffic.others')) }));
  const rows = activity.columns.map((at, column) => ({ at, column }));
  return (
    <div className="wide-table">
      <RowTable
        label={t('traffic.table')}
        rows={rows.reverse()}
        keyOf={({ at }) => at}
        gridBreakPoint=""
        columns={[
          { title: t('traffic.column'), show: ({ at }) => moment(at, zone) },
          ...named.map(({ series, name }, index) => ({
            // Two machines may have one name.
            title:
              named.findIndex((other) => other.name === name) === index ? name : `${name} (${index + 1})`,
            show: ({ at, column }: { at: string; column: number }) => {
              const value = written(series[measure][column] ?? 0);
              const to = rowsOf(activity, by, series, column);
              if (!to) return value;
              return (
                <Link
                  to={to}
                  aria-label={`${value}: ${t('traffic.openBar', { name, time: moment(at, zone) })}`}
                >
                  {value}
                </Link>
              );
            },
          })),
        ]}
      />
    </div>
  );
}

export function ActivityChart() {
  const { t } = useTranslation();
  const asked = useAsked();
  const [by, setBy] = useState<By>('protocol');
  const [chosen, setMeasure] = useState<Measure>('times');
  const [isOpen, setOpen] = useState(false);
  const activity = useActivity(by, asked.span);
  // Commands have no volume of their own.
  const measure = by === 'verb' && chosen === 'bytes' ? 'times' : chosen;
  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ToolbarItem>
            <FormSelect aria-label={t('traffic.by')} value={by} onChange={(_, value) => setBy(value as By)}>
              {BYS.map((name) => (
                <FormSelectOption key={name} value={name} label={t(`traffic.bys.${name}`)} />
              ))}
            </FormSelect>
          </ToolbarItem>
          <ToolbarItem>
            <FormSelect
              aria-label={t('traffic.measure')}
              value={measure}
              onChange={(_, value) => setMeasure(value as Measure)}
            >
              {MEASURES.filter((name) => by !== 'verb' || name !== 'bytes').map((name) => (
                <FormSelectOption key={name} value={name} label={t(`traffic.measures.${name}`)} />
              ))}
            </FormSelect>
          </ToolbarItem>
          <ToolbarItem>
            <SpanSelect asked={asked} />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      <Content component="p">{t('traffic.chartLead')}</Content>
      <States of={activity}>
        {(known) => {
          if (!known.is_kept) return <Empty>{t('traffic.notKept')}</Empty>;
          if (known.items.length === 0)
            return (
              <Empty title={t('traffic.noFlows')} hidden={known.hidden}>
                {t('traffic.noFlowsBody')}
              </Empty>
            );
          return (
            <>
              {!known.is_whole && <Notice variant="warning" title={t('traffic.notWholeSum')} />}
              {known.damaged.length > 0 && (
                <Notice variant="warning" title={t('traffic.damaged', { n: known.damaged.length })} />
              )}
              <Bars activity={known} by={by} measure={measure} />
              <ExpandableSection
                toggleText={t('traffic.table')}
                isExpanded={isOpen}
                onToggle={(_, open) => setOpen(open)}
              >
                <Numbers activity={known} by={by} measure={measure} />
              </ExpandableSection>
              <Hidden count={known.hidden} />
            </>
          );
        }}
      </States>
    </>
  );
}
