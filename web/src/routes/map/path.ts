// A path of the risk on the map: which of what is shown it touches, and its steps in their order.
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { OPEN_MAX, type Box } from './model';

/** Assets of a path at most: what an address holds is anybody's. */
const PATH_MAX = 20;

export interface Step {
  readonly id: string;
  /** Ids of boxes or assets. */
  readonly from: string;
  readonly to: string;
  readonly number: number;
}

export interface Route {
  readonly steps: readonly Step[];
  /** Ids of what it touches. */
  readonly touched: ReadonlySet<string>;
}

/** How the address names a zone in which a path begins; whatever else it names is an asset. */
const ZONE = 'zone:';

export function zoneOf(place: string): string | null {
  return place.startsWith(ZONE) ? place.slice(ZONE.length) : null;
}

/** The address of the map with a path: the zone where it begins, and the assets that are taken. */
export function mapWith(zone: string | null | undefined, assets: readonly string[]): string {
  return `/map?path=${[...(zone ? [`${ZONE}${zone}`] : []), ...assets].join(',')}`;
}

/** The box that speaks for a zone: that with the most of its assets. */
function boxOfZone(zone: string, boxes: readonly Box[]): Box | undefined {
  const counts = boxes.map((box) => box.assets.filter((asset) => asset.zone === zone).length);
  const most = Math.max(0, ...counts);
  return most > 0 ? boxes[counts.indexOf(most)] : undefined;
}

/** The places of the path that the address names, in their order. */
export function usePath() {
  const [params, setParams] = useSearchParams();
  const text = params.get('path') ?? '';
  const path = useMemo(() => (text === '' ? [] : text.split(',').slice(0, PATH_MAX)), [text]);
  const forget = () => {
    const next = new URLSearchParams(params);
    next.delete('path');
    setParams(next, { replace: true });
  };
  return { path, forget };
}

/** Boxes to be opened so that each asset of the path is seen; none where they hold more than can be drawn. */
export function openedBy(path: readonly string[], boxes: readonly Box[]): ReadonlySet<string> {
  const ids = new Set(path);
  const holding = boxes.filter(({ assets }) => assets.some(({ id }) => ids.has(id)));
  const shown = holding.reduce((sum, { assets }) => sum + assets.length, 0);
  return new Set(shown <= OPEN_MAX ? holding.map(({ id }) => id) : []);
}

/** The path between what is shown: an opened box shows its assets, a closed one speaks for them. */
export function routeOf(path: readonly string[], boxes: readonly Box[], open: ReadonlySet<string>): Route {
  const shownAs = (asset: string) => {
    const zone = zoneOf(asset);
    if (zone !== null) return boxOfZone(zone, boxes)?.id;
    const box = boxes.find(({ assets }) => assets.some(({ id }) => id === asset));
    return box && (open.has(box.id) ? asset : box.id);
  };
  const places = path.map(shownAs).filter((place) => place !== undefined);
  const steps = places.slice(1).flatMap((to, index) => {
    const from = places[index] ?? to;
    return from === to ? [] : [{ id: `path ${index + 1}`, from, to, number: index + 1 }];
  });
  return { steps, touched: new Set(places) };
}
