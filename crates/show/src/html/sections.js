// Summary, who talks to whom, protocols, commands, and what could not be read.

function drawSummary() {
  const { data } = state;
  const heard = data.assets.filter((asset) => asset.hearing !== "only-talked-about").length;
  const pairs = [...data.pairs.values()];
  const crossing = pairs.filter((pair) => pair.jump === "next" || pair.jump === "over").length;
  const changes = sum(data.commands.filter((one) => one.changes), (one) => one.messages);
  const unknown = data.assets.filter((asset) => asset.level === null).length;
  patch(document.getElementById("summary"),
    h("h2", { id: "summary-title" }, t("summary.title")),
    h("ul", { class: "tiles" },
      tile("tile.heard", heard, "inventory"), tile("tile.mentioned", data.assets.length - heard + data.left_out.assets, "inventory"),
      tile("tile.unknown-level", unknown, "map"), tile("tile.crossing", crossing, "map"),
      tile("tile.changes", changes, "commands"), tile("tile.protocols", data.protocols.filter((one) => one.protocol !== "unknown").length, "protocols")),
    verdict(data.captures),
    h("div", { "data-own": true, "data-key": "captures" }));
}

function tile(key, count, section) {
  return h("li", null, h("a", { href: `#${section}` }, h("strong", null, number(count)), h("span", null, t(key))));
}

function verdict(captures) {
  const packets = sum(captures, (one) => one.packets);
  const found = faults(captures);
  const harmful = found.some((fault) => fault.harm);
  const state = packets === 0 ? "none" : harmful ? "parts" : "whole";
  const sentence = (fault) => `${t(fault.key, fault.count, ...fault.more)}${captures.length > 1 ? ` ${t("fault.captures", fault.captures, captures.length)}` : ""}`;
  return h("div", { class: `verdict ${state}`, "data-key": "verdict" },
    h("h3", null, h("span", { "aria-hidden": "true" }, { none: "?", parts: "!", whole: "✓" }[state]), t(`verdict.${state}`)),
    h("ul", null, found.map((fault) => h("li", { class: fault.harm ? "harm" : null }, sentence(fault))),
      captures.filter((one) => one.remark).slice(0, 5).map((one) => h("li", { lang: "en" }, said(one.path), ": ", said(one.remark)))));
}

const clock = (time) => (time ? Date.parse(time) : null);

function capturesTable() {
  const file = (path) => path.split("/").pop();
  return makeTable("captures", {
    key: (one) => one.path,
    sight: 6,
    sort: { by: "file", down: false },
    columns: [
      { id: "file", width: 235, value: (one) => one.path, cell: (one) => h("bdi", { title: one.path }, file(one.path)) },
      { id: "format", width: 75, value: (one) => one.format },
      { id: "packets", width: 95, numeric: true, value: (one) => one.packets },
      { id: "bytes", width: 85, numeric: true, value: (one) => one.bytes, cell: (one) => bytes(one.bytes) },
      { id: "first", width: 160, value: (one) => clock(one.first_seen), cell: (one) => (one.first_seen ? moment(clock(one.first_seen)) : "–") },
      { id: "last", width: 160, value: (one) => clock(one.last_seen), cell: (one) => (one.last_seen ? moment(clock(one.last_seen)) : "–") },
      { id: "span", width: 90, numeric: true, value: (one) => clock(one.last_seen) - clock(one.first_seen), cell: (one) => (one.first_seen ? duration(clock(one.last_seen) - clock(one.first_seen)) : "–") },
      { id: "vlan", width: 145, value: (one) => Object.keys(one.vlans).length, cell: (one) => vlans(one.vlans) },
      { id: "faults", width: 135, value: (one) => faults([one]).filter((fault) => fault.harm).length, cell: (one) => (faults([one]).some((fault) => fault.harm) ? badge("unknown", "! ", t("capture.parts")) : badge("good", "✓ ", t("capture.whole"))) },
    ],
  });
}

function vlans(counts) {
  return Object.entries(counts).map(([vlan, packets]) => `${vlan === "0" ? t("vlan.none") : vlan} (${number(packets)})`).join(", ") || "–";
}

function talksTable() {
  const level = (end) => (end.asset ? end.asset.level : null);
  const short = (end) => (end.asset ? t(level(end) === null ? "level.unknown" : `level.${level(end)}`) : "–");
  return makeTable("talks", {
    open: "pair",
    key: (pair) => pair.key,
    sort: { by: "packets", down: true },
    columns: [
      { id: "client", width: 150, value: (pair) => endLabel(pair.client), cell: (pair) => said(endLabel(pair.client)) },
      { id: "from-level", width: 100, value: (pair) => level(pair.client), cell: (pair) => short(pair.client) },
      { id: "server", width: 150, value: (pair) => endLabel(pair.server), cell: (pair) => said(endLabel(pair.server)) },
      { id: "to-level", width: 100, value: (pair) => level(pair.server), cell: (pair) => short(pair.server) },
      { id: "jump", width: 130, value: (pair) => JUMPS.indexOf(pair.jump), cell: (pair) => jumpBadge(pair) },
      { id: "protocols", width: 170, value: protocolList },
      { id: "verbs", width: 250, value: (pair) => (pair.changes ? 1000 : 0) + pair.verbs.size, cell: verbList },
      { id: "packets", width: 90, numeric: true, value: (pair) => pair.packets },
      { id: "last", width: 160, value: (pair) => pair.last, cell: (pair) => moment(pair.last) },
    ],
  });
}

