// A time in the plant's zone, with its age.
import { useTranslation } from 'react-i18next';
import { age, count, moment } from '@/lib/time';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';

interface TimeProps {
  readonly at: string | null | undefined;
  /** Only the age, with the time as a hint: for narrow columns. */
  readonly short?: boolean;
}

export function Time({ at, short = false }: TimeProps) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const now = useNow();
  if (!at) return <>{t('common.unknown')}</>;
  const [whole, old] = [moment(at, zone), age(at, now)];
  return (
    <time dateTime={at} title={short ? `${whole} (${zone})` : zone}>
      {short ? old : `${whole} (${old})`}
    </time>
  );
}

interface MeasuredProps {
  readonly value: number | null | undefined;
  readonly at: string | null | undefined;
  readonly unit?: string;
}

/** A number with the time it was measured at; what was not measured is no zero. */
export function Measured({ value, at, unit = '' }: MeasuredProps) {
  const { t } = useTranslation();
  const { zone } = useSession();
  if (value === null || value === undefined || !at) return <>{t('common.notMeasured')}</>;
  return (
    <span title={t('common.asOf', { time: moment(at, zone) })}>
      {count(value)}
      {unit}
    </span>
  );
}
