// What Today is made of.
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '@/api/client';
import { recall, remember } from '@/lib/stored';
import { read } from '@/routes/assets/filter';
import { serverNow } from '@/session/session';
import { GRAVE_VERBS } from './sentences';

const KEPT = 'today.since';
const DAY_MS = 86_400_000;
const AGAIN_MS = 15_000;
/** A shift sees at most so many of a verb; the page of commands has them all. */
const LIMIT = 100;

/** Since when: what was read before is not told again. Without a mark, the last 24 hours. */
export function useSince() {
  const [since, setSince] = useState(() => recall(KEPT, new Date(serverNow() - DAY_MS).toISOString()));
  const markRead = () => {
    const now = new Date(serverNow()).toISOString();
    remember(KEPT, now);
    setSince(now);
  };
  return { since, markRead };
}

/** Commands of grave verbs since then. */
export function useGraveCommands(since: string, enabled: boolean) {
  return useQueries({
    queries: GRAVE_VERBS.map((verb) => ({
      queryKey: ['today', 'commands', verb, since],
      queryFn: () =>
        ask(
          client.GET('/api/v1/history/commands', { params: { query: { verb, from: since, limit: LIMIT } } }),
        ),
      refetchInterval: AGAIN_MS,
      enabled,
    })),
    combine: (answers) => ({
      items: answers.flatMap((answer) => answer.data?.items ?? []),
      isPending: enabled && answers.some((answer) => answer.isPending),
    }),
  });
}

export function useDetections(since: string, enabled: boolean) {
  return useQuery({
    queryKey: ['today', 'detections', since],
    queryFn: () =>
      ask(client.GET('/api/v1/history/detections', { params: { query: { from: since, limit: LIMIT } } })),
    refetchInterval: AGAIN_MS,
    enabled,
  });
}

export function useNewAssets(since: string) {
  const query = { ...read(new URLSearchParams()), new_since: since, sort: '-first_seen', limit: LIMIT };
  return useQuery({
    queryKey: ['today', 'new', since],
    queryFn: () => ask(client.GET('/api/v1/assets', { params: { query } })),
    refetchInterval: AGAIN_MS,
  });
}

/** Links that cross levels. */
export function useCrossing(enabled: boolean) {
  return useQuery({
    queryKey: ['today', 'crossing'],
    queryFn: () =>
      ask(client.GET('/api/v1/links', { params: { query: { crosses_levels: true, limit: 500 } } })),
    refetchInterval: AGAIN_MS,
    enabled,
  });
}
