// What the chosen actions would do together, in one sentence; while it is being tried and where it was refused, that.
import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Refused } from '@/api/client';
import { Notice } from '@/components/Notice';
import { Told } from '@/components/Told';
import { actionText } from '@/lib/actions';
import { usePlaceNames } from '@/lib/places';
import { score } from '@/lib/weakness';
import { isSame, placeAfter, placeBefore, placeText, type Shift } from './place';
import { isTriable, type Trial } from './useTrial';
import type { AssetRisk } from './RiskTab';

/** What is tried comes out of the list: the server refuses it only where its own list is another one by now. */
function isChanged(error: unknown): boolean {
  return error instanceof Refused && error.problem.code === 'invalid';
}

interface MoveProps {
  readonly risk: AssetRisk;
  readonly trial: Trial;
}

export function Move({ risk, trial }: MoveProps) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const { chosen, shift, isTrying, error, again } = trial;
  const [only] = chosen;
  const who =
    chosen.length === 1 && only
      ? t('arithmetic.alone', { action: actionText(only, nameOf) })
      : t('arithmetic.together', { count: chosen.length });
  const moved = (of: Shift) => {
    const [before, after] = [placeBefore(of), placeAfter(of)];
    const values = {
      who,
      before: score(of.score_before),
      after: score(of.score_after),
      from: placeText(before),
      to: placeText(after),
      others: of.others === 0 ? t('arithmetic.improvesNone') : t('arithmetic.improves', { count: of.others }),
      stop: t(of.needs_stop ? 'arithmetic.stopNeeded' : 'arithmetic.stopNotNeeded'),
    };
    return t(isSame(before, after) ? 'arithmetic.stays' : 'arithmetic.moves', values);
  };
  const told = () => {
    if (shift) return moved(shift);
    if (isTrying) return t('arithmetic.trying', { who });
    return chosen.length === 0 && risk.lowers.some(isTriable) ? t('arithmetic.chooseAction') : '';
  };
  return (
    <>
      <p role="status" className="risk-move">
        {told()}
      </p>
      {isChanged(error) ? (
        <Notice variant="warning" isLiveRegion title={t('arithmetic.changed')} />
      ) : (
        <Told error={error} />
      )}
      {error !== null && (
        <Button variant="link" isInline onClick={again}>
          {t('arithmetic.readAgain')}
        </Button>
      )}
    </>
  );
}
