// What would lower the risk of an asset: each action tried on a copy, with the score before and after; those that are chosen
// are tried together.
import { Button, Checkbox, Content } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Hidden } from '@/components/Hidden';
import { Notice } from '@/components/Notice';
import { RowTable } from '@/components/RowTable';
import { actionText } from '@/lib/actions';
import { nextStop } from '@/lib/patch';
import { usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { said, score } from '@/lib/weakness';
import { useSession } from '@/session/session';
import { Part } from './Part';
import type { Action } from './place';
import { PLACE } from './Standing';
import { isTriable, type Trial } from './useTrial';

/** So many of each class of cost are shown at first. */
const FEW = 3;

/** The best of each class of cost; the server sends each class with its best first. */
function best(rows: readonly Action[]): readonly Action[] {
  const seen = new Map<string, number>();
  return rows.filter(({ cost }) => {
    const before = seen.get(cost) ?? 0;
    seen.set(cost, before + 1);
    return before < FEW;
  });
}

function bandChange(row: Action): string {
  const [before, after] = [said('band', row.band_before), said('band', row.band_after)];
  return before === after ? before : `${before} → ${after}`;
}

interface PickProps {
  readonly row: Action;
  readonly trial: Trial;
}

/** An action with its box; what changes no number cannot be tried, and says so. */
function Pick({ row, trial }: PickProps) {
  const { t } = useTranslation();
  const action = actionText(row, usePlaceNames());
  if (!isTriable(row)) {
    return (
      <>
        {action}
        <small className="line">{t('arithmetic.notTried')}</small>
      </>
    );
  }
  return (
    <Checkbox
      id={`try-${row.key}`}
      label={action}
      isChecked={trial.chosen.some(({ key }) => key === row.key)}
      onChange={(_, isChosen) => trial.choose(row.key, isChosen)}
    />
  );
}

/** How much is chosen and what it would do, in sight wherever in the list somebody chooses. */
function Chosen({ trial }: { readonly trial: Trial }) {
  const { t } = useTranslation();
  const { chosen, shift } = trial;
  if (chosen.length === 0) return null;
  const show = () => {
    const place = document.getElementById(PLACE);
    place?.scrollIntoView({ block: 'center' });
    place?.focus({ preventScroll: true });
  };
  return (
    <div className="risk-chosen">
      <span>{t('arithmetic.chosen', { count: chosen.length })}</span>
      {shift && (
        <strong className="nowrap">
          {score(shift.score_before)} → {score(shift.score_after)}
        </strong>
      )}
      <Button variant="secondary" size="sm" onClick={show}>
        {t('arithmetic.showPlace')}
      </Button>
      <Button variant="link" size="sm" onClick={trial.clear}>
        {t('arithmetic.clearChosen')}
      </Button>
    </div>
  );
}

interface LowersProps {
  readonly rows: readonly Action[];
  /** How many concern what the reader may not see. */
  readonly hidden: number;
  /** Those that are tried together. */
  readonly trial: Trial;
}

export function Lowers({ rows, hidden, trial }: LowersProps) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const [isWhole, setWhole] = useState(false);
  const few = best(rows);
  // What is chosen stays in sight.
  const shown = rows.filter((row) => isWhole || few.includes(row) || trial.chosen.includes(row));
  return (
    <Part title={t('arithmetic.lowers')}>
      <Content component="small">{t('arithmetic.lowersLead')}</Content>
      {trial.gone > 0 && (
        <Notice variant="warning" isLiveRegion title={t('arithmetic.gone', { count: trial.gone })} />
      )}
      {rows.length === 0 ? (
        <p>{t('arithmetic.noLowers')}</p>
      ) : (
        <RowTable
          label={t('arithmetic.lowers')}
          rows={shown}
          keyOf={(row) => row.key}
          columns={[
            {
              title: t('arithmetic.action'),
              width: 40,
              isWide: true,
              show: (row) => <Pick row={row} trial={trial} />,
            },
            {
              title: t('arithmetic.scoreChange'),
              show: (row) => (
                <span className="nowrap">
                  {score(row.score_before)} → <strong>{score(row.score_after)}</strong>
                </span>
              ),
            },
            { title: t('arithmetic.bandChange'), show: bandChange },
            { title: t('arithmetic.others'), show: (row) => count(row.others) },
            { title: t('arithmetic.cost'), show: (row) => said('cost', row.cost) },
            {
              title: t('arithmetic.stop'),
              show: (row) => (
                <>
                  {said('stop', row.needs_stop ? 'yes' : 'no')}
                  {row.needs_stop && <small className="line">{nextStop(row.window, zone)}</small>}
                </>
              ),
            },
          ]}
        />
      )}
      {rows.some(isTriable) && (
        <Button variant="link" onClick={trial.chooseMost}>
          {t('arithmetic.chooseMost')}
        </Button>
      )}
      {few.length < rows.length && (
        <Button variant="link" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('arithmetic.fewActions') : t('arithmetic.allActions', { n: count(rows.length) })}
        </Button>
      )}
      <Chosen trial={trial} />
      <Hidden count={hidden} />
    </Part>
  );
}
