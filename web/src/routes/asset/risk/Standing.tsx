// The risk in one sentence, its place in the matrix, and where the chosen actions would move it.
import { Content, Flex, FlexItem, Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { RiskBand } from '@/components/RiskBand';
import { Time } from '@/components/Time';
import { percent, said, score } from '@/lib/weakness';
import { factorText } from './factor';
import { Move } from './Move';
import { placeAfter } from './place';
import { PlaceMatrix } from './PlaceMatrix';
import type { AssetRisk } from './RiskTab';
import type { Trial } from './useTrial';

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

/** The element that shows the place, for whoever wants to be led there. */
export const PLACE = 'risk-place';

interface StandingProps {
  readonly risk: AssetRisk;
  /** The actions whose common effect is shown. */
  readonly trial: Trial;
}

export function Standing({ risk, trial }: StandingProps) {
  const { t } = useTranslation();
  const { likelihood, impact, band } = risk.asset;
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
          <div id={PLACE} tabIndex={-1}>
            <Content component="p">
              {t('arithmetic.place')}:{' '}
              <strong>
                {t('arithmetic.placeIs', { l: likelihood, i: impact, band: said('band', band) })}
              </strong>
            </Content>
            <PlaceMatrix now={risk.asset} then={trial.shift ? placeAfter(trial.shift) : null} />
            <Move risk={risk} trial={trial} />
          </div>
        </FlexItem>
      </Flex>
    </section>
  );
}
