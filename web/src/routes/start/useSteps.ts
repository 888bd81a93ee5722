// The steps of commissioning, each judged by what the server knows.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { isFresh, troubles, useHealth, useMirrors } from '@/lib/health';
import { useLines, useNetworks, usePlaceNames, useZoneLevels } from '@/lib/places';
import { boxesOf, laneOf, withLevels } from '@/routes/map/model';
import { useMapAssets } from '@/routes/map/useMapData';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';

/** Clocks may differ by this much. */
const SKEW_MS = 1_000;
/** Most machines, not each single one, must stand in a line before the lines count as given. */
const PLACED_SHARE = 0.8;

export interface Step {
  readonly name: 'mirror' | 'clock' | 'networks' | 'register' | 'lines' | 'map';
  /** Who signed it off; null while nobody did. */
  readonly signOff: Schemas['SignOffRow'] | null;
  readonly state: 'done' | 'open' | 'unknown';
  /** What is missing, or what was found. */
  readonly reasons: readonly string[];
  readonly to: string;
}

function useAppliedImports(enabled: boolean) {
  return useQuery({
    queryKey: ['imports'],
    queryFn: () => ask(client.GET('/api/v1/register/imports', { params: { query: { limit: 100 } } })),
    select: ({ items }) => items.filter((row) => row.state === 'applied').length,
    enabled,
  });
}

/** What was signed off, by step. */
export function useCommissioning(enabled = true) {
  return useQuery({
    queryKey: ['commissioning'],
    queryFn: () => ask(client.GET('/api/v1/commissioning')),
    select: ({ items }) => new Map(items.map(({ step, sign_off: row }) => [step, row ?? null])),
    enabled,
  });
}

export function useSteps(): Step[] {
  const { t } = useTranslation();
  const { may } = useSession();
  const now = useNow();
  const health = useHealth();
  const mirrors = useMirrors().data?.items;
  const networks = useNetworks().data?.items;
  const lines = useLines().data?.items;
  const assets = useMapAssets().data?.items;
  const imports = useAppliedImports(may('preview-import')).data;

  const wrong = (mirrors ?? []).flatMap((mirror) => troubles(mirror).map((why) => `${mirror.name}: ${why}`));
  const isHeard =
    mirrors !== undefined && mirrors.length > 0 && wrong.length === 0 && isFresh(health.data, now);
  const skews = (mirrors ?? []).flatMap((row) =>
    typeof row.clock_ahead_ms === 'number' ? [row.clock_ahead_ms] : [],
  );
  const skew = skews.length > 0 ? Math.max(...skews.map(Math.abs)) : null;
  const proposed = (networks ?? []).filter((row) => row.state !== 'confirmed').length;
  const signed = useCommissioning().data;
  const nameOf = usePlaceNames();
  const levelOfZone = useZoneLevels();
  const levelled = withLevels(assets ?? [], levelOfZone);
  const boxes = boxesOf(levelled, nameOf, { others: '', strays: '' }).length;
  const none = levelled.filter((asset) => laneOf(asset.level) === 'none').length;
  const placed = (assets ?? []).filter((asset) => asset.line).length;
  const all = assets?.length ?? 0;

  const judge = (known: boolean, isDone: boolean): Step['state'] =>
    !known ? 'unknown' : isDone ? 'done' : 'open';
  const steps: Omit<Step, 'signOff'>[] = [
    {
      name: 'mirror',
      state: judge(mirrors !== undefined, isHeard),
      reasons: mirrors?.length === 0 ? [t('sensors.none')] : isHeard ? [t('start.steps.mirror.done')] : wrong,
      to: '/sensors',
    },
    {
      name: 'clock',
      state: judge(skew !== null, (skew ?? 0) <= SKEW_MS),
      reasons: [skew === null ? t('common.notMeasured') : t('start.steps.clock.found', { n: skew })],
      to: '/sensors',
    },
    {
      name: 'networks',
      state: judge(networks !== undefined, proposed === 0 && (networks?.length ?? 0) > 0),
      reasons: [t('start.steps.networks.found', { all: networks?.length ?? 0, n: proposed })],
      to: '/settings/networks',
    },
    {
      name: 'register',
      state: judge(imports !== undefined, (imports ?? 0) > 0),
      reasons: [t('start.steps.register.found', { n: imports ?? 0 })],
      to: '/settings/register',
    },
    {
      name: 'lines',
      state: judge(
        lines !== undefined && assets !== undefined,
        (lines?.length ?? 0) > 0 && all > 0 && placed >= all * PLACED_SHARE,
      ),
      reasons: [t('start.steps.lines.found', { lines: lines?.length ?? 0, placed, all })],
      to: lines?.length === 0 ? '/settings/lines' : '/assets?sort=line',
    },
    {
      // Nothing can be measured of it: the map is approved by the one who knows the plant.
      name: 'map',
      state: judge(assets !== undefined && signed !== undefined, signed?.get('map') != null),
      reasons: [t('start.steps.map.found', { boxes, assets: all, none })],
      to: '/map',
    },
  ];
  return steps.map((step) => ({
    ...step,
    // Nothing is counted of what is not known.
    reasons: step.state === 'unknown' ? [] : step.reasons,
    signOff: signed?.get(step.name) ?? null,
  }));
}
