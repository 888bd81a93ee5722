// Where boxes and edges of the Purdue map stand. Pure: data and width in, positions out.

const LANE_BOXES_MAX = 30;
const GROUPS_MAX = 60;
const OPENED_MAX = 120;
const EDGES_MAX = 300;
const BOX = { width: 164, height: 46, gap: 16, rowGap: 34, top: 30, bottom: 26 };
const LABEL_WIDTH = 204;
const JUMPS = ["same", "unknown", "next", "over"];

/** Lanes with their boxes, edges between boxes, and how many edges are not drawn. */
function layOut(data, width, view) {
  const owner = new Map();
  const lanes = [];
  for (const level of LEVELS) {
    const assets = data.assets.filter((asset) => asset.level === level);
    // The five levels always stand there; outside, DMZ and unknown only when somebody is in them.
    if (assets.length === 0 && [5, 3.5, null].includes(level)) continue;
    lanes.push({ level, count: assets.length, boxes: boxesOf(String(level), assets, view, owner, data) });
  }
  const { edges, left } = edgesOf(data, view, owner);
  arrange(lanes, edges, view);
  const height = placeBoxes(lanes, Math.max(width, LABEL_WIDTH + BOX.width + 2 * BOX.gap));
  const boxes = new Map(lanes.flatMap((lane) => lane.boxes).map((box) => [box.id, box]));
  route(edges, boxes);
  return { lanes, boxes, edges: new Map(edges.map((edge) => [edge.key, edge])), left, owner, width, height };
}

function boxesOf(lane, assets, view, owner, data) {
  if (assets.length <= LANE_BOXES_MAX) return assets.map((asset) => assetBox(asset, owner));
  const bySubnet = (asset) => {
    if (asset.hearing === "only-talked-about") return t("group.unheard");
    const subnet = asset.subnet ?? t("group.no-subnet");
    return data.several ? t("group.network", asset.network, subnet) : subnet;
  };
  return split(`group:${lane}`, assets, [bySubnet, (asset) => word("kind", asset.kind)], view, owner);
}

function split(prefix, assets, [by, ...finer], view, owner) {
  const groups = Map.groupBy ? Map.groupBy(assets, by) : groupBy(assets, by);
  if (groups.size === 1 && finer.length > 0) return split(prefix, assets, finer, view, owner);
  const bySize = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const rest = bySize.slice(GROUPS_MAX).flatMap(([, members]) => members);
  const kept = bySize.slice(0, GROUPS_MAX);
  if (rest.length > 0) kept.push([t("group.other"), rest]);
  return kept.flatMap(([name, members]) => {
    if (members.length === 1) return [assetBox(members[0], owner)];
    const id = `${prefix}/${name}`;
    const open = view.open.has(id);
    const group = { id, name, members, open };
    if (!open) {
      members.forEach((asset) => owner.set(asset.id, id));
      return [group];
    }
    if (members.length > OPENED_MAX && finer.length > 0) return [group, ...split(id, members, finer, view, owner)];
    const shown = members.slice(0, OPENED_MAX).map((asset) => assetBox(asset, owner));
    const hidden = members.slice(OPENED_MAX);
    hidden.forEach((asset) => owner.set(asset.id, `${id}/+`));
    return [group, ...shown, ...(hidden.length > 0 ? [{ id: `${id}/+`, name: t("group.more"), members: hidden }] : [])];
  });
}

function groupBy(rows, by) {
  const groups = new Map();
  for (const row of rows) groups.set(by(row), [...(groups.get(by(row)) ?? []), row]);
  return groups;
}

function assetBox(asset, owner) {
  owner.set(asset.id, asset.id);
  return { id: asset.id, asset, name: asset.label };
}

/** One directed edge for each two boxes of which one asks the other; the most telling ones when there are too many. */
function edgesOf(data, view, owner) {
  const edges = new Map();
  for (const pair of data.pairs.values()) {
    const [from, to] = [owner.get(pair.client.id), owner.get(pair.server.id)];
    if (!from || !to || from === to || !isWanted(pair, view)) continue;
    const key = `${from} ${to}`;
    const edge = edges.get(key) ?? { key, from, to, pairs: [], packets: 0, changes: false, jump: "same" };
    edge.pairs.push(pair);
    edge.packets += pair.packets;
    edge.changes ||= pair.changes;
    if (JUMPS.indexOf(pair.jump) > JUMPS.indexOf(edge.jump)) edge.jump = pair.jump;
    edges.set(key, edge);
  }
  const weight = (edge) => [JUMPS.indexOf(edge.jump) >= 2 ? JUMPS.indexOf(edge.jump) : 0, Number(edge.changes), edge.packets];
  const all = [...edges.values()].sort((a, b) => {
    const [one, other] = [weight(a), weight(b)];
    return other[0] - one[0] || other[1] - one[1] || other[2] - one[2];
  });
  return { edges: all.slice(0, EDGES_MAX), left: Math.max(0, all.length - EDGES_MAX) };
}

