// Lines, zones and networks by their ids: lists carry ids, people read names.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import i18next from 'i18next';
import { useMemo } from 'react';
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

function allInWords<T extends Named, P extends { items: T[] }>(page: P): P {
  return { ...page, items: page.items.map(inWords) };
}

export function useNetworks() {
  const queryFn = () => ask(client.GET('/api/v1/networks', { params: { query } }));
  return useQuery({
    queryKey: ['networks'],
    queryFn,
    select: allInWords,
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
  const lines = useLines().data?.items;
  const zones = useZones().data?.items;
  const networks = useNetworks().data?.items;
  const systems = useSystems().data?.items;
  const cells = useCells().data?.items;
  // The same function until a name changes: tables of many rows are built from it.
  return useMemo(() => {
    const all: readonly Named[] = [
      ...(lines ?? []),
      ...(zones ?? []),
      ...(networks ?? []),
      ...(systems ?? []),
      ...(cells ?? []),
    ];
    const names = new Map(all.map(({ id, name }) => [id, name]));
    return (id) => (id ? (names.get(id) ?? id) : '');
  }, [lines, zones, networks, systems, cells]);
}

/** The level of a zone, as people gave it; empty without one. */
export function useZoneLevels(): (zone: string | null | undefined) => string {
  const zones = useZones().data?.items;
  return useMemo(() => {
    const levels = new Map((zones ?? []).map(({ id, level }) => [id, level]));
    return (zone) => levels.get(zone ?? '') ?? '';
  }, [zones]);
}

/** How an asset is called: the shop floor's name first, its own second, its address last. */
export function called(
  asset: Pick<Schemas['AssetRow'], 'floor_name' | 'name' | 'address' | 'model'>,
): string {
  return asset.floor_name || asset.name || asset.model || asset.address;
}
