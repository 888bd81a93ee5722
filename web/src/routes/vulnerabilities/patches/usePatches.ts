// What to install and when, and what people may do about it.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, client } from '@/api/client';
import type { paths } from '@/api/schema';
import type { Open } from '@/lib/patch';
import { AGAIN_MS } from '../useWeaknesses';

export type PatchQuery = NonNullable<paths['/api/v1/vulnerabilities/patches']['get']['parameters']['query']>;

export function usePatches(query: PatchQuery) {
  return useInfiniteQuery({
    queryKey: ['vulnerabilities', 'patches', query],
    queryFn: ({ pageParam }) =>
      ask(
        client.GET('/api/v1/vulnerabilities/patches', {
          params: { query: { ...query, limit: 100, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: AGAIN_MS,
  });
}

export function useAssetPatches(id: string) {
  return useQuery({
    queryKey: ['vulnerabilities', 'patches of', id],
    queryFn: () => ask(client.GET('/api/v1/assets/{id}/patches', { params: { path: { id } } })),
    refetchInterval: AGAIN_MS,
  });
}

export function usePatchGoals(line?: string) {
  return useQuery({
    queryKey: ['vulnerabilities', 'patch goals', line],
    queryFn: () => ask(client.GET('/api/v1/vulnerabilities/patches/goals', { params: { query: { line } } })),
    refetchInterval: AGAIN_MS,
  });
}

/** Patches of the same version. */
type Chosen = readonly Open[];

const named = (chosen: Chosen) => ({
  assets: chosen.map(({ asset }) => asset),
  version: chosen[0]?.version ?? '',
});

export interface Step {
  readonly to: string;
  readonly note: string;
  readonly approver: string;
}

/** Takes all of them to the next state, or none; everything about them is read anew afterwards. */
export function useStep(chosen: Chosen, onDone: (changed: number) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (step: Step) =>
      ask(client.POST('/api/v1/vulnerabilities/patches/moves', { body: { ...named(chosen), ...step } })),
    onSuccess: async ({ changed }) => {
      await queries.invalidateQueries({ queryKey: ['vulnerabilities'] });
      onDone(changed);
    },
  });
}

export interface Deferral {
  readonly reason: string;
  readonly owner: string;
  /** UTC. */
  readonly until: string;
  readonly mitigations: string[];
  readonly residual_risk: string;
}

/** Defers all of them, or none. */
export function useDefer(chosen: Chosen, onDone: (changed: number) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (deferral: Deferral) =>
      ask(
        client.POST('/api/v1/vulnerabilities/patches/deferrals', { body: { ...named(chosen), ...deferral } }),
      ),
    onSuccess: async ({ changed }) => {
      await queries.invalidateQueries({ queryKey: ['vulnerabilities'] });
      onDone(changed);
    },
  });
}
