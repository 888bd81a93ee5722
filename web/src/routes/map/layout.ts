// Where things stand. Lanes give the height; the order in a lane is kept once it is found, so that nothing moves by
// itself.
import { INSIDE, LANES, type Box, type Lane } from './model';

export const BOX = { width: 148, height: 50 };
export const LEAF = { width: 146, height: 44 };
const GAP = 16;
const PAD = 12;
const TITLE = 26;
/** So that the texts can still be read when the whole map stands in a window of 1280 px. */
const COLUMNS = 5;
/** Lanes are as wide as their columns; what is more stands in further rows. */
const WIDTH = COLUMNS * (BOX.width + GAP) - GAP + 2 * PAD;
/** Room at the left for the name of the frame. */
export const LEFT = 36;
/** Ranks of one row of a lane lie below those of the next. */
const ROW = 100_000;

export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LanePlaced extends Placed {
  readonly lane: Lane;
}

export interface BoxPlaced extends LanePlaced {
  readonly row: number;
  /** Upper edge of its row. */
  readonly top: number;
}

/** The order of boxes in their lanes, by their ids. */
export type Ranks = Readonly<Record<string, number>>;

export interface Layout {
  readonly lanes: readonly LanePlaced[];
  readonly frame: Placed | null;
  readonly boxes: ReadonlyMap<string, BoxPlaced>;
  readonly leaves: ReadonlyMap<string, Placed>;
}

export function sizeOf(box: Box, isOpen: boolean): { width: number; height: number } {
  if (!isOpen) return BOX;
  const columns = Math.min(COLUMNS, Math.max(1, box.assets.length));
  const rows = Math.ceil(box.assets.length / columns);
  return {
    width: columns * (LEAF.width + 10) + 24,
    height: rows * (LEAF.height + 10) + TITLE + 20,
  };
}

interface RowItem {
  readonly box: Box;
  readonly left: number;
  readonly row: number;
}

/** The boxes of a lane in their order, row by row: what is opened pushes those behind it on. */
function flow(boxes: readonly Box[], open: ReadonlySet<string>, ranks: Ranks): RowItem[] {
  // What is new stands at the end of its lane, so that nothing else moves.
  const rank = (box: Box) => ranks[box.id] ?? Number.MAX_SAFE_INTEGER;
  const ordered = [...boxes].sort((one, other) => rank(one) - rank(other));
  let [left, row] = [LEFT + PAD, 0];
  return ordered.map((box) => {
    const { width } = sizeOf(box, open.has(box.id));
    if (left > LEFT + PAD && left + width > LEFT + WIDTH) [left, row] = [LEFT + PAD, row + 1];
    const item = { box, left, row };
    left += width + GAP;
    return item;
  });
}

/** Where a box belongs in the order of its lane, by where it was put. */
export function rankAt(layout: Layout, lane: Lane, x: number, y: number): number {
  const tops = [...new Set([...layout.boxes.values()].filter((at) => at.lane === lane).map((at) => at.top))];
  tops.sort((one, other) => one - other);
  const row = tops.filter((top) => top <= y).length - 1;
  return Math.max(0, row) * ROW + Math.max(0, x);
}

/** The order as it is drawn. */
export function ranksOf(layout: Layout): Ranks {
  const ranks: Record<string, number> = {};
  for (const at of layout.boxes.values()) ranks[at.id] = at.row * ROW + at.x - at.width / 2;
  return ranks;
}

function leavesOf(box: Box, at: Placed, leaves: Map<string, Placed>): void {
  const columns = Math.min(COLUMNS, Math.max(1, box.assets.length));
  box.assets.forEach((asset, index) => {
    const [column, line] = [index % columns, Math.floor(index / columns)];
    leaves.set(asset.id, {
      id: asset.id,
      x: at.x - at.width / 2 + 12 + column * (LEAF.width + 10) + LEAF.width / 2,
      y: at.y - at.height / 2 + TITLE + 4 + line * (LEAF.height + 10) + LEAF.height / 2,
      ...LEAF,
    });
  });
}

/** Puts everything in its place. Positions are centres, as the drawing wants them. */
export function place(boxes: readonly Box[], open: ReadonlySet<string>, ranks: Ranks): Layout {
  const placed = new Map<string, BoxPlaced>();
  const leaves = new Map<string, Placed>();
  const flows = LANES.map((lane) => ({
    lane,
    items: flow(
      boxes.filter((box) => box.lane === lane),
      open,
      ranks,
    ),
  }));
  // The office, the control levels and the field are always drawn; the others only when something stands there.
  const drawn = flows.filter(({ lane, items }) => items.length > 0 || (lane !== 'dmz' && lane !== 'none'));
  const lanes: LanePlaced[] = [];
  let top = 0;
  for (const { lane, items } of drawn) {
    let y = top + TITLE;
    for (let row = 0; items.some((item) => item.row === row); row += 1) {
      const inRow = items.filter((item) => item.row === row);
      const heights = inRow.map(({ box }) => sizeOf(box, open.has(box.id)).height);
      for (const { box, left } of inRow) {
        const size = sizeOf(box, open.has(box.id));
        const centre = { x: left + size.width / 2, y: y + size.height / 2 };
        const at = { id: box.id, ...centre, ...size, lane, row, top: y };
        placed.set(box.id, at);
        if (open.has(box.id)) leavesOf(box, at, leaves);
      }
      y += Math.max(...heights) + GAP;
    }
    const height = Math.max(BOX.height / 2 + TITLE, y - top - GAP + PAD);
    lanes.push({ id: `lane ${lane}`, lane, x: LEFT + WIDTH / 2, y: top + height / 2, width: WIDTH, height });
    top += height + 6;
  }
  return { lanes, frame: frameAround(lanes.filter(({ lane }) => INSIDE.has(lane))), boxes: placed, leaves };
}

function frameAround(lanes: readonly LanePlaced[]): Placed | null {
  const [first, last] = [lanes[0], lanes.at(-1)];
  if (!first || !last) return null;
  const [top, bottom] = [first.y - first.height / 2 - 5, last.y + last.height / 2 + 5];
  // The frame's own name stands at its left, beside the lanes.
  return {
    id: 'frame',
    x: first.x - 14,
    y: (top + bottom) / 2,
    width: first.width + 40,
    height: bottom - top,
  };
}