function isWanted(pair, view) {
  if (view.protocol && !pair.protocols.has(view.protocol)) return false;
  // Asking for a hardware address is no conversation; the table and the filter still have it.
  if (!view.protocol && pair.protocols.size === 1 && pair.protocols.has("arp")) return false;
  if (view.only === "changes") return pair.changes;
  return view.only !== "levels" || pair.jump === "next" || pair.jump === "over";
}

/** Neighbours stand near each other. Who has a place keeps it, so that the map does not move under the eye. */
function arrange(lanes, edges, view) {
  const peers = groupBy(edges.flatMap((edge) => [[edge.from, edge.to], [edge.to, edge.from]]), ([id]) => id);
  const at = new Map();
  const number = (lane) => lane.boxes.forEach((box, index) => at.set(box.id, (index + 0.5) / lane.boxes.length));
  const collator = new Intl.Collator("en", { numeric: true });
  for (const lane of lanes) {
    lane.known = new Map((view.order.get(lane.level) ?? []).map((id, index) => [id, index]));
    if (!lane.boxes.some((box) => box.members)) lane.boxes.sort((a, b) => collator.compare(a.name, b.name));
    number(lane);
  }
  for (let pass = 0; pass < 4; pass += 1) {
    for (const lane of pass % 2 ? [...lanes].reverse() : lanes) {
      // Groups stand by size, and what an opened one holds stays behind its head.
      if (lane.boxes.some((box) => box.members)) continue;
      const middle = (box) => {
        const places = (peers.get(box.id) ?? []).map(([, peer]) => at.get(peer)).filter((one) => one !== undefined);
        return places.length > 0 ? sum(places, (one) => one) / places.length : at.get(box.id);
      };
      const middles = new Map(lane.boxes.map((box) => [box.id, middle(box)]));
      lane.boxes.sort((a, b) => middles.get(a.id) - middles.get(b.id));
      number(lane);
    }
  }
  for (const lane of lanes) {
    const rank = (box) => lane.known.get(box.id) ?? Infinity;
    if (lane.boxes.every((box) => !box.members)) lane.boxes.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)));
    view.order.set(lane.level, lane.boxes.map((box) => box.id));
  }
}

/** Gives boxes their places in rows; answers the height of all lanes. */
function placeBoxes(lanes, width) {
  const perRow = Math.max(1, Math.floor((width - LABEL_WIDTH - BOX.gap) / (BOX.width + BOX.gap)));
  let y = 0;
  for (const lane of lanes) {
    const rows = Math.max(1, Math.ceil(lane.boxes.length / perRow));
    lane.y = y;
    lane.height = lane.boxes.length === 0 ? 52 : BOX.top + rows * BOX.height + (rows - 1) * BOX.rowGap + BOX.bottom;
    lane.boxes.forEach((box, index) => {
      const inRow = Math.min(perRow, lane.boxes.length - Math.floor(index / perRow) * perRow);
      // A short row stands in the middle, where its edges are shortest.
      const free = width - LABEL_WIDTH - BOX.gap - inRow * (BOX.width + BOX.gap);
      box.x = LABEL_WIDTH + BOX.gap + free / 2 + (index % perRow) * (BOX.width + BOX.gap);
      box.y = y + BOX.top + Math.floor(index / perRow) * (BOX.height + BOX.rowGap);
    });
    y += lane.height;
  }
  return y;
}

/** Draws each edge from the side of its box that faces the other one; ends on one side stand apart. */
function route(edges, boxes) {
  const sides = new Map();
  for (const edge of edges) {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    edge.level = Math.abs(from.y - to.y) < 1;
    const down = to.y > from.y;
    for (const [box, other, side] of [[from, to, !edge.level && down ? "bottom" : "top"], [to, from, edge.level || down ? "top" : "bottom"]]) {
      const key = `${box.id} ${side}`;
      if (!sides.has(key)) sides.set(key, { box, side, ends: [] });
      sides.get(key).ends.push({ edge, x: other.x, start: box === from });
    }
  }
  for (const { box, side, ends } of sides.values()) {
    ends.sort((a, b) => a.x - b.x);
    ends.forEach(({ edge, start }, at) => {
      const point = [box.x + (BOX.width * (at + 1)) / (ends.length + 1), side === "top" ? box.y : box.y + BOX.height];
      if (start) edge.start = point;
      else edge.end = point;
    });
  }
  for (const edge of edges) bend(edge);
}

function bend(edge) {
  const [[x1, y1], [x2, y2]] = [edge.start, edge.end];
  const rise = edge.level ? -Math.min(26, 12 + Math.abs(x2 - x1) * 0.03) : (y2 - y1) * 0.45;
  const [c1, c2] = edge.level ? [y1 + rise, y2 + rise] : [y1 + rise, y2 - rise];
  const round = (value) => Math.round(value * 10) / 10;
  edge.path = `M${round(x1)} ${round(y1)}C${round(x1)} ${round(c1)} ${round(x2)} ${round(c2)} ${round(x2)} ${round(y2)}`;
  edge.middle = [round((x1 + x2) / 2), round((y1 + 3 * c1 + 3 * c2 + y2) / 8)];
}
