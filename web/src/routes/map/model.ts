// What the map shows, out of assets and links: boxes in lanes, and who talks to whom between them.
import type { Schemas } from '@/api/client';
import { called, type NameOf } from '@/lib/places';

export type Asset = Schemas['MapAsset'];

/** Who or what an edge ends at; empty where it is no asset, or one that the reader may not see. */
export interface LinkEnd {
  readonly asset: string | null;
  readonly name: string;
  readonly address: string;
  readonly level: string;
}

/** Who talks to whom, with the ends as the assets are called. */
export type LinkRow = Omit<Schemas['MapLink'], 'client' | 'server'> & {
  readonly client: LinkEnd;
  readonly server: LinkEnd;
};

/** From the office down to the field; what stands on no known level comes last. */
export const LANES = ['4', 'dmz', '3', '2', '1', '0', 'none'] as const;
export type Lane = (typeof LANES)[number];

/** The lanes inside of the frame 工場内. */
export const INSIDE: ReadonlySet<Lane> = new Set(['3', '2', '1', '0']);

/** Boxes of the first view, and assets shown in opened ones. */
export const BOXES_MAX = 30;
export const OPEN_MAX = 150;

/** What a box stands for, as the interface keeps its place: the id of a line or zone, or the name of a segment. */
export type BoxKind = 'line' | 'zone' | 'segment' | 'others';

export interface Box {
  readonly id: string;
  readonly lane: Lane;
  readonly kind: BoxKind;
  readonly key: string;
  readonly name: string;
  readonly assets: readonly Asset[];
}

export interface Edge {
  readonly id: string;
  /** Ids of boxes or assets; the direction is that of who asks. */
  readonly from: string;
  readonly to: string;
  readonly links: readonly LinkRow[];
  readonly crosses: boolean;
}

