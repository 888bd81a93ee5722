// The first order of boxes in their lanes, with as few crossing lines as can be: ELK, in a worker.
import ELK, { type ElkNode } from 'elkjs/lib/elk-api';
import worker from 'elkjs/lib/elk-worker.min.js?url';
import { BOX } from './layout';
import { LANES, type Box, type Edge } from './model';

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.partitioning.activate': 'true',
  'elk.spacing.nodeNode': '24',
  'elk.layered.crossingMinimization.strategy': 'LAYER_SWEEP',
  'elk.randomSeed': '1',
};

function graphOf(boxes: readonly Box[], edges: readonly Edge[]): ElkNode {
  const laneOf = new Map(boxes.map((box) => [box.id, LANES.indexOf(box.lane)]));
  return {
    id: 'map',
    layoutOptions: OPTIONS,
    children: boxes.map(({ id }) => ({
      id,
      ...BOX,
      layoutOptions: { 'elk.partitioning.partition': String(laneOf.get(id) ?? 0) },
    })),
    // Lines inside of a lane would pull it apart into several layers.
    edges: edges
      .filter(({ from, to }) => laneOf.get(from) !== laneOf.get(to))
      .map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
  };
}

/** The order of boxes in their lanes. */
export async function order(boxes: readonly Box[], edges: readonly Edge[]): Promise<Record<string, number>> {
  const elk = new ELK({
    workerFactory: () => new Worker(worker),
  });
  try {
    const { children = [] } = await elk.layout(graphOf(boxes, edges));
    return Object.fromEntries(children.map(({ id, x = 0 }) => [id, Math.round(x)]));
  } finally {
    elk.terminateWorker();
  }
}
