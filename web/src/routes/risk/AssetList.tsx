// The devices of what is chosen above, worst first.
import { Content, Flex, Label } from '@patternfly/react-core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { factorText } from '@/routes/asset/risk/factor';
import { Link } from 'react-router';
import { ask, client } from '@/api/client';
import { BandLabel } from '@/components/BandLabel';
import { More } from '@/components/More';
import { RowActions } from '@/components/RowActions';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { RISK_AGAIN_MS, riskWord, score, signed, type RiskAsset } from '@/lib/risk';
import { count } from '@/lib/time';
import { word } from '@/lib/words';
import { useSession } from '@/session/session';
import type { Deciding } from './ConsequencesDialog';
import type { RiskQuery } from './filter';

/** Rows of a page: what somebody reads before choosing narrower. */
const LIMIT = 50;

function useRiskAssets(query: RiskQuery) {
  return useInfiniteQuery({
    queryKey: ['risk', 'assets', query],
    queryFn: ({ pageParam }) =>
      ask(
        client.GET('/api/v1/risk/assets', {
          params: { query: { ...query, limit: LIMIT, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: RISK_AGAIN_MS,
  });
}

function Device({ row }: { readonly row: RiskAsset }) {
  const { may } = useSession();
  const name = row.name || row.asset;
  return (
    <>
      {may('view-assets') ? <Link to={`/assets/${row.asset}`}>{name}</Link> : name}
      <Content component="small">{word('kind', row.kind)}</Content>
    </>
  );
}

function Risk({ row }: { readonly row: RiskAsset }) {
  const { t } = useTranslation();
  const { low, value, high } = row.score;
  const values = { n: score(value), low: score(low), high: score(high) };
  const isRange = values.low !== values.high;
  return (
    <>
      <div className="risk-labels">
        <BandLabel band={row.band} />
        {row.band_low !== row.band_high && (
          <small>
            {t('risk.list.bands', {
              low: riskWord('band', row.band_low),
              high: riskWord('band', row.band_high),
            })}
          </small>
        )}
        {row.hatched && (
          <Label isCompact variant="outline">
            {t('risk.list.accepted')}
          </Label>
        )}
      </div>
      <div className="nowrap">{t(isRange ? 'risk.list.scoreRange' : 'risk.list.score', values)}</div>
      {!row.decided && <Content component="small">{t('risk.list.assumed')}</Content>}
    </>
  );
}

function Moved({ row }: { readonly row: RiskAsset }) {
  const { t } = useTranslation();
  const { moved = null, band_before: before } = row;
  return (
    <>
      {moved === null ? (
        t('risk.notKnown')
      ) : (
        <>
          {signed(moved)}
          {before && before !== row.band && ` ${t('risk.list.from', { band: riskWord('band', before) })}`}
        </>
      )}
      {row.reasons.length > 0 && (
        <Content component="small">
          {row.reasons.map((reason) => riskWord('reason', reason)).join(t('common.and'))}
        </Content>
      )}
    </>
  );
}

function Weaknesses({ row }: { readonly row: RiskAsset }) {
  const { t } = useTranslation();
  if (row.weaknesses === 0) return <>{t('risk.list.noneOpen')}</>;
  return (
    <>
      <div>{t('risk.list.open', { n: count(row.weaknesses) })}</div>
      {row.exploited > 0 && (
        <Label isCompact color="red">
          {t('risk.list.exploited', { n: count(row.exploited) })}
        </Label>
      )}
    </>
  );
}

function useMainTerm(): (row: RiskAsset) => string {
  const { t } = useTranslation();
  return ({ main_term: term }) => {
    if (!term) return t('risk.list.noTerm');
    return t('risk.list.share', { what: factorText(term), share: Math.round(term.share * 100) });
  };
}

interface AssetListProps {
  readonly query: RiskQuery;
  readonly onDecide: (deciding: Deciding) => void;
}

export function AssetList({ query, onDecide }: AssetListProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const assets = useRiskAssets(query);
  const mainTerm = useMainTerm();
  const actions = (row: RiskAsset) => (
    <RowActions
      of={row.name || row.asset}
      items={[
        {
          title: t('risk.groups.decide'),
          onClick: () => onDecide({ kind: 'asset', id: row.asset, name: row.name || row.asset }),
        },
      ]}
    />
  );
  return (
    <States of={assets}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        const hidden = pages.at(-1)?.hidden ?? 0;
        if (rows.length === 0) {
          return (
            <Empty title={t('risk.list.noneFit')} hidden={hidden}>
              {t('risk.list.noneFitBody')}
            </Empty>
          );
        }
        return (
          <>
            <RowTable
              label={t('risk.list.title')}
              rows={rows}
              keyOf={({ asset }) => asset}
              columns={[
                {
                  title: t('risk.list.device'),
                  width: 20,
                  isWide: true,
                  show: (row) => <Device row={row} />,
                },
                {
                  title: t('risk.list.model'),
                  isWide: true,
                  show: (row) => (
                    <>
                      {row.model || t('risk.list.noModel')}
                      <Content component="small">{row.firmware || t('risk.list.noFirmware')}</Content>
                    </>
                  ),
                },
                { title: t('risk.list.risk'), width: 25, show: (row) => <Risk row={row} /> },
                { title: t('risk.list.moved'), width: 15, show: (row) => <Moved row={row} /> },
                { title: t('risk.list.weaknesses'), show: (row) => <Weaknesses row={row} /> },
                { title: t('risk.list.main'), width: 15, isWide: true, show: mainTerm },
              ]}
              actions={may('decide-risk') ? actions : undefined}
            />
            <Flex>
              <More list={assets} hidden={hidden} />
            </Flex>
          </>
        );
      }}
    </States>
  );
}