export interface Plan {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

export function laneOf(level: string): Lane {
  if (level === '') return 'none';
  if (level.toLowerCase() === 'dmz' || level === '3.5') return 'dmz';
  const whole = String(Math.floor(Number(level)));
  return LANES.find((lane) => lane === whole) ?? 'none';
}

/** Without a line or zone, the addresses show what belongs together. */
function segment(address: string): string {
  const ip = /^(\d+\.\d+\.\d+)\.\d+$/.exec(address);
  return ip?.[1] ? `${ip[1]}.0/24` : '';
}

/** Segments that occur in more than one network: there the network must be said, too. */
function ambiguous(assets: readonly Asset[]): ReadonlySet<string> {
  const networks = new Map<string, Set<string>>();
  for (const { address, network } of assets) {
    const known = networks.get(segment(address)) ?? new Set();
    networks.set(segment(address), known.add(network ?? ''));
  }
  return new Set([...networks].filter(([, found]) => found.size > 1).map(([name]) => name));
}

type Group = Pick<Box, 'kind' | 'key' | 'name'>;

/** Machines whose own level is unknown stand where the plant's people put their zone. */
export function withLevels(
  assets: readonly Asset[],
  levelOfZone: (zone: string | null | undefined) => string,
): Asset[] {
  return assets.map((asset) => (asset.level === '' ? { ...asset, level: levelOfZone(asset.zone) } : asset));
}

/** Lines that reach through several zones, as offices, servers and DMZ do: there the zone says more. */
function spreadLines(assets: readonly Asset[]): ReadonlySet<string> {
  const zones = new Map<string, Set<string>>();
  for (const { line, zone } of assets) {
    if (line && zone) zones.set(line, (zones.get(line) ?? new Set()).add(zone));
  }
  return new Set([...zones].filter(([, found]) => found.size > 1).map(([line]) => line));
}

/** The id of a box: where it stands and what for, so that its place outlives a change of its name. */
export function boxId(lane: string, kind: string, key: string): string {
  return `${lane} ${kind} ${key}`;
}

function groupOf(
  asset: Asset,
  nameOf: NameOf,
  unclear: ReadonlySet<string>,
  spread: ReadonlySet<string>,
): Group {
  const isSpread = asset.line && asset.zone && spread.has(asset.line);
  if (asset.line && !isSpread) return { kind: 'line', key: asset.line, name: nameOf(asset.line) };
  if (asset.zone) return { kind: 'zone', key: asset.zone, name: nameOf(asset.zone) };
  const [part, network] = [segment(asset.address), nameOf(asset.network)];
  const isUnclear = unclear.has(part) && network !== '';
  const key = part === '' ? (asset.network ?? '') : isUnclear ? `${part} ${asset.network ?? ''}` : part;
  const name = part === '' ? network : isUnclear ? `${part}\n${network}` : part;
  return { kind: 'segment', key, name };
}

const NOBODY: LinkEnd = { asset: null, name: '', address: '', level: '' };

/** Links whose ends are called as the assets are, where they are known. */
export function withNames(links: readonly Schemas['MapLink'][], assets: readonly Asset[]): LinkRow[] {
  const ends = new Map(
    assets.map((asset) => {
      const { id, address, level } = asset;
      return [id, { asset: id, name: called(asset), address, level } satisfies LinkEnd];
    }),
  );
  const end = (id: string | null | undefined) => ends.get(id ?? '') ?? NOBODY;
  return links.map((link) => ({ ...link, client: end(link.client), server: end(link.server) }));
}

/** Rows of the list of links, whose ends are called as the assets are, where they are known. */
export function renamed(
  links: readonly Schemas['LinkRow'][],
  assets: readonly Asset[],
): Schemas['LinkRow'][] {
  const names = new Map(assets.map((asset) => [asset.id, called(asset)]));
  const end = (of: Schemas['EndRow']) => ({ ...of, name: names.get(of.asset ?? '') ?? of.name });
  return links.map((link) => ({ ...link, client: end(link.client), server: end(link.server) }));
}

function joinedIn(lane: Lane, boxes: readonly Box[], others: string): Box {
  const assets = boxes.flatMap((box) => box.assets);
  return { id: boxId(lane, 'others', ''), lane, kind: 'others', key: '', name: others, assets };
}

/** Where lines and zones are named, single machines that belong to none stand together: one box of each lane. */
function withoutStrays(boxes: readonly Box[], called: string): Box[] {
  if (boxes.every(({ kind }) => kind === 'segment')) return [...boxes];
  return LANES.flatMap((lane) => {
    const inLane = boxes.filter((box) => box.lane === lane);
    const strays = inLane.filter(({ kind, assets }) => kind === 'segment' && assets.length === 1);
    if (strays.length < 2) return inLane;
    return [...inLane.filter((box) => !strays.includes(box)), joinedIn(lane, strays, called)];
  });
}

/** At most `BOXES_MAX` boxes: the smallest of the fullest lane are put together, so that no machine is left out. */
function bounded(boxes: Box[], others: string): Box[] {
  while (boxes.length > BOXES_MAX) {
    const counts = LANES.map((lane) => boxes.filter((box) => box.lane === lane).length);
    const fullest = LANES[counts.indexOf(Math.max(...counts))];
    const inLane = boxes.filter((box) => box.lane === fullest);
    inLane.sort((left, right) => left.assets.length - right.assets.length);
    const [first, second] = inLane;
    if (!first || !second) return boxes;
    const joined = joinedIn(first.lane, [first, second], others);
    boxes = [...boxes.filter((box) => box !== first && box !== second), joined];
  }
  return boxes;
}

/** The boxes of the first view: lines, else zones, else segments, each split by level; what is left over comes last. */
export function boxesOf(
  assets: readonly Asset[],
  nameOf: NameOf,
  words: { readonly others: string; readonly strays: string },
): Box[] {
  const [unclear, spread] = [ambiguous(assets), spreadLines(assets)];
  const found = new Map<string, Group & { lane: Lane; assets: Asset[] }>();
  for (const asset of assets) {
    const [lane, group] = [laneOf(asset.level), groupOf(asset, nameOf, unclear, spread)];
    const id = boxId(lane, group.kind, group.key);
    const box = found.get(id) ?? { lane, ...group, assets: [] };
    box.assets.push(asset);
    found.set(id, box);
  }
  const boxes = [...found].map(([id, box]) => ({ id, ...box }));
  boxes.sort((left, right) => left.name.localeCompare(right.name, 'ja', { numeric: true }));
  return bounded(withoutStrays(boxes, words.strays), words.others);
}

/** Who talks to whom between what is shown: an opened box shows its assets, a closed one speaks for them. */
export function edgesOf(boxes: readonly Box[], open: ReadonlySet<string>, links: readonly LinkRow[]): Edge[] {
  const shownAs = new Map<string, string>();
  for (const box of boxes) {
    for (const asset of box.assets) shownAs.set(asset.id, open.has(box.id) ? asset.id : box.id);
  }
  const found = new Map<string, { from: string; to: string; links: LinkRow[] }>();
  for (const link of links) {
    const from = shownAs.get(link.client.asset ?? '');
    const to = shownAs.get(link.server.asset ?? '');
    if (!from || !to || from === to) continue;
    const id = `${from} > ${to}`;
    const edge = found.get(id) ?? { from, to, links: [] };
    edge.links.push(link);
    found.set(id, edge);
  }
  return [...found].map(([id, edge]) => ({
    id,
    ...edge,
    crosses: edge.links.some((link) => link.crosses_levels === true),
  }));
}

export interface LinkFilter {
  readonly protocol: string;
  /** Pairs of assets (client, server) between which the chosen verb was seen; null for any verb. */
  readonly pairs: ReadonlySet<string> | null;
  /** Only what was heard at or after this time, in milliseconds. */
  readonly since: number | null;
  readonly onlyCrossing: boolean;
}

export function pairOf(client: string | null | undefined, server: string | null | undefined): string {
  return `${client ?? ''} ${server ?? ''}`;
}

export function filtered(links: readonly LinkRow[], filter: LinkFilter): LinkRow[] {
  return links.filter(
    (link) =>
      (filter.protocol === '' || link.protocol === filter.protocol) &&
      (filter.pairs === null || filter.pairs.has(pairOf(link.client.asset, link.server.asset))) &&
      (filter.since === null || new Date(link.last_seen).getTime() >= filter.since) &&
      (!filter.onlyCrossing || link.crosses_levels === true),
  );
}

/** Machines that were not heard in both directions are blind spots. */
export function isBlind(asset: Asset): boolean {
  return asset.hearing !== 'both-directions';
}

/** The box of a node: itself, or the one in which an asset is shown. Boxes are few, and looked through first. */
function boxOfNode(id: string, boxes: readonly Box[]): Box | undefined {
  return (
    boxes.find((box) => box.id === id) ?? boxes.find((box) => box.assets.some((asset) => asset.id === id))
  );
}

/** How an edge is called: who asks whom. Where both are called the same, as a line in two lanes is, the lanes are said, too. */
export function nameOfEdge(edge: Edge, boxes: readonly Box[], lane: (lane: Lane) => string): string {
  const ends = [edge.from, edge.to].map((id) => ({ id, name: nameOfNode(id, boxes) }));
  const isSame = ends[0]?.name === ends[1]?.name;
  return ends
    .map(({ id, name }) => (isSame ? `${name} (${lane(boxOfNode(id, boxes)?.lane ?? 'none')})` : name))
    .join(' → ');
}

/** How an end of an edge is called. */
export function nameOfNode(id: string, boxes: readonly Box[]): string {
  const box = boxOfNode(id, boxes);
  if (!box || box.id === id) return box?.name ?? id;
  const asset = box.assets.find((row) => row.id === id);
  return asset ? called(asset) : id;
}
