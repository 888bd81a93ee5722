// Traffic: which protocols, which verbs, who with whom; and every decoded command, searchable.
import { PageSection, Tab, TabContentBody, Tabs, TabTitleText } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { PageHead } from '@/components/PageHead';
import { Protocols } from '@/routes/sensors/Protocols';
import { useSession } from '@/session/session';
import { ActivityChart } from './ActivityChart';
import { CommandSearch } from './CommandSearch';
import { FlowList } from './FlowList';
import { LinkList } from './LinkList';
import { Overview } from './Overview';

function TrafficPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [params, setParams] = useSearchParams();
  const tabs = [
    { name: 'overview', show: <Overview /> },
    ...(may('view-history') ? ([{ name: 'chart', show: <ActivityChart /> }] as const) : []),
    { name: 'links', show: <LinkList /> },
    ...(may('view-history')
      ? ([
          { name: 'commands', show: <CommandSearch /> },
          { name: 'flows', show: <FlowList /> },
        ] as const)
      : []),
    { name: 'protocols', show: <Protocols /> },
  ] as const;
  return (
    <>
      <PageHead title={t('common.nav.traffic')} lead={t('traffic.lead')} />
      <PageSection>
        <Tabs
          activeKey={params.get('tab') ?? 'overview'}
          onSelect={(_, key) => setParams({ tab: String(key) }, { replace: true })}
          aria-label={t('traffic.tabsLabel')}
          mountOnEnter
          unmountOnExit
        >
          {tabs.map(({ name, show }) => (
            <Tab key={name} eventKey={name} title={<TabTitleText>{t(`traffic.tabs.${name}`)}</TabTitleText>}>
              <TabContentBody hasPadding>{show}</TabContentBody>
            </Tab>
          ))}
        </Tabs>
      </PageSection>
    </>
  );
}

export { TrafficPage as Component };
