// One advisory: what it says, what helps, and which assets it means and why.
import {
  Breadcrumb,
  BreadcrumbItem,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  PageSection,
  Title,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Schemas } from '@/api/client';
import { KnowledgeAge } from '@/components/KnowledgeAge';
import { PageHead } from '@/components/PageHead';
import { States } from '@/components/states';
import { dayOf } from '@/lib/weakness';
import { AdvisoryAssets } from './AdvisoryAssets';
import { References, Remedies } from './marks';
import { useAdvisory } from './useWeaknesses';

type Detail = Schemas['VulnerabilityDetail'];

function About({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{title}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

function Head({ detail }: { readonly detail: Detail }) {
  const { t } = useTranslation();
  const dates = [
    t('vulnerabilities.page.published', { publisher: detail.publisher }),
    detail.released !== '' && t('vulnerabilities.page.released', { day: dayOf(detail.released) }),
    detail.updated !== '' && t('vulnerabilities.page.updated', { day: dayOf(detail.updated) }),
    detail.revision !== '' && t('vulnerabilities.page.revision', { revision: detail.revision }),
  ];
  return (
    <PageHead
      title={`${detail.advisory}: ${detail.title}`}
      lead={dates.filter(Boolean).join(t('common.and'))}
    />
  );
}

function Whole({ detail }: { readonly detail: Detail }) {
  const { t } = useTranslation();
  return (
    <>
      <Head detail={detail} />
      <PageSection>
        <KnowledgeAge />
      </PageSection>
      <PageSection>
        <DescriptionList isHorizontal horizontalTermWidthModifier={{ default: '10rem' }}>
          {detail.aliases.length > 0 && (
            <About title={t('vulnerabilities.page.aliases')}>{detail.aliases.join(t('common.and'))}</About>
          )}
          {detail.notes.length > 0 && (
            <About title={t('vulnerabilities.page.notes')}>
              {detail.notes.map((note) => (
                <p key={note} className="note-text">
                  {note}
                </p>
              ))}
            </About>
          )}
          <About title={t('vulnerabilities.page.remedies')}>
            <Remedies rows={detail.remedies} />
          </About>
          <About title={t('vulnerabilities.page.references')}>
            <References urls={detail.references} />
          </About>
        </DescriptionList>
      </PageSection>
      <PageSection isFilled>
        <Title headingLevel="h2" size="lg">
          {t('vulnerabilities.page.assets')}
        </Title>
        <AdvisoryAssets detail={detail} />
      </PageSection>
    </>
  );
}

function AdvisoryPage() {
  const { advisory = '' } = useParams();
  const { t } = useTranslation();
  const found = useAdvisory(advisory);
  return (
    <>
      <PageSection type="breadcrumb">
        <Breadcrumb aria-label={t('vulnerabilities.page.path')}>
          <BreadcrumbItem
            render={({ className }) => (
              <Link className={className} to="/vulnerabilities">
                {t('common.nav.vulnerabilities')}
              </Link>
            )}
          />
          <BreadcrumbItem isActive>{advisory}</BreadcrumbItem>
        </Breadcrumb>
      </PageSection>
      {!found.data && <PageHead title={advisory} />}
      <States of={found}>{(detail) => <Whole detail={detail} />}</States>
    </>
  );
}

export { AdvisoryPage as Component };
