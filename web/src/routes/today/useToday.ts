// What Today is made of.
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '@/api/client';
import { read } from '@/routes/assets/filter';
import { serverNow } from '@/session/session';
import { GRAVE_VERBS } from './sentences';

const DAY_MS = 86_400_000;
const AGAIN_MS = 15_000;
/** A shift sees at most so many of a verb; the page of commands has them all. */
const LIMIT = 100;

/** Since when: what was read before is not told again, on whatever device. Without a mark, the last 24 hours. */
export function useSince() {
  const queries = useQueryClient();
  const [dayAgo] = useState(() => new Date(serverNow() - DAY_MS).toISOString());
  const mark = useQuery({
    queryKey: ['read-mark'],
    queryFn: () => ask(client.GET('/api/v1/account/read-mark')),
    // What is being read does not move because the same person reads elsewhere.
    staleTime: Infinity,
  });
  const marking = useMutation({
    mutationFn: () =>
      ask(client.PUT('/api/v1/account/read-mark', { body: { until: new Date(serverNow()).toISOString() } })),
    onSuccess: (kept) => queries.setQueryData(['read-mark'], kept),
  });
  return {
    since: mark.data?.until ?? dayAgo,
    isKnown: !mark.isPending,
    markRead: () => marking.mutate(),
    error: marking.error,
  };
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

export function useNewAssets(since: string, enabled: boolean) {
  const query = { ...read(new URLSearchParams()), new_since: since, sort: '-first_seen', limit: LIMIT };
  return useQuery({
    queryKey: ['today', 'new', since],
    queryFn: () => ask(client.GET('/api/v1/assets', { params: { query } })),
    refetchInterval: AGAIN_MS,
    enabled,
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
