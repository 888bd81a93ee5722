// The simple network drawing: the machines of a system on their networks, row by row, sheet by sheet.
import type { Schemas } from '@/api/client';
import { called } from '@/lib/places';
import { laneOf, LANES, type Asset, type LinkRow } from '@/routes/map/model';

/** Machines of one row, and rows of one sheet: what is more stands on the next. */
export const COLUMNS = 8;
const ROWS = 5;
/** Protocols that are named of a network. */
const PROTOCOLS = 5;

export interface Row {
  /** The network, or empty for machines of which none is known. */
  readonly network: string;
  /** Addresses that occur in the row, as segments. */
  readonly segments: readonly string[];
  readonly protocols: readonly string[];
  readonly machines: readonly Asset[];
}

export interface Crossing {
  readonly from: string;
  readonly to: string;
  readonly protocols: readonly string[];
}

export interface Sheet {
  readonly system: Schemas['SystemRow'] | null;
  readonly number: number;
  readonly of: number;
  readonly rows: readonly Row[];
  /** Connections out of the system and into it. */
  readonly crossings: readonly Crossing[];
}

function segment(address: string): string {
  const ip = /^(\d+\.\d+\.\d+)\.\d+$/.exec(address);
  return ip?.[1] ? `${ip[1]}.0/24` : '';
}

function most(links: readonly LinkRow[]): string[] {
  const sums = new Map<string, number>();
  for (const { protocol, messages } of links) sums.set(protocol, (sums.get(protocol) ?? 0) + messages);
  return [...sums]
    .sort((left, right) => right[1] - left[1])
    .slice(0, PROTOCOLS)
    .map(([protocol]) => protocol);
}

/** From the office down to the field, then by name. */
function inOrder(assets: readonly Asset[]): Asset[] {
  const rank = (asset: Asset) => LANES.indexOf(laneOf(asset.level));
  return [...assets].sort(
    (one, other) =>
      rank(one) - rank(other) || called(one).localeCompare(called(other), 'ja', { numeric: true }),
  );
}

function rowsOf(assets: readonly Asset[], links: readonly LinkRow[]): Row[] {
  const networks = new Map<string, Asset[]>();
  for (const asset of assets) {
    const key = `${asset.network ?? ''} ${segment(asset.address)}`;
    networks.set(key, [...(networks.get(key) ?? []), asset]);
  }
  const sorted = [...networks].sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }));
  return sorted.flatMap(([key, machines]) => {
    const ids = new Set(machines.map(({ id }) => id));
    const own = links.filter(
      ({ client, server }) => ids.has(client.asset ?? '') || ids.has(server.asset ?? ''),
    );
    const ordered = inOrder(machines);
    const [network = '', part = ''] = key.split(' ');
    const rows: Row[] = [];
    for (let at = 0; at < ordered.length; at += COLUMNS) {
      rows.push({
        network,
        segments: part ? [part] : [],
        protocols: most(own),
        machines: ordered.slice(at, at + COLUMNS),
      });
    }
    return rows;
  });
}

function crossingsOf(assets: readonly Asset[], links: readonly LinkRow[]): Crossing[] {
  const ids = new Set(assets.map(({ id }) => id));
  const found = new Map<string, { from: string; to: string; protocols: Set<string> }>();
  for (const { client, server, protocol } of links) {
    const [isFrom, isTo] = [ids.has(client.asset ?? ''), ids.has(server.asset ?? '')];
    // Groups and addresses that name nobody are no other system.
    if (isFrom === isTo || !client.asset || !server.asset) continue;
    const [from, to] = [client.name || client.address, server.name || server.address];
    const known = found.get(`${from} ${to}`) ?? { from, to, protocols: new Set<string>() };
    known.protocols.add(protocol);
    found.set(`${from} ${to}`, known);
  }
  return [...found.values()].map(({ from, to, protocols }) => ({ from, to, protocols: [...protocols] }));
}

/** The sheets of a system; those of no system when there is none. */
export function sheetsOf(
  system: Schemas['SystemRow'] | null,
  assets: readonly Asset[],
  links: readonly LinkRow[],
): Sheet[] {
  const own = assets.filter((asset) => (asset.system ?? null) === (system?.id ?? null));
  const rows = rowsOf(own, links);
  const of = Math.ceil(rows.length / ROWS);
  const crossings = crossingsOf(own, links);
  return Array.from({ length: of }, (_, index) => ({
    system,
    number: index + 1,
    of,
    rows: rows.slice(index * ROWS, (index + 1) * ROWS),
    // Once is enough: they stand on the first sheet of a system.
    crossings: index === 0 ? crossings : [],
  }));
}
