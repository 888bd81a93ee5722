// The matrix: likelihood upwards, impact to the right. Each cell names its band, so that no colour is needed.
import { Content } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RiskGrid } from '@/components/RiskGrid';
import { bandRank, riskWord, useComparedFrom, type RiskCell, type RiskSummary } from '@/lib/risk';
import { calendarDay, count } from '@/lib/time';

interface Grid {
  readonly at: (likelihood: number, impact: number) => RiskCell | undefined;
  /** Beyond what the owner lives with. */
  readonly isUrgent: (likelihood: number, impact: number) => boolean;
}

function gridOf(risk: Pick<RiskSummary, 'cells' | 'tolerable'>): Grid {
  const cells = new Map(risk.cells.map((cell) => [`${cell.likelihood} ${cell.impact}`, cell]));
  const at = (likelihood: number, impact: number) => cells.get(`${likelihood} ${impact}`);
  const isUrgent = (likelihood: number, impact: number) => {
    const cell = at(likelihood, impact);
    return cell !== undefined && bandRank(cell.band) > bandRank(risk.tolerable);
  };
  return { at, isUrgent };
}

/** The frame of the region: an edge wherever the next cell lies outside of it. */
function frameOf({ isUrgent }: Grid, likelihood: number, impact: number): string {
  if (!isUrgent(likelihood, impact)) return '';
  const edges = [
    !isUrgent(likelihood + 1, impact) && 'risk-edge-top',
    !isUrgent(likelihood - 1, impact) && 'risk-edge-bottom',
    !isUrgent(likelihood, impact - 1) && 'risk-edge-start',
    !isUrgent(likelihood, impact + 1) && 'risk-edge-end',
  ];
  return edges.filter(Boolean).join(' ');
}

/** What a cell holds, in one sentence for who does not see it. */
function useCellText(): (cell: RiskCell, isUrgent: boolean) => string {
  const { t } = useTranslation();
  return (cell, isUrgent) => {
    const { likelihood, impact, band, moved = null, hatched, ranged } = cell;
    const way = moved === null || moved === 0 ? null : moved > 0 ? 'more' : 'fewer';
    const said = [
      t('risk.matrix.cell', { likelihood, impact, band: riskWord('band', band), n: count(cell.count) }),
      isUrgent && t('risk.matrix.urgentCell'),
      way && t(`risk.matrix.${way}`, { n: count(Math.abs(moved ?? 0)) }),
      hatched > 0 && t('risk.matrix.acceptedLong', { n: count(hatched) }),
      ranged > 0 && t('risk.matrix.rangedLong', { n: count(ranged) }),
    ];
    return said.filter(Boolean).join(t('common.and'));
  };
}

/** What is seen of a cell; who does not see it is told the whole sentence instead. */
function Inside({ cell, text }: { readonly cell: RiskCell; readonly text: string }) {
  const { t } = useTranslation();
  const { moved = null } = cell;
  return (
    <>
      <span className="pf-v6-screen-reader">{text}</span>
      <span aria-hidden="true" className="risk-cell-seen">
        <span className="risk-cell-band">{riskWord('band', cell.band)}</span>
        <span>
          <strong className="risk-cell-count">{count(cell.count)}</strong>
          {moved !== null && moved !== 0 && (
            <span className="risk-cell-moved">
              {moved > 0 ? '▲' : '▼'}
              {count(Math.abs(moved))}
            </span>
          )}
        </span>
        {cell.hatched > 0 && <small>{t('risk.matrix.accepted', { n: count(cell.hatched) })}</small>}
        {cell.ranged > 0 && <small>{t('risk.matrix.ranged', { n: count(cell.ranged) })}</small>}
      </span>
    </>
  );
}

interface MatrixProps {
  readonly risk: RiskSummary;
  /** Makes a cell that holds devices operable. */
  readonly cell: (cell: RiskCell, inside: ReactNode) => ReactNode;
}

export function Matrix({ risk, cell: operable }: MatrixProps) {
  const { t } = useTranslation();
  const from = useComparedFrom(risk);
  const textOf = useCellText();
  const grid = gridOf(risk);
  const draw = (likelihood: number, impact: number) => {
    const cell = grid.at(likelihood, impact);
    if (!cell) return <td key={impact} />;
    const text = textOf(cell, grid.isUrgent(likelihood, impact));
    const inside = <Inside cell={cell} text={text} />;
    const look = `risk-cell risk-band-${cell.band} ${cell.hatched > 0 ? 'risk-hatched' : ''}`;
    return (
      <td key={impact} className={`risk-place ${frameOf(grid, likelihood, impact)}`}>
        <div className={look}>{operable(cell, inside)}</div>
      </td>
    );
  };
  return (
    <div className="risk-matrix">
      <div className="risk-urgent">{t('risk.matrix.urgent')}</div>
      <RiskGrid label={t('risk.matrix.label')} cell={draw} />
      <Content component="small" className="risk-legend">
        {from ? t('risk.matrix.legendNoWeek', { day: calendarDay(from) }) : t('risk.matrix.legend')}
      </Content>
    </div>
  );
}
