// What would lower the risk of an asset: each action tried on a copy, with the score before and after.
import { Button, Content } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RowTable } from '@/components/RowTable';
import { actionText } from '@/lib/actions';
import { nextStop } from '@/lib/patch';
import { usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { said, score } from '@/lib/weakness';
import { useSession } from '@/session/session';
import { Part } from './Part';
import { type Action } from './place';

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

interface LowersProps {
  readonly rows: readonly Action[];
  /** The action whose effect the matrix shows, by its key; empty for none. */
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
}

export function Lowers({ rows, chosen, onChoose }: LowersProps) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const { zone } = useSession();
  const [isWhole, setWhole] = useState(false);
  const few = best(rows);
  return (
    <Part title={t('arithmetic.lowers')}>
      <Content component="small">{t('arithmetic.lowersLead')}</Content>
      {rows.length === 0 ? (
        <p>{t('arithmetic.noLowers')}</p>
      ) : (
        <RowTable
          label={t('arithmetic.lowers')}
          rows={isWhole ? rows : few}
          keyOf={(row) => row.key}
          columns={[
            {
              title: t('arithmetic.action'),
              width: 35,
              isWide: true,
              show: (row) => actionText(row, nameOf),
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
          actions={(row) => {
            const [key, action] = [row.key, actionText(row, nameOf)];
            return (
              <Button
                variant={key === chosen ? 'primary' : 'secondary'}
                size="sm"
                aria-pressed={key === chosen}
                aria-label={t('arithmetic.showPlaceOf', { action })}
                onClick={() => onChoose(key === chosen ? '' : key)}
              >
                {t('arithmetic.showPlace')}
              </Button>
            );
          }}
        />
      )}
      {few.length < rows.length && (
        <Button variant="link" onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('arithmetic.fewActions') : t('arithmetic.allActions', { n: count(rows.length) })}
        </Button>
      )}
    </Part>
  );
}
