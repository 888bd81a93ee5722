// The score from day to day, with its range and its bands, and why it changed.
import { Button, Label } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Chart } from '@/components/Chart';
import { RiskBand } from '@/components/RiskBand';
import { RowTable } from '@/components/RowTable';
import { count } from '@/lib/time';
import { said, score } from '@/lib/weakness';
import { Part } from './Part';
import type { AssetRisk } from './RiskTab';

type Day = Schemas['SeriesRow'];

const FEW = 10;
const BANDS = ['low', 'medium', 'high', 'critical'] as const;
const FORMS = {
  low: { color: '#6a6e73', symbol: 'circle' },
  medium: { color: '#b98412', symbol: 'rect' },
  high: { color: '#ca6c0f', symbol: 'triangle' },
  critical: { color: '#c9190b', symbol: 'diamond' },
} as const;

const at = (day: string) => new Date(`${day}T00:00:00Z`).getTime();

/** Points of a line that stays until the next day that was kept, and from the last one until now. */
function points(days: readonly Day[], end: number, of: (row: Day) => number): [number, number][] {
  const found = days.map((row): [number, number] => [at(row.day), of(row)]);
  const last = found.at(-1);
  return last && last[0] < end ? [...found, [end, last[1]]] : found;
}

function useOption(risk: AssetRisk) {
  const { t } = useTranslation();
  return useMemo(() => {
    const days = risk.series.filter((row) => row.active);
    const end = new Date(risk.time).getTime();
    const line = { type: 'line', step: 'end', showSymbol: false } as const;
    const edge = { ...line, lineStyle: { type: 'dashed', width: 1 }, color: '#8a8d90' } as const;
    return {
      legend: { top: 0 },
      grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
      xAxis: { type: 'time', minInterval: 86_400_000 },
      yAxis: { type: 'value', min: 0, max: 100 },
      series: [
        {
          ...line,
          name: t('arithmetic.score'),
          color: '#0066cc',
          data: points(days, end, (row) => row.score.value),
        },
        { ...edge, name: t('arithmetic.low'), data: points(days, end, (row) => row.score.low) },
        { ...edge, name: t('arithmetic.high'), data: points(days, end, (row) => row.score.high) },
        ...BANDS.map((band) => ({
          type: 'line',
          name: said('band', band),
          color: FORMS[band].color,
          symbol: FORMS[band].symbol,
          symbolSize: 11,
          lineStyle: { width: 0 },
          data: days.filter((row) => row.band === band).map((row) => [at(row.day), row.score.value]),
        })),
      ],
    };
  }, [risk, t]);
}

function Reasons({ row, before }: { readonly row: Day; readonly before: Day | undefined }) {
  const { t } = useTranslation();
  const isRebased = before !== undefined && before.method !== row.method;
  return (
    <>
      {row.reasons.map((reason) => said('reason', reason)).join(t('common.and'))}{' '}
      {isRebased && <Label variant="outline">{t('arithmetic.rebased')}</Label>}
      {!row.active && <Label variant="outline">{t('arithmetic.inactive')}</Label>}
    </>
  );
}

export function History({ risk }: { readonly risk: AssetRisk }) {
  const { t } = useTranslation();
  const option = useOption(risk);
  const [isWhole, setWhole] = useState(false);
  const newest = [...risk.series].reverse();
  const shown = isWhole ? newest : newest.slice(0, FEW);
  if (newest.length === 0)
    return (
      <Part title={t('arithmetic.history')}>
        <p>{t('arithmetic.noHistory')}</p>
      </Part>
    );
  return (
    <Part title={t('arithmetic.history')}>
      <Chart option={option} label={t('arithmetic.historyLabel')} />
      <RowTable
        label={t('arithmetic.history')}
        rows={shown}
        keyOf={(row) => row.day}
        columns={[
          { title: t('arithmetic.day'), show: (row) => row.day },
          { title: t('arithmetic.band'), show: (row) => <RiskBand band={row.band} /> },
          {
            title: t('arithmetic.score'),
            show: (row) => `${score(row.score.value)} (${score(row.score.low)} – ${score(row.score.high)})`,
          },
          {
            title: t('arithmetic.reasons'),
            width: 40,
            show: (row) => <Reasons row={row} before={newest[newest.indexOf(row) + 1]} />,
          },
        ]}
      />
      {newest.length > FEW && !isWhole && (
        <Button variant="link" onClick={() => setWhole(true)}>
          {t('arithmetic.allDays', { n: count(newest.length) })}
        </Button>
      )}
    </Part>
  );
}
