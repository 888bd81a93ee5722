// Lines, zones and networks by their ids: lists carry ids, people read names.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { ask, client, type Schemas } from '@/api/client';

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

export function useNetworks() {
  const queryFn = () => ask(client.GET('/api/v1/networks', { params: { query } }));
  return useQuery({ queryKey: ['networks'], queryFn, ...KEEP });
}

export function useSystems() {
  const queryFn = () => ask(client.GET('/api/v1/systems', { params: { query } }));
  return useQuery({ queryKey: ['systems'], queryFn, ...KEEP });
}

export function useCells() {
  const queryFn = () => ask(client.GET('/api/v1/cells', { params: { query } }));
  return useQuery({ queryKey: ['cells'], queryFn, ...KEEP });
}

interface Named {
  readonly id: string;
  readonly name: string;
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
