// What needs somebody now, as sentences: worst first, in the floor's names.
import i18next from 'i18next';
import type { Schemas } from '@/api/client';
import { troubles, type Mirror } from '@/lib/health';
import { called } from '@/lib/places';
import { word } from '@/lib/words';
import { endName, type End } from '@/components/Ends';

/** Verbs that stop, start or change a machine: each use is told. */
export const GRAVE_VERBS = [
  'stop',
  'start',
  'download-program',
  'delete-program',
  'update-firmware',
  'change-mode',
  'reset',
  'force',
  'configure',
] as const;

export const SENTENCES_MAX = 10;

export type Gravity = 'danger' | 'warning' | 'info';

export interface Sentence {
  readonly id: string;
  readonly gravity: Gravity;
  readonly text: string;
  /** When it happened last. */
  readonly at: string | null;
  /** The page that shows exactly what the sentence counts. */
  readonly to: string;
}

const ORDER: Record<Gravity, number> = { danger: 0, warning: 1, info: 2 };

export interface Facts {
  readonly mirrors: readonly Mirror[];
  readonly isFresh: boolean;
  readonly commands: readonly Schemas['HistoryCommand'][];
  readonly detections: readonly Schemas['HistoryDetection'][];
  readonly newAssets: readonly Schemas['AssetRow'][];
  /** Machines that others still send to and that are no longer heard. */
  readonly missed: readonly Parameters<typeof called>[0][];
  readonly since: string;
  /** How an end is called on the floor today, whatever its name was then. */
  readonly nameOf: (end: End) => string;
}

function ofMirrors(mirrors: readonly Mirror[]): Sentence[] {
  // Where nothing is listened to, nothing new is no good news.
  if (mirrors.length === 0) {
    const text = i18next.t('today.sentence.noMirror');
    return [{ id: 'no mirror', gravity: 'warning', text, at: null, to: '/sensors' }];
  }
  return mirrors
    .filter((mirror) => mirror.verdict !== 'good')
    .map((mirror) => ({
      id: `mirror ${mirror.name}`,
      gravity: mirror.verdict === 'down' ? 'danger' : 'warning',
      text: i18next.t('today.sentence.mirror', { name: mirror.name, why: troubles(mirror)[0] ?? '' }),
      at: mirror.last_seen ?? null,
      to: '/sensors',
    }));
}

interface Pair {
  readonly row: Schemas['HistoryCommand'];
  readonly verbs: Map<string, number>;
  last: string;
}

/** One sentence for each pair, however many verbs and however often. */
function ofCommands({ commands, nameOf }: Facts): Sentence[] {
  const found = new Map<string, Pair>();
  for (const row of commands) {
    if (row.phase === 'response') continue;
    const id = [row.client, row.server].map((end) => end.asset ?? endName(end)).join(' ');
    const pair = found.get(id) ?? { row, verbs: new Map<string, number>(), last: row.last_seen };
    pair.verbs.set(row.verb, (pair.verbs.get(row.verb) ?? 0) + row.count);
    if (pair.last < row.last_seen) pair.last = row.last_seen;
    found.set(id, pair);
  }
  const grave = (verb: string) => verb === 'stop' || verb.includes('program') || verb === 'update-firmware';
  return [...found].map(([id, { row, verbs, last }]) => ({
    id,
    gravity: row.crosses_levels || [...verbs.keys()].some(grave) ? 'danger' : 'warning',
    text: i18next.t('today.sentence.command', {
      client: nameOf(row.client),
      server: nameOf(row.server),
      verbs: [...verbs]
        .map(([verb, n]) => i18next.t('today.sentence.verb', { verb: word('verb', verb), n }))
        .join(i18next.t('common.and')),
    }),
    at: last,
    to: row.server.asset ? `/assets/${row.server.asset}?tab=commands` : '/traffic?tab=commands',
  }));
}

/** What the rules said; many of one rule are one sentence. */
function ofDetections(detections: readonly Schemas['HistoryDetection'][]): Sentence[] {
  const rules = new Map<string, { n: number; last: string }>();
  for (const { rule, count, last_seen: at } of detections) {
    const known = rules.get(rule) ?? { n: 0, last: at };
    rules.set(rule, { n: known.n + count, last: known.last > at ? known.last : at });
  }
  return [...rules].map(([rule, { n, last }]) => ({
    id: `rule ${rule}`,
    gravity: 'warning',
    text: i18next.t('today.sentence.detection', { rule, n }),
    at: last,
    to: '/traffic?tab=commands',
  }));
}

function ofNew(assets: readonly Schemas['AssetRow'][], since: string): Sentence[] {
  const [first] = assets;
  if (!first) return [];
  const text =
    assets.length === 1
      ? i18next.t('today.sentence.newOne', { name: called(first), address: first.address })
      : i18next.t('today.sentence.newSome', { name: called(first), n: assets.length });
  const to = assets.length === 1 ? `/assets/${first.id}` : `/assets?new_since=${encodeURIComponent(since)}`;
  return [{ id: 'new', gravity: 'warning', text, at: first.first_seen, to }];
}

/** Their port left the mirror, or they are off. */
function ofMissed(missed: Facts['missed']): Sentence[] {
  const [first] = missed;
  if (!first) return [];
  const text =
    missed.length === 1
      ? i18next.t('today.sentence.missedOne', { name: called(first) })
      : i18next.t('today.sentence.missedSome', { name: called(first), n: missed.length });
  return [{ id: 'missed', gravity: 'warning', text, at: null, to: '/assets?hearing=no-longer-heard' }];
}

/** At most ten, worst first, then newest first. */
export function sentences(facts: Facts): Sentence[] {
  const stale: Sentence[] = facts.isFresh
    ? []
    : [{ id: 'stale', gravity: 'danger', text: i18next.t('sensors.stale'), at: null, to: '/sensors' }];
  const all = [
    ...stale,
    ...ofMirrors(facts.mirrors),
    ...ofDetections(facts.detections),
    ...ofCommands(facts),
    ...ofMissed(facts.missed),
    ...ofNew(facts.newAssets, facts.since),
  ];
  all.sort(
    (left, right) =>
      ORDER[left.gravity] - ORDER[right.gravity] || (right.at ?? '').localeCompare(left.at ?? ''),
  );
  return all.slice(0, SENTENCES_MAX);
}
