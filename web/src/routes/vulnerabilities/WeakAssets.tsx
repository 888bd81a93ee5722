// Assets with open weaknesses, by their risk: the worst first.
import { Content, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ExportMenu } from '@/components/ExportMenu';
import { More } from '@/components/More';
import { RiskBand } from '@/components/RiskBand';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { score } from '@/lib/weakness';
import { word } from '@/lib/words';
import { useAsked } from './asked';
import { Exploited } from './marks';
import { useAssetsByRisk } from './useWeaknesses';

function Rows({ line }: { readonly line: string | undefined }) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const list = useAssetsByRisk(line);
  return (
    <States of={list}>
      {({ pages }) => {
        const read = pages.flatMap((page) => page.items);
        const rows = read.filter((row) => row.weaknesses > 0);
        const hidden = pages.at(-1)?.hidden ?? 0;
        return (
          <>
            {rows.length === 0 && (
              <Empty title={t('vulnerabilities.noAssets')} hidden={list.hasNextPage ? 0 : hidden}>
                {t('vulnerabilities.noAssetsBody')}
              </Empty>
            )}
            {rows.length > 0 && (
              <RowTable
                label={t('vulnerabilities.tabs.assets')}
                rows={rows}
                keyOf={(row) => row.asset}
                columns={[
                  {
                    title: t('vulnerabilities.col.asset'),
                    width: 25,
                    isWide: true,
                    show: (row) => (
                      <>
                        <Link to={`/assets/${row.asset}?tab=risk`}>{row.name}</Link>
                        <small className="line">{word('kind', row.kind)}</small>
                      </>
                    ),
                  },
                  {
                    title: t('vulnerabilities.col.product'),
                    isWide: true,
                    show: (row) => row.model || t('vulnerabilities.unknownProduct'),
                  },
                  {
                    title: t('vulnerabilities.col.firmware'),
                    show: (row) => row.firmware || t('weakness.notYet'),
                  },
                  {
                    title: t('vulnerabilities.col.line'),
                    show: (row) => nameOf(row.line) || t('asset.noPlace'),
                  },
                  { title: t('vulnerabilities.col.weaknesses'), show: (row) => count(row.weaknesses) },
                  {
                    title: t('vulnerabilities.col.exploited'),
                    show: (row) =>
                      row.exploited === 0 ? t('common.none') : <Exploited count={row.exploited} due="" />,
                  },
                  {
                    title: t('vulnerabilities.col.band'),
                    show: (row) => (
                      <span className="nowrap">
                        <RiskBand band={row.band} /> {score(row.score.value)}
                      </span>
                    ),
                  },
                ]}
              />
            )}
            <Content component="small">
              {t('vulnerabilities.assetsRead', { shown: count(rows.length), read: count(read.length) })}
            </Content>
            <More list={list} hidden={rows.length === 0 ? 0 : hidden} />
          </>
        );
      }}
    </States>
  );
}

export function WeakAssets() {
  const { line } = useAsked().query;
  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ToolbarItem align={{ default: 'alignEnd' }}>
            <ExportMenu
              table={{ list: 'vulnerabilities', filter: { line, state: 'open' } }}
              documents={{ line }}
            />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      <Rows line={line} />
    </>
  );
}
