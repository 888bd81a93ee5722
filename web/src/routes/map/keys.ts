// The map with the arrow keys: which box or machine stands next in a direction.
import type { Layout, Placed } from './layout';

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** What lies aside counts so much more than what lies ahead. */
const ASIDE = 2;

export function isArrow(key: string): boolean {
  return key in DIRECTIONS;
}

/** The id of what stands next; what is there already when nothing does; the first box to begin with. */
export function nextIn(layout: Layout, from: string | null, key: string): string | null {
  const all: Placed[] = [...layout.boxes.values(), ...layout.leaves.values()];
  const here = all.find(({ id }) => id === from);
  const [right, down] = DIRECTIONS[key] ?? [0, 0];
  if (!here) return all.sort((one, other) => one.y - other.y || one.x - other.x)[0]?.id ?? null;
  let [best, least] = [here.id, Infinity];
  for (const { id, x, y } of all) {
    const [dx, dy] = [x - here.x, y - here.y];
    const ahead = dx * right + dy * down;
    const far = ahead + ASIDE * Math.abs(dx * down + dy * right);
    if (id !== here.id && ahead > 0 && far < least) [best, least] = [id, far];
  }
  return best;
}
