// The drawing itself. What it shows and what it opens is reachable in the list beside it with the keyboard, too.
import cytoscape, { type Core, type ElementDefinition } from 'cytoscape';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { onTheme } from '@/app/theme';
import { protocolName } from '@/lib/words';
import { isArrow, nextIn } from './keys';
import type { Layout, Placed } from './layout';
import { isBlind, type Box, type Edge } from './model';
import type { Route } from './path';
import { styles } from './styles';

/** The library would write a style element, which the page's policy forbids; our own sheet has its rule. */
const ITS_SHEET = '__________cytoscape_stylesheet';

function withoutItsSheet(): void {
  if (document.getElementById(ITS_SHEET)) return;
  const mark = document.createElement('meta');
  mark.id = ITS_SHEET;
  document.head.append(mark);
}

/** Room around the whole map. */
const FIT_PX = 12;

interface CanvasProps {
  readonly layout: Layout;
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
  readonly open: ReadonlySet<string>;
  readonly selected: string | null;
  /** A path of the risk, drawn over all else. */
  readonly route: Route;
  readonly onlyCrossing: boolean;
  readonly labels: { readonly lane: (lane: string) => string; readonly asset: (id: string) => string };
  readonly onBox: (id: string) => void;
  readonly onAsset: (id: string) => void;
  readonly onEdge: (id: string) => void;
  /** Whether boxes may be placed. */
  readonly isMovable: boolean;
  readonly onMoved: (id: string, left: number, middle: number) => void;
}

function node(at: Placed, label: string, classes: string, isMovable = false): ElementDefinition {
  const data = { id: at.id, label, width: at.width, height: at.height, textWidth: String(at.width - 14) };
  return { data, position: { x: at.x, y: at.y }, classes, grabbable: isMovable, selectable: isMovable };
}

/** The name of a lane stands at its upper left, above all lines: who reads the map looks for it first. */
function titleOf(lane: Placed, label: string, isInside: boolean): ElementDefinition {
  const at = { x: lane.x - lane.width / 2 + 6, y: lane.y - lane.height / 2 + 14 };
  return node(
    { id: `title ${lane.id}`, ...at, width: 1, height: 1 },
    label,
    isInside ? 'title inside-title' : 'title',
  );
}

/** The whole map as large as it fits, at the upper edge of its window. */
function fitTop(core: Core): void {
  core.fit(undefined, FIT_PX);
  const { y1 } = core.elements().renderedBoundingBox();
  core.panBy({ x: 0, y: Math.min(0, FIT_PX - y1) });
}

function elements(props: CanvasProps, inside: string): ElementDefinition[] {
  const { layout, boxes, edges, open, labels, onlyCrossing, route } = props;
  const drawn: ElementDefinition[] = [];
  for (const lane of layout.lanes) {
    const isInside = ['3', '2', '1', '0'].includes(lane.lane);
    drawn.push(node(lane, '', isInside ? 'lane inside' : 'lane'));
    drawn.push(titleOf(lane, labels.lane(lane.lane), isInside));
  }
  if (layout.frame) drawn.push(node(layout.frame, inside, 'frame'));
  const ends = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const faded = (id: string) => (onlyCrossing && !ends.has(id) ? ' faded' : '');
  const touched = (id: string) => (route.touched.has(id) ? ' on-path' : '');
  for (const box of boxes) {
    const at = layout.boxes.get(box.id);
    if (!at) continue;
    const isOpen = open.has(box.id);
    const blind = !isOpen && box.assets.every(isBlind) ? ' blind' : '';
    const state = isOpen ? ' open' : `${blind}${faded(box.id)}${touched(box.id)}`;
    drawn.push(
      node(at, `${box.name}\n${isOpen ? '▼' : '▶'} ${box.assets.length}`, `box${state}`, props.isMovable),
    );
    if (!isOpen) continue;
    for (const asset of box.assets) {
      const leaf = layout.leaves.get(asset.id);
      if (leaf)
        drawn.push(
          node(
            leaf,
            labels.asset(asset.id),
            `leaf${isBlind(asset) ? ' blind' : ''}${faded(asset.id)}${touched(asset.id)}`,
          ),
        );
    }
  }
  for (const edge of edges) {
    const messages = edge.links.reduce((sum, link) => sum + link.messages, 0);
    const protocols = [...new Set(edge.links.map((link) => protocolName(link.protocol)))]
      .slice(0, 3)
      .join(', ');
    const width = Math.min(6, 1 + Math.log10(1 + messages) / 1.5) + (edge.crosses ? 1 : 0);
    const classes = `${edge.crosses ? 'crosses' : ''} ${onlyCrossing ? 'labelled' : ''}`;
    drawn.push({
      data: { id: edge.id, source: edge.from, target: edge.to, width, label: protocols },
      classes,
    });
  }
  for (const { id, from, to, number } of route.steps) {
    drawn.push({ data: { id, source: from, target: to, label: String(number) }, classes: 'path' });
  }
  return drawn;
}

