// Everything that the map draws: assets, links, and between whom a verb was seen.
import { useQuery } from '@tanstack/react-query';
import { ask, client, type Schemas } from '@/api/client';
import { read } from '@/routes/assets/filter';
import { pairOf, type Asset, type LinkRow } from './model';

const LIMIT = 500;
/** Pages that are read at most: 10,000 rows. Beyond that the map says that it is incomplete. */
const PAGES = 20;

interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
  readonly hidden: number;
}

export interface Whole<T> {
  readonly items: readonly T[];
  readonly hidden: number;
  readonly isWhole: boolean;
}

export async function whole<T>(page: (cursor: string | undefined) => Promise<Page<T>>): Promise<Whole<T>> {
  const items: T[] = [];
  let cursor: string | undefined;
  let hidden = 0;
  for (let pages = 0; pages < PAGES; pages += 1) {
    const answer = await page(cursor);
    items.push(...answer.items);
    hidden = answer.hidden;
    cursor = answer.next ?? undefined;
    if (cursor === undefined) return { items, hidden, isWhole: true };
  }
  return { items, hidden, isWhole: false };
}

const assetPage = (cursor: string | undefined) =>
  ask(
    client.GET('/api/v1/assets', {
      params: { query: { ...read(new URLSearchParams()), limit: LIMIT, cursor } },
    }),
  );

const linkPage = (cursor: string | undefined) =>
  ask(client.GET('/api/v1/links', { params: { query: { limit: LIMIT, cursor } } }));

export function useMapAssets(enabled = true) {
  return useQuery<Whole<Asset>>({
    queryKey: ['map', 'assets'],
    queryFn: () => whole(assetPage),
    staleTime: 60_000,
    enabled,
  });
}

export function useMapLinks(enabled = true) {
  return useQuery<Whole<LinkRow>>({
    queryKey: ['map', 'links'],
    queryFn: () => whole(linkPage),
    refetchInterval: 30_000,
    enabled,
  });
}

/** Pairs between which a verb was seen. */
export function useVerbPairs(verb: string) {
  const page = (cursor: string | undefined): Promise<Page<Schemas['CommandRow']>> =>
    ask(client.GET('/api/v1/commands', { params: { query: { verb, limit: LIMIT, cursor } } }));
  return useQuery({
    queryKey: ['map', 'verb', verb],
    queryFn: async () => {
      const { items } = await whole(page);
      return new Set(items.map((row) => pairOf(row.client.asset, row.server.asset)));
    },
    enabled: verb !== '',
  });
}
