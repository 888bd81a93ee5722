// Start: what is missing until this plant can be trusted to the console; printed, it is the record of commissioning.
import { Notice } from '@/components/Notice';
import {
  Button,
  Card,
  CardBody,
  Content,
  Flex,
  FlexItem,
  Icon,
  PageSection,
  Title,
} from '@patternfly/react-core';
import {
  CheckCircleIcon,
  ExclamationTriangleIcon,
  PrintIcon,
  QuestionCircleIcon,
} from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PageHead } from '@/components/PageHead';
import { States } from '@/components/states';
import { day, moment } from '@/lib/time';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';
import { SignOff } from './SignOff';
import { useCommissioning, useSteps, type Step } from './useSteps';

const FORMS = {
  done: { status: 'success', icon: <CheckCircleIcon /> },
  open: { status: 'warning', icon: <ExclamationTriangleIcon /> },
  unknown: { status: undefined, icon: <QuestionCircleIcon /> },
} as const;

function StepCard({ step, number }: { readonly step: Step; readonly number: number }) {
  const { t } = useTranslation();
  const form = FORMS[step.state];
  return (
    <Card isCompact component="li">
      <CardBody>
        <Flex flexWrap={{ default: 'nowrap' }} alignItems={{ default: 'alignItemsFlexStart' }}>
          <Icon size="xl" status={form.status}>
            {form.icon}
          </Icon>
          <FlexItem grow={{ default: 'grow' }}>
            <Title headingLevel="h2" size="lg">
              {number}. {t(`start.steps.${step.name}.title`)}
            </Title>
            <Content component="p">
              <strong>{t(`start.state.${step.state}`)}</strong> {step.reasons.join(' ')}
            </Content>
            <SignOff step={step} />
          </FlexItem>
          <FlexItem className="no-print nowrap">
            <Link to={step.to}>{t(`start.steps.${step.name}.action`)}</Link>
          </FlexItem>
        </Flex>
      </CardBody>
    </Card>
  );
}

function StartPage() {
  const { t } = useTranslation();
  const { plant, zone, who } = useSession();
  const now = useNow();
  const steps = useSteps();
  const commissioning = useCommissioning();
  const done = steps.filter((step) => step.state === 'done').length;
  const signed = steps.filter((step) => step.signOff !== null).length;
  return (
    <>
      <PageHead title={t('common.nav.start')} lead={t('start.lead')}>
        <Button variant="secondary" icon={<PrintIcon />} className="no-print" onClick={() => window.print()}>
          {t('start.print')}
        </Button>
      </PageHead>
      <PageSection>
        <Content component="p" className="only-print">
          {t('start.record')} ・ {plant} ・ {day(now, zone)} ・ {t('start.printed')}{' '}
          {moment(new Date(now).toISOString(), zone)} ・ {who.display_name || who.name}
        </Content>
        <States of={commissioning}>
          {() => (
            <>
              <Notice
                variant={done === steps.length ? 'success' : 'info'}
                title={t(done === steps.length ? 'start.all' : 'start.some', { done, all: steps.length })}
              >
                {t('start.signed', { done: signed, all: steps.length })}
              </Notice>
              <ol className="steps">
                {steps.map((step, index) => (
                  <StepCard key={step.name} step={step} number={index + 1} />
                ))}
              </ol>
            </>
          )}
        </States>
      </PageSection>
    </>
  );
}

export { StartPage as Component };
