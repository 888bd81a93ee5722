// Words and numbers of weaknesses and of risk. A word that is not known is shown as it came; a number that is not known is
// said to be so and never shown as nought.
import i18next from 'i18next';
import type { en } from '@/i18n/en';

type Texts = (typeof en)['weakness'];
/** The closed lists of words among the texts. */
type List = { [Key in keyof Texts]: Texts[Key] extends string ? never : Key }[keyof Texts];

/** A word out of one of the closed lists of weaknesses and risk; an empty one is said to be not known yet. */
export function said(list: Exclude<List, 'match'>, value: string | null | undefined): string {
  if (!value) return i18next.t('weakness.notYet');
  const texts: unknown = i18next.getResource(i18next.language, 'translation', `weakness.${list}`);
  return (texts as Partial<Record<string, string>> | undefined)?.[value] ?? value;
}

/** A share from 0 to 1 as percent; what is small but there is no nought. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return i18next.t('weakness.notYet');
  if (value > 0 && value < 0.005) return '< 1 %';
  return `${Math.round(value * 100)} %`;
}

/** A score from 0 to 100, or a base score of CVSS: one digit. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined ? i18next.t('weakness.notYet') : value.toFixed(1);
}

/** A probability of exploitation: small ones matter, so with one digit of percent. */
export function epss(value: number | null | undefined): string {
  if (value === null || value === undefined) return i18next.t('weakness.notYet');
  return `${(value * 100).toFixed(1)} %`;
}

/** A factor from 0 to 1, as it is multiplied: with as many of four digits as it has, so that the product can be checked. */
export function factor(of: number): string {
  return of.toFixed(4).replace(/0{1,2}$/, '');
}

/** A product of factors, as it is added up. */
export function value(of: number): string {
  return of.toFixed(4);
}

/** The word for a CVSS base score (severity); empty where nobody scored it. */
export function severity(base: number | null | undefined): string {
  if (base === null || base === undefined) return '';
  const steps = [
    [9, 'critical'],
    [7, 'high'],
    [4, 'medium'],
    [0.1, 'low'],
  ] as const;
  // What the server says has rounding errors of single precision: 8.999999 is 9.0.
  const found = steps.find(([from]) => Math.round(base * 10) >= from * 10);
  return said('severity', found?.[1] ?? 'none');
}

/** The first ten letters of a time as an advisory writes it: its day. */
export function dayOf(written: string): string {
  return written.slice(0, 10);
}

const WHO = '^(?<who>.+?) is (?<what>the firmware meant by|one of) \u201c(?<name>.+?)\u201d';

/** The sentences by which the matcher tells why an advisory means a device. */
const REASONS: readonly (readonly [RegExp, keyof Texts['match']])[] = [
  [new RegExp(`${WHO}, of which all versions \\((?<text>.*)\\) are meant\\.$`), 'all'],
  [new RegExp(`${WHO}, of which this type is named \\((?<text>.*)\\)\\.$`), 'type'],
  [new RegExp(`${WHO} and runs version (?<version>.+), which is named \\((?<text>.*)\\)\\.$`), 'named'],
  [new RegExp(`${WHO} and its version (?<version>.+) is within \u201c(?<text>.*)\u201d\\.$`), 'within'],
  [new RegExp(`${WHO}; its version is not known, versions (?<text>.*) are meant\\.$`), 'noVersion'],
  [
    new RegExp(`${WHO}; whether version (?<version>.+) is within \u201c(?<text>.*)\u201d cannot be told\\.$`),
    'unreadable',
  ],
  [/^(?<who>.+?) may be the variant \u201c(?<name>.+?)\u201d \((?<text>.*)\); it does not tell/, 'variant'],
  [/^(?<who>.+?) belongs to the family \u201c(?<name>.+?)\u201d \((?<text>.*)\)\.$/, 'family'],
];

/** Why an advisory means a device, in the reader's language; a sentence that is not known stays as it came. */
export function matchReason(text: string): string {
  for (const [fits, name] of REASONS) {
    const found = fits.exec(text);
    if (!found) continue;
    const { what, ...others } = found.groups ?? {};
    const kind = what === 'one of' ? 'member' : 'firmware';
    const values = { who: '', name: '', text: '', version: '', ...others };
    return i18next.t(`weakness.match.${name}`, { ...values, what: i18next.t(`weakness.match.${kind}`) });
  }
  return text;
}
