// The axes of the matrix: likelihood upwards, impact to the right. What stands in a cell is up to who draws it.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LEVELS } from '@/lib/risk';

/** What the likelihood of each level is, as an index for 30 days. */
const LIKELIHOODS = ['< 1%', '< 5%', '< 15%', '< 40%', '≥ 40%'];
const DOWNWARDS = [...LEVELS].reverse();

interface RiskGridProps {
  readonly label: string;
  /** A cell, as `td` with a key of its own within its row. */
  readonly cell: (likelihood: number, impact: number) => ReactNode;
}

export function RiskGrid({ label, cell }: RiskGridProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className="risk-axis-likelihood" aria-hidden="true">
        {t('risk.matrix.likelihood')}
      </div>
      <table aria-label={label}>
        <tbody>
          {DOWNWARDS.map((likelihood) => (
            <tr key={likelihood}>
              <th scope="row">
                <span className="pf-v6-screen-reader">{t('risk.matrix.likelihood')} </span>
                {likelihood}
                <small>{LIKELIHOODS[likelihood - 1]}</small>
              </th>
              {LEVELS.map((impact) => cell(likelihood, impact))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td />
            {LEVELS.map((impact) => (
              <th key={impact} scope="col">
                <span className="pf-v6-screen-reader">{t('risk.matrix.impact')} </span>
                {impact}
              </th>
            ))}
          </tr>
        </tfoot>
      </table>
      <div className="risk-axis-impact" aria-hidden="true">
        {t('risk.matrix.impact')} →
      </div>
    </>
  );
}
