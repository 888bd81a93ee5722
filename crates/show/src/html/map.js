// The Purdue map: lanes by level, boxes for machines or groups of them, arrows from who asks to who is asked.

function drawMap() {
  const { data, map: view } = state;
  const section = document.getElementById("map");
  const protocols = [...new Set([...data.pairs.values()].flatMap((pair) => [...pair.protocols]))].sort();
  const only = ["levels", "changes"].map((name) => [name, t(`map.only.${name}`)]);
  patch(section,
    h("h2", { id: "map-title" }, t("map.title")),
    h("div", { class: "filters" },
      choice("protocol", protocols.map((one) => [one, word("protocol", one)]), "map"),
      choice("only", only, "map"),
      h("p", { class: "count", role: "status" })),
    legend(),
    h("div", { class: "canvas", "data-own": true, "data-key": "canvas" }));
  drawCanvas(section.querySelector(".canvas"));
}

function drawCanvas(canvas) {
  const { data, map: view } = state;
  const width = Math.max(720, canvas.clientWidth);
  const layout = layOut(data, width, view);
  state.layout = layout;
  const crossing = [...layout.edges.values()].filter((edge) => edge.jump === "next" || edge.jump === "over").length;
  patch(canvas.parentNode.querySelector(".count"),
    t("map.count", layout.edges.size, crossing), layout.left > 0 ? ` ${t("map.left-out", layout.left)}` : "");
  patch(canvas, h("svg", {
    width: layout.width, height: layout.height, viewBox: `0 0 ${layout.width} ${layout.height}`, role: "group",
    "aria-label": t("map.title"),
  }, arrows(), layout.lanes.map((lane) => drawLane(lane, layout.width)),
  h("g", { "data-key": "edges" }, [...layout.edges.values()].reverse().map(drawEdge)),
  h("g", { "data-key": "boxes" }, [...layout.boxes.values()].map(drawBox))));
  light();
}

function legend() {
  const sample = (style, key) => h("li", null,
    h("svg", { width: 46, height: 12, "aria-hidden": "true" }, h("path", { class: `edge ${style}`, d: "M1 6H38", "marker-end": `url(#arrow-${style})` })), t(key));
  return h("ul", { class: "legend" }, sample("same", "legend.same"), sample("next", "legend.next"), sample("over", "legend.over"),
    sample("unknown", "legend.unknown"), h("li", null, badge("changes", "✎"), " ", t("legend.changes")));
}

function arrows() {
  return h("defs", { "data-key": "defs" }, JUMPS.map((style) => h("marker", {
    id: `arrow-${style}`, class: `arrow ${style}`, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 10, markerHeight: 10,
    markerUnits: "userSpaceOnUse", orient: "auto",
  }, h("path", { d: "M0 0L10 5L0 10z" }))));
}

function drawLane(lane, width) {
  const name = laneName(lane.level);
  // The number stands on a line of its own so that it is read from afar.
  const space = lane.level === null ? -1 : name.indexOf(" ", name.startsWith("Level ") ? 6 : 0);
  const [number, rest] = space < 0 ? [`? ${name}`, t("lane.unknown.note")] : [name.slice(0, space), name.slice(space + 1)];
  return h("g", { "data-key": `lane:${lane.level}`, class: lane.level === null ? "lane unknown" : "lane", transform: `translate(0 ${lane.y})` },
    h("title", null, name),
    h("rect", { width, height: lane.height - 4, rx: 8 }),
    h("text", { x: 14, y: 22, class: "number" }, number),
    h("text", { x: 14, y: 40 }, fit(rest, LABEL_WIDTH - 20, "13px")),
    lane.height > 60 && h("text", { x: 14, y: 58, class: "quiet" }, t("lane.count", lane.count)),
    lane.count === 0 && h("text", { x: LABEL_WIDTH + 16, y: 29, class: "quiet" }, t("lane.empty")));
}

