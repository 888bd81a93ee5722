// Everything that the map draws: assets, links, and between whom a verb was seen.
import { useQuery } from '@tanstack/react-query';
import { ask, client, type Schemas } from '@/api/client';
import { pairOf, type Asset } from './model';

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

/** Beyond so many links a drawing is not asked for every half minute. */
const LINKS_MANY = 20_000;
const SOON_MS = 30_000;
const LATER_MS = 300_000;

export function useMapAssets(enabled = true) {
  return useQuery<Whole<Asset>>({
    queryKey: ['map', 'assets'],
    queryFn: async () => {
      const { is_whole: isWhole, ...drawing } = await ask(client.GET('/api/v1/map/assets'));
      return { ...drawing, isWhole };
    },
    staleTime: 60_000,
    enabled,
  });
}

export function useMapLinks(enabled = true) {
  return useQuery<Whole<Schemas['MapLink']>>({
    queryKey: ['map', 'links'],
    queryFn: async () => {
      const { is_whole: isWhole, ...drawing } = await ask(client.GET('/api/v1/map/links'));
      return { ...drawing, isWhole };
    },
    refetchInterval: ({ state }) => ((state.data?.items.length ?? 0) > LINKS_MANY ? LATER_MS : SOON_MS),
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