function protocolsTable() {
  const pairs = (one) => [...state.data.pairs.values()].filter((pair) => pair.protocols.has(one.protocol)).length;
  return makeTable("protocols", {
    key: (one) => one.protocol,
    sort: { by: "packets", down: true },
    columns: [
      { id: "protocol", width: 220, value: (one) => word("protocol", one.protocol) },
      { id: "packets", width: 120, numeric: true, value: (one) => one.packets },
      { id: "messages", width: 120, numeric: true, value: (one) => one.messages },
      { id: "malformed", width: 160, numeric: true, value: (one) => one.malformed, cell: (one) => (one.malformed > 0 ? badge("unknown", "! ", number(one.malformed)) : "0") },
      { id: "pairs", width: 120, numeric: true, value: pairs },
    ],
  });
}

function commandsTable() {
  return makeTable("commands", {
    key: (one) => [one.client.id, one.server.id, one.protocol, one.group, one.code, one.verb, one.part].join(" "),
    sort: { by: "verb", down: false },
    empty: "commands.none",
    columns: [
      { id: "verb", width: 190, value: (one) => (one.changes ? 0 : 100) + verbRank(one.verb), cell: verbBadge },
      { id: "client", width: 150, value: (one) => endLabel(one.client), cell: (one) => said(endLabel(one.client)) },
      { id: "server", width: 150, value: (one) => endLabel(one.server), cell: (one) => said(endLabel(one.server)) },
      { id: "part", width: 110, value: (one) => place(one.part) },
      { id: "protocol", width: 110, value: (one) => word("protocol", one.protocol) },
      { id: "command", width: 210, value: (one) => one.name || t("command.code", one.code), cell: (one) => `${one.name || t("command.code", one.code)}${one.group ? ` (${one.group})` : ""}` },
      { id: "messages", width: 100, numeric: true, value: (one) => one.messages },
      { id: "last", width: 160, value: (one) => one.last, cell: (one) => moment(one.last) },
    ],
  });
}

/** A section that is a table under its heading, with notes and controls between. */
function drawSection(id, table, rows, ...between) {
  patch(document.getElementById(id), h("h2", { id: `${id}-title` }, t(`${id}.title`)), ...between,
    h("div", { "data-own": true, "data-key": "table" }));
  mount(table, document.querySelector(`#${id} > [data-key=table]`));
  setRows(table, rows);
}

function drawCommands(table) {
  const { data, commandFilter: filter } = state;
  const verbs = groupBy(data.commands, (one) => one.verb);
  const sorted = [...verbs].sort(([, [a]], [, [b]]) => b.changes - a.changes || verbRank(a.verb) - verbRank(b.verb));
  const chips = sorted.map(([verb, rows]) => h("button", { type: "button", class: "chip", "data-do": "verb", "data-id": verb, "data-key": verb, "aria-pressed": String(filter.verb === verb) },
    verbBadge(rows[0]), ` ${number(sum(rows, (one) => one.messages))}`));
  const text = (one) => fold([endLabel(one.client), endLabel(one.server), one.protocol, one.name].join("\n"));
  const words = fold(filter.search).split(/\s+/).filter(Boolean);
  const rows = data.commands.filter((one) => (!filter.verb || one.verb === filter.verb) && words.every((each) => text(one).includes(each)));
  drawSection("commands", table, rows,
    h("p", null, t("commands.note")),
    h("div", { class: "chips" }, chips),
    h("div", { class: "filters" },
      h("label", { class: "search" }, t("filter.search"), h("input", { type: "search", "data-filter": "search", "data-list": "commandFilter", placeholder: t("filter.commands-hint") })),
      h("p", { class: "count", role: "status" }, t("commands.count", rows.length, data.commands.length))),
    data.left_out.commands > 0 && h("p", { class: "note" }, t("left-out.commands", data.left_out.commands)));
}

function unreadTable() {
  return makeTable("unread", {
    key: (row) => `${row.where} ${row.what}`,
    sort: { by: "count", down: true },
    empty: "unread.none",
    columns: [
      { id: "what", width: 460, value: (row) => row.what },
      { id: "where", width: 300, value: (row) => row.where, cell: (row) => said(row.where) },
      { id: "count", width: 120, numeric: true, value: (row) => row.count },
    ],
  });
}

/** Everything that was there and was not understood, wherever it was lost. */
function unreadRows(data) {
  const rows = data.captures.flatMap((one) => faults([one]).filter((fault) => fault.harm && fault.key !== "fault.remark").map((fault) =>
    ({ where: one.path, what: fault.more[0] ?? t(`${fault.key}.short`), count: fault.count })));
  for (const [protocol, defect, count] of data.defects) {
    rows.push({ where: word("protocol", protocol), what: t("unread.malformed", word("defect", defect)), count });
  }
  const strange = groupBy(data.links.filter((link) => link.protocol === "unknown" && link.depth === 0), port);
  for (const [where, links] of strange) rows.push({ where, what: t("unread.unknown"), count: sum(links, (link) => link.packets) });
  for (const [table, count] of data.overflow) rows.push({ where: "Yagura", what: t("unread.overflow", word("overflow", table)), count });
  for (const [name, count] of Object.entries(data.left_out)) {
    if (count > 0) rows.push({ where: t("unread.page"), what: t(`left-out.${name}.short`), count });
  }
  return rows;
}
