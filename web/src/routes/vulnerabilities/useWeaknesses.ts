// Weaknesses by advisory, and what may be done about them.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, client, type Schemas } from '@/api/client';
import type { paths } from '@/api/schema';

export type VulnerabilityQuery = NonNullable<paths['/api/v1/vulnerabilities']['get']['parameters']['query']>;

/** Weaknesses are computed anew in the background: what a page shows is read again so often. */
export const AGAIN_MS = 15_000;

export function useAdvisories(query: VulnerabilityQuery) {
  return useInfiniteQuery({
    queryKey: ['vulnerabilities', 'list', query],
    queryFn: ({ pageParam }) =>
      ask(
        client.GET('/api/v1/vulnerabilities', {
          params: { query: { ...query, limit: 100, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: AGAIN_MS,
  });
}

export function useAdvisory(advisory: string) {
  return useQuery({
    queryKey: ['vulnerabilities', 'one', advisory],
    queryFn: () => ask(client.GET('/api/v1/vulnerabilities/{advisory}', { params: { path: { advisory } } })),
    refetchInterval: AGAIN_MS,
  });
}

export function useUpdates(line: string | undefined) {
  return useQuery({
    queryKey: ['vulnerabilities', 'updates', line],
    queryFn: () => ask(client.GET('/api/v1/vulnerabilities/updates', { params: { query: { line } } })),
    refetchInterval: AGAIN_MS,
  });
}

/** Assets of a line, or of all, by risk, page by page: the worst first. */
export function useAssetsByRisk(line: string | undefined) {
  return useInfiniteQuery({
    queryKey: ['vulnerabilities', 'assets', line],
    queryFn: ({ pageParam }) =>
      ask(client.GET('/api/v1/risk/assets', { params: { query: { line, limit: 500, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: AGAIN_MS,
  });
}

export function useAssetRisk(id: string) {
  return useQuery({
    queryKey: ['vulnerabilities', 'risk', id],
    queryFn: () => ask(client.GET('/api/v1/assets/{id}/risk', { params: { path: { id } } })),
    refetchInterval: AGAIN_MS,
  });
}

export function useAssetWeaknesses(id: string) {
  return useQuery({
    queryKey: ['vulnerabilities', 'asset', id],
    queryFn: () => ask(client.GET('/api/v1/assets/{id}/vulnerabilities', { params: { path: { id } } })),
    refetchInterval: AGAIN_MS,
  });
}

/** What is decided of weaknesses: of each for those of the assets that have it. */
export interface Deciding {
  readonly assets: readonly string[];
  readonly weaknesses: readonly string[];
  readonly state: 'not-affected' | 'fixed' | 'accepted';
  /** One of the words of VEX with `not-affected`, empty otherwise. */
  readonly justification: string;
  readonly reason: string;
  /** With `accepted`: until when, UTC. */
  readonly until?: string;
}

/** Decides; everything about weaknesses is read anew afterwards. */
export function useDecide(onDone: (done: Schemas['WeaknessesDecided']) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Deciding) =>
      ask(
        client.POST('/api/v1/vulnerabilities/decisions', {
          body: { ...body, assets: [...body.assets], weaknesses: [...body.weaknesses] },
        }),
      ),
    onSuccess: async (done) => {
      await queries.invalidateQueries({ queryKey: ['vulnerabilities'] });
      onDone(done);
    },
  });
}

export function useWithdraw() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ask(client.DELETE('/api/v1/vulnerabilities/decisions/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['vulnerabilities'] }),
  });
}
