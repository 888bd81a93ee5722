// Vulnerabilities: by advisory, by asset, by action, with the age of what is known always in sight.
import {
  FormSelect,
  FormSelectOption,
  PageSection,
  Tab,
  TabContentBody,
  Tabs,
  TabTitleText,
} from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { KnowledgeAge } from '@/components/KnowledgeAge';
import { PageHead } from '@/components/PageHead';
import { choices, useLines } from '@/lib/places';
import { AdvisoryList } from './AdvisoryList';
import { useAsked, type Asked } from './asked';
import { PatchList } from './patches/PatchList';
import { UpdateList } from './UpdateList';
import { WeakAssets } from './WeakAssets';

const TABS = [
  { name: 'advisories', show: <AdvisoryList /> },
  { name: 'assets', show: <WeakAssets /> },
  { name: 'actions', show: <UpdateList /> },
  { name: 'patches', show: <PatchList /> },
] as const;

function LineFilter({ asked }: { readonly asked: Asked }) {
  const { t } = useTranslation();
  const label = t('vulnerabilities.col.line');
  return (
    <FormSelect
      aria-label={label}
      value={asked.query.line ?? ''}
      onChange={(_, line) => asked.set('line', line)}
    >
      <FormSelectOption value="" label={`${label}: ${t('common.all')}`} />
      {choices(useLines()).map(({ id, name }) => (
        <FormSelectOption key={id} value={id} label={name} />
      ))}
    </FormSelect>
  );
}

function VulnerabilitiesPage() {
  const { t } = useTranslation();
  const asked = useAsked();
  return (
    <>
      <PageHead title={t('common.nav.vulnerabilities')} lead={t('vulnerabilities.lead')}>
        <LineFilter asked={asked} />
      </PageHead>
      <PageSection>
        <KnowledgeAge />
      </PageSection>
      <PageSection isFilled>
        <Tabs
          activeKey={asked.tab}
          onSelect={(_, key) => asked.setTab(String(key))}
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
