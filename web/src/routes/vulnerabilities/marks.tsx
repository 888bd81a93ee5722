// Small parts of what is said about a weakness or an advisory.
import { Label } from '@patternfly/react-core';
import { ExclamationTriangleIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { epss, said, score, severity } from '@/lib/weakness';
import { useNow } from '@/session/now';

interface ExploitedProps {
  /** How many weaknesses are known to be exploited. */
  readonly count: number;
  /** The day by which a list wants them mended, `YYYY-MM-DD`; empty without one. */
  readonly due: string;
}

/** That it is known to be exploited, and until when a list wants it mended; nothing where it is not. */
export function Exploited({ count, due }: ExploitedProps) {
  const { t } = useTranslation();
  const now = useNow();
  if (count === 0) return null;
  const isOver = due !== '' && due < new Date(now).toISOString().slice(0, 10);
  return (
    <span className="marks">
      <Label status="danger" icon={<ExclamationTriangleIcon />} className="nowrap">
        {count === 1 ? t('vulnerabilities.exploited') : t('vulnerabilities.exploitedN', { n: count })}
      </Label>
      {due !== '' && (
        <Label color={isOver ? 'red' : 'orange'} variant="outline" className="nowrap">
          {t(isOver ? 'vulnerabilities.overdue' : 'vulnerabilities.due', { day: due })}
        </Label>
      )}
    </span>
  );
}

const GRADES = { exact: 'red', range: 'orange', family: 'grey' } as const;

/** How sure a match is. */
export function Grade({ grade }: { readonly grade: string }) {
  return (
    <Label color={GRADES[grade as keyof typeof GRADES] ?? 'grey'} variant="outline" className="nowrap">
      {said('grade', grade)}
    </Label>
  );
}

const HOW_SOON = { immediate: 'red', 'out-of-cycle': 'orange', scheduled: 'blue', defer: 'grey' } as const;

/** How soon to act, by SSVC; where all was decided, that is said. */
export function HowSoon({ decision }: { readonly decision: string | null | undefined }) {
  const { t } = useTranslation();
  if (!decision) return <>{t('vulnerabilities.allDecided')}</>;
  return (
    <Label color={HOW_SOON[decision as keyof typeof HOW_SOON] ?? 'grey'} className="nowrap">
      {said('decision', decision)}
    </Label>
  );
}

const STATES = { open: 'orange', accepted: 'purple', 'not-affected': 'green', fixed: 'green' } as const;

export function State({ state }: { readonly state: string }) {
  return (
    <Label color={STATES[state as keyof typeof STATES] ?? 'grey'} variant="outline" className="nowrap">
      {said('state', state)}
    </Label>
  );
}

/** A base score with its word. */
export function Base({ base }: { readonly base: number | null | undefined }) {
  return (
    <span className="nowrap">
      {score(base)} {severity(base)}
    </span>
  );
}

/** What is known of its exploitation: the list that says so with its day, and the prediction. */
export function Exploitation({ weakness }: { readonly weakness: Schemas['WeaknessRow'] }) {
  const { t } = useTranslation();
  return (
    <>
      <Exploited count={weakness.exploited ? 1 : 0} due={weakness.due} />
      {weakness.exploited_list !== '' && (
        <small className="line">{t('vulnerabilities.listedIn', { list: weakness.exploited_list })}</small>
      )}
      <small className="line">EPSS {epss(weakness.epss)}</small>
    </>
  );
}

/** Addresses to read on; they open beside the console, and say nothing of where the reader came from. */
export function References({ urls }: { readonly urls: readonly string[] }) {
  const { t } = useTranslation();
  if (urls.length === 0) return <>{t('common.none')}</>;
  return (
    <ul className="wide-text">
      {urls.map((url) => (
        <li key={url}>
          <a href={url} target="_blank" rel="noopener noreferrer">
            {url}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What helps. */
export function Remedies({ rows }: { readonly rows: readonly Schemas['RemedyRow'][] }) {
  const { t } = useTranslation();
  if (rows.length === 0) return <p>{t('vulnerabilities.page.noRemedies')}</p>;
  return (
    <ul className="reasons">
      {rows.map((row, index) => (
        <li key={`${row.kind} ${index}`} className="wide-text">
          <strong>{said('remedy', row.kind)}</strong> {row.text}
          {row.restart !== '' && <> ({said('restart', row.restart)})</>}
          {/^https?:\/\//.test(row.url) && (
            <>
              {' '}
              <a href={row.url} target="_blank" rel="noopener noreferrer">
                {t('vulnerabilities.page.getIt')}
              </a>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The versions that mend it, the lowest first. */
export function FixedIn({ versions }: { readonly versions: readonly string[] }) {
  const { t } = useTranslation();
  return <>{versions.length === 0 ? t('vulnerabilities.page.noFixedIn') : versions.join(t('common.and'))}</>;
}
