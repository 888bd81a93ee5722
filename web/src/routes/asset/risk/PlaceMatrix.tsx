// The matrix of one asset: where it stands now, where it would stand after the chosen actions, and an arrow from here to there.
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { RiskGrid } from '@/components/RiskGrid';
import { riskWord, useRisk } from '@/lib/risk';
import { isSame, type Place } from './place';

/** The matrix is that of the whole plant. */
const WHOLE = {};
/** The arrow begins and ends beside the words of its cells: at these shares of their width. */
const [LEFT, RIGHT] = [0.1, 0.9];

/** Drawn from within the cell where it begins, as large as the cells between: all of them have one size. */
function Arrow({ from, to }: { readonly from: Place; readonly to: Place }) {
  const id = useId();
  const [right, down] = [to.impact - from.impact, from.likelihood - to.likelihood];
  const [columns, rows] = [Math.abs(right) + 1, Math.abs(down) + 1];
  const x = (column: number, at: number) => `${((column + at) / columns) * 100}%`;
  const y = (row: number) => `${((row + 0.5) / rows) * 100}%`;
  const line = {
    x1: right < 0 ? x(columns - 1, LEFT) : x(0, RIGHT),
    y1: y(down < 0 ? rows - 1 : 0),
    x2: right > 0 ? x(columns - 1, LEFT) : x(0, RIGHT),
    y2: y(down < 0 ? 0 : rows - 1),
  };
  const size = { width: `${columns * 100}%`, height: `${rows * 100}%` };
  const corner = { [right < 0 ? 'right' : 'left']: 0, [down < 0 ? 'bottom' : 'top']: 0 };
  return (
    <svg className="risk-arrow" aria-hidden="true" style={{ ...size, ...corner }}>
      <defs>
        <marker id={id} viewBox="0 0 10 10" refX="8" refY="5" markerWidth="4" markerHeight="4" orient="auto">
          <path d="M0 0 L10 5 L0 10 z" />
        </marker>
      </defs>
      <line className="risk-arrow-edge" {...line} />
      <line {...line} markerEnd={`url(#${id})`} />
    </svg>
  );
}

interface PlaceMatrixProps {
  readonly now: Place;
  /** Where it would stand after the actions that are chosen; null without one. */
  readonly then: Place | null;
}

export function PlaceMatrix({ now, then }: PlaceMatrixProps) {
  const { t } = useTranslation();
  const cells = useRisk(WHOLE).data?.cells ?? [];
  const goal = then && !isSame(now, then) ? then : null;
  const draw = (likelihood: number, impact: number) => {
    const is = (place: Place | null) => place?.likelihood === likelihood && place.impact === impact;
    const mark = is(now) ? 'now' : is(goal) ? 'then' : null;
    const band = cells.find((cell) => cell.likelihood === likelihood && cell.impact === impact)?.band;
    return (
      <td key={impact} className="risk-place" data-mark={mark ?? undefined}>
        <div className={`risk-cell ${band ? `risk-band-${band}` : ''}`}>
          <span className="risk-cell-seen">
            {band && <span className="risk-cell-band">{riskWord('band', band)}</span>}
            {mark && (
              <strong className="nowrap">
                <span aria-hidden="true">{mark === 'now' ? '●' : '◎'}</span>
                {t(`arithmetic.${mark}`)}
              </strong>
            )}
          </span>
        </div>
        {mark === 'now' && goal && <Arrow from={now} to={goal} />}
      </td>
    );
  };
  return (
    <div className="risk-matrix risk-small">
      <RiskGrid label={t('arithmetic.place')} cell={draw} />
    </div>
  );
}
