// One asset: what it is, how sure that is, whom it talks to, what was done to it.
import {
  Breadcrumb,
  BreadcrumbItem,
  PageSection,
  Tab,
  TabContentBody,
  Tabs,
  TabTitleText,
} from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { PageHead } from '@/components/PageHead';
import { States } from '@/components/states';
import { called } from '@/lib/places';
import { useSession, type Permission } from '@/session/session';
import { CommandsTab } from './CommandsTab';
import { AssetHead } from './AssetHead';
import { IdentityTab } from './IdentityTab';
import { NotesTab } from './NotesTab';
import { NetworkTab } from './NetworkTab';
import { RiskTab } from './risk/RiskTab';
import { TalksTab } from './TalksTab';
import { useAsset, type AssetDetail } from './useAsset';
import { ValuesTab } from './ValuesTab';

interface TabEntry {
  readonly name: 'identity' | 'network' | 'risk' | 'talks' | 'commands' | 'values' | 'notes';
  readonly needs: Permission;
  readonly show: (asset: AssetDetail) => React.ReactNode;
}

const TABS: readonly TabEntry[] = [
  { name: 'identity', needs: 'view-assets', show: (asset) => <IdentityTab asset={asset} /> },
  { name: 'risk', needs: 'view-risk', show: (asset) => <RiskTab id={asset.id} name={called(asset)} /> },
  { name: 'network', needs: 'view-assets', show: (asset) => <NetworkTab asset={asset} /> },
  { name: 'talks', needs: 'view-traffic', show: (asset) => <TalksTab id={asset.id} /> },
  { name: 'commands', needs: 'view-history', show: (asset) => <CommandsTab id={asset.id} /> },
  { name: 'values', needs: 'view-history', show: (asset) => <ValuesTab id={asset.id} /> },
  { name: 'notes', needs: 'view-assets', show: (asset) => <NotesTab asset={asset} /> },
];

function Whole({ asset }: { readonly asset: AssetDetail }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [params, setParams] = useSearchParams();
  const active = params.get('tab') ?? 'identity';
  return (
    <>
      <PageSection type="breadcrumb">
        <Breadcrumb aria-label={t('asset.path')}>
          <BreadcrumbItem
            render={({ className }) => (
              <Link className={className} to="/assets">
                {t('common.nav.assets')}
              </Link>
            )}
          />
          <BreadcrumbItem isActive>{called(asset)}</BreadcrumbItem>
        </Breadcrumb>
      </PageSection>
      <AssetHead asset={asset} />
      <PageSection>
        <Tabs
          activeKey={active}
          onSelect={(_, key) => setParams({ tab: String(key) }, { replace: true })}
          aria-label={t('asset.tabsLabel')}
          mountOnEnter
          unmountOnExit
        >
          {TABS.filter(({ needs }) => may(needs)).map(({ name, show }) => (
            <Tab key={name} eventKey={name} title={<TabTitleText>{t(`asset.tabs.${name}`)}</TabTitleText>}>
              <TabContentBody hasPadding>{show(asset)}</TabContentBody>
            </Tab>
          ))}
        </Tabs>
      </PageSection>
    </>
  );
}

function AssetPage() {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const asset = useAsset(id);
  return (
    <>
      {!asset.data && (
        <PageHead title={t('common.nav.assets')} lead={<Link to="/assets">{t('asset.all')}</Link>} />
      )}
      <States of={asset}>{(found) => <Whole asset={found} />}</States>
    </>
  );
}

export { AssetPage as Component };