export function Canvas(props: CanvasProps) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const drawing = useRef<Core | null>(null);
  const latest = useRef(props);
  // Where the keyboard stands.
  const [cursor, setCursor] = useState<string | null>(null);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (!element.current) return undefined;
    withoutItsSheet();
    const core = cytoscape({
      container: element.current,
      style: styles(),
      layout: { name: 'preset' },
      minZoom: 0.15,
      maxZoom: 3,
      boxSelectionEnabled: false,
    });
    core.on('tap', 'node.box', (event) => latest.current.onBox(String(event.target.id())));
    core.on('tap', 'node.leaf', (event) => latest.current.onAsset(String(event.target.id())));
    core.on('tap', 'edge', (event) => latest.current.onEdge(String(event.target.id())));
    core.on('dragfree', 'node.box', (event) => {
      const box = event.target;
      const { x, y } = box.position();
      latest.current.onMoved(String(box.id()), Math.round(x - box.width() / 2), Math.round(y));
    });
    drawing.current = core;
    // Until the reader moves it, the whole map stays in sight, whatever becomes of the window.
    let isOwn = true;
    const fit = () => {
      core.resize();
      if (isOwn) fitTop(core);
    };
    core.on('scrollzoom pinchzoom dragpan', () => {
      isOwn = false;
    });
    core.on('fit', fit);
    const sizes = new ResizeObserver(fit);
    sizes.observe(element.current);
    const forget = onTheme(() => core.style(styles()));
    return () => {
      forget();
      sizes.disconnect();
      core.destroy();
      drawing.current = null;
    };
  }, []);
  const { layout, boxes, edges, open, selected, onlyCrossing, labels, isMovable, route } = props;
  useEffect(() => {
    const core = drawing.current;
    if (!core) return;
    core.batch(() => {
      core.elements().remove();
      core.add(elements(latest.current, t('map.inside')));
      if (selected) core.getElementById(selected).select();
    });
    core.emit('fit');
  }, [layout, boxes, edges, open, selected, onlyCrossing, labels, isMovable, route, t]);
  const box = boxes.find(({ id }) => id === cursor);
  const isThere = cursor !== null && (box !== undefined || layout.leaves.has(cursor));
  useEffect(() => {
    const core = drawing.current;
    core?.elements().removeClass('cursor');
    if (core && isThere && cursor !== null) core.getElementById(cursor).addClass('cursor');
  }, [cursor, isThere, layout, boxes, edges, open, selected, onlyCrossing, labels, isMovable, route]);
  const press = (event: KeyboardEvent) => {
    if (isArrow(event.key)) setCursor(nextIn(layout, cursor, event.key));
    else if (event.key === 'Escape') setCursor(null);
    else if (event.key === 'Enter' && cursor !== null && isThere) (box ? props.onBox : props.onAsset)(cursor);
    else return;
    event.preventDefault();
  };
  const told = box
    ? `${labels.lane(box.lane)} ${box.name} ${open.has(box.id) ? '▼' : '▶'} ${t('assets.count', { count: box.assets.length, n: box.assets.length })}`
    : isThere && cursor !== null
      ? labels.asset(cursor)
      : t('map.keys');

  return (
    // The arrow keys belong to the drawing while it has the focus.
    <div
      className="map-canvas"
      role="application"
      aria-label={t('map.drawing')}
      tabIndex={0}
      onKeyDown={press}
    >
      <div ref={element} className="map-drawing" />
      <p className="map-cursor" role="status">
        {told}
      </p>
    </div>
  );
}
