// Small parts of what is said about a patch.
import { Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { isOverdue, nextStop, patchWord } from '@/lib/patch';
import { count, dateOf, moment } from '@/lib/time';
import { said } from '@/lib/weakness';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';
import { HowSoon } from '../marks';

type Row = Schemas['PatchRow'];

const COLORS: Partial<Record<string, 'green' | 'blue' | 'orange' | 'grey'>> = {
  installed: 'green',
  authorized: 'blue',
  effective: 'blue',
  'not-approved': 'orange',
  'not-authorized': 'orange',
};

/** The state of a patch by IEC TR 62443-2-3, in words. */
export function PatchState({ state }: { readonly state: string }) {
  return (
    <Label color={COLORS[state] ?? 'grey'} variant="outline" className="nowrap">
      {patchWord('state', state)}
    </Label>
  );
}

function Due({ name, due }: { readonly name: 'mitigateBy' | 'patchBy'; readonly due: string }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const day = dateOf(due, zone);
  const isOver = isOverdue(due, useNow());
  return (
    <small className="line">
      {t(`patches.${name}`, { day })}{' '}
      {isOver && (
        <Label status="danger" isCompact>
          {t('patches.overdue')}
        </Label>
      )}
    </small>
  );
}

/** How soon to act, with the dates that follow from it. */
export function Decision({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  return (
    <>
      <HowSoon decision={row.decision} />
      {row.mitigate_by && <Due name="mitigateBy" due={row.mitigate_by} />}
      {row.patch_by && <Due name="patchBy" due={row.patch_by} />}
      {!row.patch_by && row.review_by && (
        <small className="line">{t('patches.reviewBy', { day: dateOf(row.review_by, zone) })}</small>
      )}
    </>
  );
}

/** When it can be done: in which stop, or why it waits. */
export function When({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  if (!row.fit) return <>{t('patches.noInstall')}</>;
  const stop = t('patches.work', { stop: said('stop', row.stop), n: count(row.minutes ?? 0) });
  return (
    <>
      {row.fit === 'next-stop' && nextStop(row.window, zone)}
      {row.fit === 'any-time' && t('patches.anyTime')}
      {row.fit === 'waits' && t('patches.waitsFor', { why: patchWord('waits', row.waits_for ?? '') })}
      {row.deferral && (
        <small className="line">
          {t('patches.deferredUntil', { day: moment(row.deferral.until, zone) })}
        </small>
      )}
      <small className="line">{stop}</small>
    </>
  );
}

/** The advisories that it answers; the first few where only so many fit. */
export function Advisories({
  ids,
  limit = Infinity,
}: {
  readonly ids: readonly string[];
  readonly limit?: number;
}) {
  const { t } = useTranslation();
  const shown = ids.slice(0, limit);
  return (
    <>
      {shown.map((id) => (
        <div key={id}>
          <Link to={`/vulnerabilities/${encodeURIComponent(id)}`}>{id}</Link>
        </div>
      ))}
      {ids.length > shown.length && (
        <small>{t('patches.moreAdvisories', { n: count(ids.length - shown.length) })}</small>
      )}
    </>
  );
}

/** A deferral with everything that was said about it. */
export function DeferralFacts({ deferral }: { readonly deferral: Schemas['DeferralRow'] }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const facts: readonly (readonly [string, string])[] = [
    [t('common.reason'), deferral.reason],
    [t('patches.owner'), deferral.owner],
    [t('patches.period'), `${moment(deferral.since, zone)} – ${moment(deferral.until, zone)}`],
    [t('patches.protects'), deferral.mitigations.join(t('common.and')) || t('patches.unprotected')],
    [t('patches.residual'), deferral.residual_risk || t('patches.notSaid')],
  ];
  return (
    <ul className="reasons">
      {facts.map(([name, text]) => (
        <li key={name} className="wide-text">
          {name}: {text}
        </li>
      ))}
    </ul>
  );
}