function drawBox(box) {
  const { asset, members } = box;
  const attributes = { "data-key": box.id, "data-box": box.id, transform: `translate(${Math.round(box.x)} ${Math.round(box.y)})`, role: "button", tabindex: "0" };
  if (members) {
    const { name } = box;
    const line = box.open === undefined ? "" : t(box.open ? "group.close" : "group.open");
    return h("g", { ...attributes, class: `box group${box.open ? " open" : ""}`, "data-do": box.open === undefined ? null : "group", "data-id": box.id, "aria-expanded": String(Boolean(box.open)) },
      h("title", null, `${name}: ${t("lane.count", members.length)}`),
      h("rect", { x: 5, y: 5, width: BOX.width, height: BOX.height, rx: 6, class: "shadow" }),
      h("rect", { width: BOX.width, height: BOX.height, rx: 6 }),
      boxName(name), boxLine(`${t("lane.count", members.length)}${line && ` · ${line}`}`));
  }
  const second = [word("kind", asset.kind), asset.name ? asset.addresses[0] : asset.vendor?.[0]].filter(Boolean).join(" · ");
  const unheard = asset.hearing === "only-talked-about";
  return h("g", { ...attributes, class: `box${unheard ? " unheard" : ""}${state.detail?.key === asset.id ? " chosen" : ""}`, "data-do": "open", "data-kind": "asset", "data-id": asset.id },
    h("title", null, [asset.label, ...asset.addresses, word("kind", asset.kind), asset.vendor?.[0], asset.product, word("hearing", asset.hearing)].filter(Boolean).join("\n")),
    h("rect", { width: BOX.width, height: BOX.height, rx: 6 }),
    boxName(asset.label), boxLine(unheard ? word("hearing", asset.hearing) : second));
}

const pen = document.createElement("canvas").getContext("2d");

/** Cuts a text to a width in pixels of the font it is drawn with. */
function fit(text, width, font) {
  pen.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
  if (pen.measureText(text).width <= width) return text;
  const letters = [...text];
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (pen.measureText(`${letters.slice(0, middle).join("")}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${letters.slice(0, low).join("")}…`;
}

const boxName = (text) => h("text", { x: 10, y: 19, class: "name" }, fit(text, BOX.width - 18, "600 13px"));
const boxLine = (text) => h("text", { x: 10, y: 36, class: "quiet" }, fit(text, BOX.width - 18, "11.5px"));

function drawEdge(edge) {
  const chosen = state.detail?.key === edge.key || (edge.pairs.length === 1 && state.detail?.key === edge.pairs[0].key);
  const title = `${state.layout.boxes.get(edge.from).name} → ${state.layout.boxes.get(edge.to).name}\n${protocolsOf(edge)}\n${word("jump", edge.jump)}`;
  const [x, y] = edge.middle;
  return h("g", { "data-key": edge.key, class: `link${chosen ? " chosen" : ""}`, "data-from": edge.from, "data-to": edge.to, "data-do": "open", "data-kind": "edge", "data-id": edge.key },
    h("title", null, title),
    h("path", { class: "touch", d: edge.path }),
    h("path", { class: `edge ${edge.jump}${edge.changes ? " changes" : ""}`, d: edge.path, "marker-end": `url(#arrow-${edge.jump})` }),
    edge.changes && h("circle", { class: "changes", cx: x, cy: y, r: 8 }),
    edge.changes && h("text", { class: "changes", x, y: y + 4, "text-anchor": "middle", "aria-hidden": "true" }, "✎"));
}

const protocolsOf = (edge) => [...new Set(edge.pairs.flatMap((pair) => [...pair.protocols]))].map((one) => word("protocol", one)).join(", ");

/** The edges of the box under the pointer, of the focused or of the chosen one stand out from the others. */
function light() {
  const svg = document.querySelector("#map .canvas > svg");
  const chosen = state.detail?.kind === "asset" ? state.layout?.owner.get(state.detail.key) : null;
  const box = state.hover ?? chosen;
  svg?.classList.toggle("lit", Boolean(box));
  for (const link of svg?.querySelectorAll(".link") ?? []) {
    link.classList.toggle("on", link.dataset.from === box || link.dataset.to === box);
  }
}

function edgeDetail(edge) {
  const name = (id) => state.layout.boxes.get(id)?.name ?? id;
  return [
    detailHead([said(name(edge.from)), " → ", said(name(edge.to))], badge(edge.jump, word("jump", edge.jump)), " ", edge.changes && changeBadge()),
    part("pairs", plain(["client", "server", "protocols", "verbs", "packets"], [...edge.pairs]
      .sort((a, b) => b.changes - a.changes || b.packets - a.packets)
      .map((pair) => [said(endLabel(pair.client)), opener("pair", pair.key, endLabel(pair.server)), protocolList(pair), verbList(pair), pair.packets]))),
  ];
}
