// Lines, zones and logical systems, worst first; each number opens the devices that it counts.
import { Content, Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { RowActions } from '@/components/RowActions';
import { RowTable } from '@/components/RowTable';
import { Empty } from '@/components/states';
import { BANDS, riskWord, score } from '@/lib/risk';
import { usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { useSession } from '@/session/session';
import type { Deciding } from './ConsequencesDialog';
import { useDecisions } from './useDecisions';

type Group = Schemas['RiskGroup'];

const WORST_FIRST = [...BANDS].reverse();

function at(kind: string, id: string, band?: string): string {
  const params = new URLSearchParams({ [kind]: id });
  if (band) params.set('band', band);
  return `/risk?${params.toString()}`;
}

function ByBand({ group, kind }: { readonly group: Group; readonly kind: string }) {
  const { t } = useTranslation();
  const found = WORST_FIRST.map((band) => ({ band, n: group.by_band[BANDS.indexOf(band)] ?? 0 }));
  return (
    <>
      {found
        .filter(({ n }) => n > 0)
        .map(({ band, n }, index) => (
          <span key={band}>
            {index > 0 && t('common.and')}
            <Link to={at(kind, group.id ?? '', band)} className="nowrap" preventScrollReset>
              {riskWord('band', band)} {count(n)}
            </Link>
          </span>
        ))}
    </>
  );
}

function Worst({ group }: { readonly group: Group }) {
  const { may } = useSession();
  const name = group.worst_name || group.worst;
  return may('view-assets') ? <Link to={`/assets/${group.worst}`}>{name}</Link> : <>{name}</>;
}

interface GroupsProps {
  readonly kind: 'line' | 'zone' | 'system';
  readonly groups: readonly Group[];
  readonly onDecide: (deciding: Deciding) => void;
}

export function Groups({ kind, groups, onDecide }: GroupsProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const nameOf = usePlaceNames();
  const decisions = useDecisions().data?.items ?? [];
  const isDecided = (id: string) => decisions.some((row) => row.kind === kind && row.object === id);
  if (groups.length === 0) return <Empty title={t('risk.groups.none')}>{t('risk.groups.noneBody')}</Empty>;
  // Consequences are of a line or a zone; a logical system has none of its own.
  const decide =
    kind === 'system' || !may('decide-risk')
      ? undefined
      : ({ id }: Group) => (
          <RowActions
            of={nameOf(id)}
            items={[
              {
                title: t('risk.groups.decide'),
                onClick: () => onDecide({ kind, id: id ?? '', name: nameOf(id) }),
              },
            ]}
          />
        );
  return (
    <>
      <RowTable
        label={t(`risk.groups.${kind}s`)}
        rows={groups}
        keyOf={({ id }) => id ?? ''}
        columns={[
          {
            title: t('risk.groups.name'),
            width: 20,
            isWide: true,
            show: ({ id }) => (
              <>
                <Link to={at(kind, id ?? '')} preventScrollReset>
                  {nameOf(id)}
                </Link>{' '}
                {isDecided(id ?? '') && (
                  <Label isCompact variant="outline">
                    {t('risk.groups.decided')}
                  </Label>
                )}
              </>
            ),
          },
          { title: t('risk.groups.devices'), show: ({ devices }) => count(devices) },
          { title: t('risk.groups.byBand'), width: 25, show: (row) => <ByBand group={row} kind={kind} /> },
          {
            title: t('risk.groups.highShare'),
            show: ({ high_share }) => `${Math.round(high_share * 100)}%`,
          },
          { title: t('risk.groups.p95'), show: ({ score_p95 }) => score(score_p95) },
          { title: t('risk.groups.burden'), show: ({ burden }) => score(burden) },
          { title: t('risk.groups.worst'), width: 20, isWide: true, show: (row) => <Worst group={row} /> },
        ]}
        actions={decide}
      />
      <Content component="small">{t('risk.groups.burdenHint')}</Content>
    </>
  );
}
