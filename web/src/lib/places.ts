// Lines, zones and networks by their ids: lists carry ids, people read names.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import i18next from 'i18next';
import { ask, client, type Schemas } from '@/api/client';

interface Named {
  readonly id: string;
  readonly name: string;
}

const query = { limit: 500 };
const KEEP = { staleTime: 60_000 };

export function useLines() {
  const queryFn = () => ask(client.GET('/api/v1/lines', { params: { query } }));
  return useQuery({ queryKey: ['lines'], queryFn, ...KEEP });
}

export function useZones() {
  const queryFn = () => ask(client.GET('/api/v1/zones', { params: { query } }));
  return useQuery({ queryKey: ['zones'], queryFn, ...KEEP });
}

/** Networks that nobody named yet are numbered by the server, in English. */
function inWords<T extends Named>(network: T): T {
  const numbered = /^network (\d+)$/.exec(network.name);
  return numbered ? { ...network, name: i18next.t('common.networkNumber', { n: numbered[1] }) } : network;
}

export function useNetworks() {
  const queryFn = () => ask(client.GET('/api/v1/networks', { params: { query } }));
  return useQuery({
    queryKey: ['networks'],
    queryFn,
    select: (page) => ({ ...page, items: page.items.map(inWords) }),
    ...KEEP,
  });
}

export function useSystems() {
  const queryFn = () => ask(client.GET('/api/v1/systems', { params: { query } }));
  return useQuery({ queryKey: ['systems'], queryFn, ...KEEP });
}

export function useCells() {
  const queryFn = () => ask(client.GET('/api/v1/cells', { params: { query } }));
  return useQuery({ queryKey: ['cells'], queryFn, ...KEEP });
}

type Listed = UseQueryResult<{ items: readonly Named[] }>;

/** What the reader may choose from, as id and name. */
export function choices(list: Listed): readonly Named[] {
  return list.data?.items ?? [];
}

export type NameOf = (id: string | null | undefined) => string;

/** The name of a line, zone, network, system or cell; empty without an id, the id itself when it is hidden. */
export function usePlaceNames(): NameOf {
  const lists: readonly Listed[] = [useLines(), useZones(), useNetworks(), useSystems(), useCells()];
  const names = new Map(lists.flatMap(choices).map(({ id, name }) => [id, name]));
  return (id) => (id ? (names.get(id) ?? id) : '');
}

/** How an asset is called: the shop floor's name first, its own second, its address last. */
export function called(
  asset: Pick<Schemas['AssetRow'], 'floor_name' | 'name' | 'address' | 'model'>,
): string {
  return asset.floor_name || asset.name || asset.model || asset.address;
}
