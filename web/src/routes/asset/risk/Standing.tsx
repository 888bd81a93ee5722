// The risk in one sentence, its place in the matrix, and where an action would move it.
import { Content, Flex, FlexItem, Label } from '@patternfly/react-core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { RiskBand } from '@/components/RiskBand';
import { Time } from '@/components/Time';
import { actionText } from '@/lib/actions';
import { usePlaceNames } from '@/lib/places';
import { percent, said, score } from '@/lib/weakness';
import { factorText } from './factor';
import { isSame, placeAfter, placeText, type Action, type Place } from './place';
import { PlaceMatrix } from './PlaceMatrix';
import type { AssetRisk } from './RiskTab';

function Sentence({ risk }: { readonly risk: AssetRisk }) {
  const { t } = useTranslation();
  const { band, band_low, band_high, score: range } = risk.asset;
  const [main] = risk.terms;
  const isRanged = score(range.low) !== score(range.high);
  return (
    <Content component="p" className="risk-sentence">
      {t('arithmetic.sentence', { band: said('band', band), score: score(range.value) })}{' '}
      {isRanged &&
        t('arithmetic.ranged', {
          low: score(range.low),
          bandLow: said('band', band_low),
          high: score(range.high),
          bandHigh: said('band', band_high),
        })}{' '}
      {main && main.value.value > 0
        ? t('arithmetic.main', { factor: factorText(main), share: percent(main.share) })
        : t('arithmetic.noMain')}
    </Content>
  );
}

interface MoveProps {
  readonly now: Place;
  readonly action: Action | undefined;
  readonly isOffered: boolean;
}

/** The movement in one sentence, read out when another action is chosen. */
function Move({ now, action, isOffered }: MoveProps) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const told = () => {
    if (!action) return isOffered ? t('arithmetic.chooseAction') : '';
    const after = placeAfter(action);
    const values = {
      action: actionText(action, nameOf),
      from: placeText(now),
      to: after ? placeText(after) : said('band', action.band_after),
    };
    const scores = { before: score(action.score_before), after: score(action.score_after) };
    const isStill = after && isSame(now, after);
    return `${t(isStill ? 'arithmetic.stays' : 'arithmetic.moves', values)}${t('common.and')}${t('arithmetic.scoreMove', scores)}`;
  };
  return (
    <p role="status" className="risk-move">
      {told()}
    </p>
  );
}

interface StandingProps {
  readonly risk: AssetRisk;
  /** The action whose effect is shown. */
  readonly action: Action | undefined;
}

export function Standing({ risk, action }: StandingProps) {
  const { t } = useTranslation();
  const { likelihood, impact, band } = risk.asset;
  const matrix = useRef<HTMLDivElement>(null);
  const chosen = action && action.key;
  // The list from which it is chosen may be further down.
  useEffect(() => {
    if (chosen) matrix.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <section className="part" aria-label={t('arithmetic.place')}>
      <Flex
        columnGap={{ default: 'columnGapXl' }}
        alignItems={{ default: 'alignItemsFlexStart' }}
        flexWrap={{ default: 'wrap', lg: 'nowrap' }}
      >
        <FlexItem flex={{ default: 'flex_1' }}>
          <span className="marks">
            <RiskBand band={risk.asset.band} />
            {risk.asset.hatched && <Label variant="outline">{t('arithmetic.hatched')}</Label>}
          </span>
          <Sentence risk={risk} />
          <Content component="small">
            {t('arithmetic.computed')} <Time at={risk.time} /> /{' '}
            {t('arithmetic.method', { version: risk.method })}
          </Content>
          <Content component="small">{t('arithmetic.index')}</Content>
        </FlexItem>
        <FlexItem className="risk-where">
          <div ref={matrix}>
            <Content component="p">
              {t('arithmetic.place')}:{' '}
              <strong>
                {t('arithmetic.placeIs', { l: likelihood, i: impact, band: said('band', band) })}
              </strong>
            </Content>
            <PlaceMatrix now={risk.asset} then={action ? placeAfter(action) : null} />
            <Move now={risk.asset} action={action} isOffered={risk.lowers.length > 0} />
          </div>
        </FlexItem>
      </Flex>
    </section>
  );
}
