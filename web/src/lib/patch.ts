// Patches as the interface tells them: their words, their dates, and what may be done with several of them at once.
import i18next from 'i18next';
import type { Schemas } from '@/api/client';
import type { en } from '@/i18n/en';
import { span } from './time';

type Texts = (typeof en)['patches'];
/** The closed lists of words among the texts. */
type List = 'state' | 'waits' | 'why' | 'fits';

export const PATCH_STATES = [
  'available',
  'in-test',
  'not-approved',
  'not-applicable',
  'approved',
  'released',
  'in-internal-test',
  'not-authorized',
  'authorized',
  'effective',
  'installed',
] as const;

export const FITS = ['next-stop', 'any-time', 'waits'] as const;

/** States in which nothing is left to be deferred. */
const SETTLED: readonly string[] = ['installed', 'not-applicable', 'not-approved', 'not-authorized'];

/** The steps that leave a test out or take an installation back: they need a reason. */
const REASONED: readonly (readonly [string, string])[] = [
  ['available', 'in-internal-test'],
  ['installed', 'effective'],
  ['released', 'authorized'],
];

/** Days that a deferral runs at most. */
export const DEFERRAL_DAYS_MAX = 90;

const DAY_MS = 86_400_000;

/** A word out of one of the closed lists; one that is not known is shown as it came. */
export function patchWord<L extends List>(list: L, value: string): string {
  const texts: unknown = i18next.getResource(i18next.language, 'translation', `patches.${list}`);
  return (
    (texts as Partial<Record<keyof Texts[L] & string, string>>)[value as keyof Texts[L] & string] ?? value
  );
}

/** A patch of an asset that something may be done about. */
export interface Open {
  readonly asset: string;
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly next: readonly string[];
}

/** The states that may follow the present one of each of them, in the order of the first. */
export function commonNext(patches: readonly Open[]): readonly string[] {
  const [first, ...others] = patches;
  return (first?.next ?? []).filter((state) => others.every(({ next }) => next.includes(state)));
}

export function mayDefer(patches: readonly Open[]): boolean {
  return patches.length > 0 && patches.every(({ state }) => !SETTLED.includes(state));
}

/** Whether the step asks for a reason, of any of them. */
export function needsReason(patches: readonly Open[], to: string): boolean {
  return patches.some(({ state }) => REASONED.some(([from, then]) => from === state && then === to));
}

/** Whether somebody else has to approve: the owner's own test is left out. */
export function needsApprover(patches: readonly Open[], to: string): boolean {
  return to === 'authorized' && patches.some(({ state }) => state === 'released');
}

export function isOverdue(due: string | null | undefined, now: number): boolean {
  return typeof due === 'string' && new Date(due).getTime() < now;
}

/** The last day, `YYYY-MM-DD`, whose end a deferral may run to, in the reader's own zone. */
export function lastDeferralDay(now: number): string {
  const end = new Date(now + (DEFERRAL_DAYS_MAX - 1) * DAY_MS);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${end.getFullYear()}-${two(end.getMonth() + 1)}-${two(end.getDate())}`;
}

/** The lines of a text that say something. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** A share in whole percent, rounded down: what is not reached is never shown as reached. Null where nothing was counted. */
export function share({ numerator, denominator }: Schemas['GoalRatio']): number | null {
  return denominator === 0 ? null : Math.floor((numerator * 100) / denominator);
}

/** The next stop for something that needs one; that none is planned is said. */
export function nextStop(window: Schemas['StopWindow'] | null | undefined, zone: string): string {
  if (!window) return i18next.t('patches.noStopPlanned');
  return i18next.t('patches.nextStop', { span: span(window.from, window.to, zone) });
}
