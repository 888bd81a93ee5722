// One number for who wants one, with what it is made of; and what all of it rests on.
import {
  Card,
  CardBody,
  CardTitle,
  Content,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { BandLabel } from '@/components/BandLabel';
import { Notice } from '@/components/Notice';
import { RowTable } from '@/components/RowTable';
import { Time } from '@/components/Time';
import { score, type RiskSummary } from '@/lib/risk';
import { count } from '@/lib/time';
import { useSession } from '@/session/session';
import { chosen, UNKNOWN } from './filter';

interface StandingProps {
  readonly risk: RiskSummary;
  readonly params: URLSearchParams;
  /** Brings the list into sight: a number shows its devices there. */
  readonly onList: () => void;
}

type Deduction = 'critical' | 'high' | 'monitoring' | 'identification' | 'overdue';

/** What each deduction is counted from. */
function useSources(params: URLSearchParams): Record<Deduction, string | null> {
  const { may } = useSession();
  const at = (band: string) => `/risk?${chosen(params, { band }).toString()}`;
  return {
    critical: at('critical'),
    high: at('high'),
    monitoring: may('view-health') ? '/sensors' : null,
    identification: may('view-assets') ? '/assets' : null,
    overdue: null,
  };
}

export function Posture({ risk, params, onList }: StandingProps) {
  const { t } = useTranslation();
  const sources = useSources(params);
  const { posture } = risk;
  if (!posture) return <p>{t('risk.posture.none')}</p>;
  const names: readonly Deduction[] = ['critical', 'high', 'monitoring', 'identification', 'overdue'];
  const rows = [
    { name: 'start', points: '100.0', to: null },
    ...names.map((name) => ({ name, points: `−${score(posture[name])}`, to: sources[name] })),
    { name: 'result', points: score(posture.value), to: null },
  ] as const;
  return (
    <Card id="posture" isFullHeight>
      <CardTitle component="h2">{t('risk.posture.title')}</CardTitle>
      <CardBody>
        <p>
          <strong className="risk-number">{t('risk.posture.value', { n: score(posture.value) })}</strong>{' '}
          {t(`risk.posture.grade.${posture.grade as 'secure'}`)}
        </p>
        <Content component="small">{t('risk.posture.lead')}</Content>
        <RowTable
          label={t('risk.posture.title')}
          rows={rows}
          keyOf={({ name }) => name}
          columns={[
            {
              title: t('risk.posture.item'),
              show: ({ name, to }) =>
                to ? (
                  <Link
                    to={to}
                    preventScrollReset={to.startsWith('/risk')}
                    onClick={to.startsWith('/risk') ? onList : undefined}
                  >
                    {t(`risk.posture.${name}`)}
                  </Link>
                ) : (
                  t(`risk.posture.${name}`)
                ),
            },
            { title: t('risk.posture.points'), show: ({ points }) => points },
          ]}
        />
      </CardBody>
    </Card>
  );
}

function Row({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

function Knowledge({ of }: { readonly of: RiskSummary['knowledge'] }) {
  const { t } = useTranslation();
  if (of.advisories === 0) return <Notice variant="warning" isPlain title={t('risk.basis.noKnowledge')} />;
  return (
    <>
      {t('risk.basis.advisories', { n: count(of.advisories) })}
      {t('common.and')}
      {t('risk.basis.created')} <Time at={of.created || null} />
      <Content component="small">
        {t('risk.basis.serial', { n: count(of.serial) })}
        {of.signed_by && `${t('common.and')}${t('risk.basis.signed', { by: of.signed_by })}`}
      </Content>
    </>
  );
}

/** How many devices something is not known of, as the way to them. */
function Unknown({
  risk,
  params,
  name,
  onList,
}: StandingProps & { readonly name: (typeof UNKNOWN)[number] }) {
  const { t } = useTranslation();
  const n = risk.unknown[name];
  const told = t('risk.basis.of', { n: count(n), all: count(risk.tiles.devices) });
  if (n === 0) return <>{told}</>;
  return (
    <Link
      to={`/risk?${chosen(params, { unknown: name }).toString()}`}
      preventScrollReset
      onClick={onList}
      data-unknown={name}
    >
      {told}
    </Link>
  );
}

export function Basis({ risk, params, onList }: StandingProps) {
  const { t } = useTranslation();
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{t('risk.basis.title')}</CardTitle>
      <CardBody>
        <Content component="p">{t('risk.basis.lead')}</Content>
        <DescriptionList isHorizontal isCompact horizontalTermWidthModifier={{ default: '16ch', xl: '24ch' }}>
          {UNKNOWN.map((name) => (
            <Row key={name} term={t(`risk.basis.${name}`)}>
              <Unknown risk={risk} params={params} name={name} onList={onList} />
            </Row>
          ))}
          <Row term={t('risk.basis.knowledge')}>
            <Knowledge of={risk.knowledge} />
          </Row>
          <Row term={t('risk.method.title')}>{t('risk.methodShown', { version: risk.method })}</Row>
          <Row term={t('risk.basis.tolerable')}>
            <BandLabel band={risk.tolerable} />
          </Row>
        </DescriptionList>
        <Content component="small">{t('risk.index')}</Content>
      </CardBody>
    </Card>
  );
}
