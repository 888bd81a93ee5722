// The risk in one sentence, and its place in the matrix.
import { Content, Flex, FlexItem, Label } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { RiskBand } from '@/components/RiskBand';
import { Time } from '@/components/Time';
import { percent, said, score } from '@/lib/weakness';
import { factorText } from './factor';
import type { AssetRisk } from './RiskTab';

const LEVELS = [1, 2, 3, 4, 5] as const;

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

/** The bands of the plant's own matrix. */
function useBands(): (likelihood: number, impact: number) => string {
  const cells = useQuery({
    queryKey: ['risk-bands'],
    queryFn: () => ask(client.GET('/api/v1/risk')),
    staleTime: 60_000,
  });
  return (likelihood, impact) =>
    cells.data?.cells.find((cell) => cell.likelihood === likelihood && cell.impact === impact)?.band ?? '';
}

function Matrix({ risk }: { readonly risk: AssetRisk }) {
  const { t } = useTranslation();
  const bandOf = useBands();
  const { likelihood, impact } = risk.asset;
  return (
    <table className="small-matrix">
      <caption>
        {t('arithmetic.place')}: {t('arithmetic.placeCell', { l: likelihood, i: impact })}
      </caption>
      <tbody>
        {[...LEVELS].reverse().map((l) => (
          <tr key={l}>
            <th scope="row">L{l}</th>
            {LEVELS.map((i) => {
              const isHere = l === likelihood && i === impact;
              const band = bandOf(l, i);
              return (
                <td key={i} className={`band-${band || 'none'}${isHere ? ' is-here' : ''}`}>
                  {band !== '' && said('band', band)}
                  {isHere && <strong> ● {t('arithmetic.here')}</strong>}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td />
          {LEVELS.map((i) => (
            <th key={i} scope="col">
              I{i}
            </th>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}

export function Standing({ risk }: { readonly risk: AssetRisk }) {
  const { t } = useTranslation();
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
        <FlexItem>
          <Matrix risk={risk} />
        </FlexItem>
      </Flex>
    </section>
  );
}
