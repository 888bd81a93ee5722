// Vulnerabilities: by advisory, by asset, by action, with the age of what is known always in sight.
import { PageSection, Tab, TabContentBody, Tabs, TabTitleText } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { KnowledgeAge } from '@/components/KnowledgeAge';
import { PageHead } from '@/components/PageHead';
import { AdvisoryList } from './AdvisoryList';
import { UpdateList } from './UpdateList';
import { WeakAssets } from './WeakAssets';

const TABS = [
  { name: 'advisories', show: <AdvisoryList /> },
  { name: 'assets', show: <WeakAssets /> },
  { name: 'actions', show: <UpdateList /> },
] as const;

function VulnerabilitiesPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  return (
    <>
      <PageHead title={t('common.nav.vulnerabilities')} lead={t('vulnerabilities.lead')} />
      <PageSection>
        <KnowledgeAge />
      </PageSection>
      <PageSection isFilled>
        <Tabs
          activeKey={params.get('tab') ?? 'advisories'}
          onSelect={(_, key) => setParams({ tab: String(key) }, { replace: true })}
          aria-label={t('vulnerabilities.tabsLabel')}
          mountOnEnter
          unmountOnExit
        >
          {TABS.map(({ name, show }) => (
            <Tab
              key={name}
              eventKey={name}
              title={<TabTitleText>{t(`vulnerabilities.tabs.${name}`)}</TabTitleText>}
            >
              <TabContentBody hasPadding>{show}</TabContentBody>
            </Tab>
          ))}
        </Tabs>
      </PageSection>
    </>
  );
}

export { VulnerabilitiesPage as Component };
