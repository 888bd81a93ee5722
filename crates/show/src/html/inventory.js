// The inventory: search, filters and the table of machines.

function inventoryTable() {
  const field = (name) => (asset) => asset[name]?.[0] ?? "";
  const text = (name) => (asset) => (asset[name] ? said(asset[name][0]) : "–");
  return makeTable("inventory", {
    open: "asset",
    key: (asset) => asset.id,
    sort: { by: "address", down: false },
    empty: "inventory.none",
    columns: [
      { id: "address", width: 132, value: (asset) => asset.numeric, cell: (asset) => several(asset.addresses) || t("address.none") },
      { id: "name", width: 135, value: field("name"), cell: text("name") },
      { id: "kind", width: 135, value: (asset) => (asset.kind === "unknown" ? "" : word("kind", asset.kind)), cell: (asset) => mark(asset.kind === "unknown", word("kind", asset.kind)) },
      { id: "level", width: 95, value: (asset) => asset.level, cell: (asset) => mark(asset.level === null, t(asset.level === null ? "level.unknown" : `level.${asset.level}`)) },
      { id: "vendor", width: 140, value: field("vendor"), cell: text("vendor") },
      { id: "model", width: 145, value: (asset) => asset.product, cell: (asset) => (asset.product ? said(asset.product) : "–") },
      { id: "firmware", width: 112, value: field("firmware"), cell: text("firmware") },
      { id: "mac", width: 150, value: (asset) => asset.macs[0] ?? "", cell: (asset) => several(asset.macs) || "–" },
      { id: "hearing", width: 136, value: (asset) => word("hearing", asset.hearing), cell: (asset) => hearingBadge(asset.hearing) },
    ],
  });
}

/** What is not known is said with a sign and a word, never left to look like a good value. */
function mark(unknown, label) {
  return unknown ? h("span", { class: "unsure" }, "? ", label) : label;
}

function several([first, ...rest]) {
  return rest.length > 0 ? t("several", first, rest.length) : first;
}

function drawInventory(table) {
  const { data, filter } = state;
  const rows = data.assets.filter(matches(filter));
  const kinds = [...new Set(data.assets.map((asset) => asset.kind))].sort();
  const levels = LEVELS.filter((level) => data.assets.some((asset) => asset.level === level));
  const protocols = [...new Set(data.assets.flatMap((asset) => [...asset.protocols]))].sort();
  patch(document.getElementById("inventory"),
    h("h2", { id: "inventory-title" }, t("inventory.title")),
    h("div", { class: "filters", role: "search" },
      h("label", { class: "search" }, t("filter.search"), h("input", { type: "search", "data-filter": "search", placeholder: t("filter.hint") })),
      choice("kind", kinds.map((kind) => [kind, word("kind", kind)])),
      choice("level", levels.map((level) => [String(level), laneName(level)])),
      choice("protocol", protocols.map((one) => [one, word("protocol", one)])),
      h("p", { class: "count", role: "status" }, t("inventory.count", rows.length, data.assets.length))),
    data.left_out.assets > 0 && h("p", { class: "note" }, t("left-out.assets", data.left_out.assets)),
    h("div", { "data-own": true, "data-key": "table" }));
  mount(table, document.querySelector("#inventory > [data-key=table]"));
  setRows(table, rows);
}

/** Puts a table where its section leaves room for it, once. */
function mount(table, place) {
  if (table.element.parentNode !== place) place.replaceChildren(table.element);
}

function matches(filter) {
  const words = fold(filter.search).split(/\s+/).filter(Boolean);
  return (asset) => (!filter.kind || asset.kind === filter.kind)
    && (!filter.level || String(asset.level) === filter.level)
    && (!filter.protocol || asset.protocols.has(filter.protocol))
    && words.every((one) => asset.search.includes(one) || fold(word("kind", asset.kind)).includes(one));
}

function choice(name, options, list = "filter") {
  return h("label", null, t(`column.${name}`), h("select", { "data-filter": name, "data-list": list },
    h("option", { value: "" }, t("filter.all")), options.map(([value, label]) => h("option", { value }, label))));
}
