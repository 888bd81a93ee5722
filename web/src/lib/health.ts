// Whether the mirrors hear well, in the reader's language: judged by the numbers that the server gives.
import { useQuery } from '@tanstack/react-query';
import i18next from 'i18next';
import { ask, client, type Schemas } from '@/api/client';
import { count } from './time';

export type Mirror = Schemas['MirrorRow'];
export type Health = Schemas['Health'];

/** Data older than this is not the present: nothing is called good any more. */
export const STALE_MS = 300_000;
const AGAIN_MS = 10_000;

export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: () => ask(client.GET('/api/v1/health')),
    refetchInterval: AGAIN_MS,
  });
}

export function useMirrors() {
  return useQuery({
    queryKey: ['mirrors'],
    queryFn: () => ask(client.GET('/api/v1/mirrors')),
    refetchInterval: AGAIN_MS,
  });
}

/** Share of a part, in percent with one digit; null where nothing was measured. */
export function percent(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((1000 * part) / whole) / 10 : null;
}

/** Why a mirror is not good; empty when it is. */
export function troubles(mirror: Mirror): string[] {
  const found: string[] = [];
  const { t } = i18next;
  if (!mirror.last_seen) found.push(t('sensors.trouble.never'));
  else if (mirror.verdict === 'down') found.push(t('sensors.trouble.silent'));
  if (mirror.kernel_drops > 0) found.push(t('sensors.trouble.kernel', { n: count(mirror.kernel_drops) }));
  if (mirror.queue_drops > 0) found.push(t('sensors.trouble.queue', { n: count(mirror.queue_drops) }));
  if (mirror.packets > 0 && mirror.duplicates > mirror.packets / 3) {
    found.push(t('sensors.trouble.twice', { share: percent(mirror.duplicates, mirror.packets) ?? 0 }));
  }
  if (mirror.one_way_flows > 0) found.push(t('sensors.trouble.oneWay', { n: count(mirror.one_way_flows) }));
  return found;
}

/** How far the newest data can be trusted to be the present. */
export function isFresh(health: Health | undefined, now: number): boolean {
  if (!health?.data_time) return false;
  return now - new Date(health.data_time).getTime() <= STALE_MS;
}
