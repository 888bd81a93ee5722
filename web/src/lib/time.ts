// Times as the plant reads them: in the plant's own zone, with their age.
import i18next from 'i18next';
import { currentLanguage } from '@/i18n';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const language = currentLanguage();
  const key = `${language} ${zone} ${JSON.stringify(options)}`;
  let known = formats.get(key);
  if (!known) {
    const locale = language === 'ja' ? 'ja-JP' : 'en-GB';
    known = new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...options });
    formats.set(key, known);
  }
  return known;
}

const TWO = '2-digit';

/** Date and time to the second, such as 2026/11/23 14:05:06. */
export function moment(time: string, zone: string): string {
  return format(zone, {
    year: 'numeric',
    month: TWO,
    day: TWO,
    hour: TWO,
    minute: TWO,
    second: TWO,
  }).format(new Date(time));
}

/** Day and time to the minute, for the axis of a chart, where the year goes without saying. */
export function minuteOf(time: string, zone: string): string {
  return format(zone, { month: TWO, day: TWO, hour: TWO, minute: TWO }).format(new Date(time));
}

/** Time of day to the second. */
export function clock(time: string | number, zone: string): string {
  return format(zone, { hour: TWO, minute: TWO, second: TWO }).format(new Date(time));
}

/** The date in words, with the weekday: 2026年11月23日(月). */
export function day(time: string | number, zone: string): string {
  return format(zone, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' }).format(
    new Date(time),
  );
}

/** From when until when, to the minute: the day of the end is said where it is another one. */
export function span(from: string, to: string, zone: string): string {
  const date = format(zone, { year: 'numeric', month: TWO, day: TWO, weekday: 'short' });
  const minute = format(zone, { hour: TWO, minute: TWO });
  const [begin, end] = [new Date(from), new Date(to)];
  const [first, last] = [date.format(begin), date.format(end)];
  return `${first} ${minute.format(begin)} – ${first === last ? '' : `${last} `}${minute.format(end)}`;
}

/** The day of a time in the plant's zone: 2026/11/23. */
export function dateOf(time: string, zone: string): string {
  return format(zone, { year: 'numeric', month: TWO, day: TWO }).format(new Date(time));
}

/** A calendar day as `YYYY-MM-DD`, which is of no zone: 2026/11/23. */
export function calendarDay(day: string): string {
  const options = { year: 'numeric', month: TWO, day: TWO } as const;
  return format('UTC', options).format(new Date(`${day}T00:00:00Z`));
}

/** The end of a day that was typed, in the reader's own zone. */
export function endOf(date: string): string | undefined {
  return date === '' ? undefined : new Date(`${date}T23:59:59`).toISOString();
}

/** How long ago, in one unit: 3分前. */
export function age(time: string, now: number): string {
  const seconds = Math.round((now - new Date(time).getTime()) / 1000);
  if (seconds < -60) return i18next.t('common.ago.ahead');
  if (seconds < 5) return i18next.t('common.ago.now');
  if (seconds < 60) return i18next.t('common.ago.seconds', { n: seconds });
  if (seconds < 3600) return i18next.t('common.ago.minutes', { n: Math.floor(seconds / 60) });
  if (seconds < 48 * 3600) return i18next.t('common.ago.hours', { n: Math.floor(seconds / 3600) });
  return i18next.t('common.ago.days', { n: Math.floor(seconds / 86400) });
}

/** A number with separators. */
export function count(value: number): string {
  return value.toLocaleString(currentLanguage() === 'ja' ? 'ja-JP' : 'en-GB');
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in the unit that fits. */
export function bytes(value: number): string {
  let [scaled, unit] = [value, 0];
  while (scaled >= 1000 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled >= 100 || unit === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${UNITS[unit] ?? ''}`;
}
