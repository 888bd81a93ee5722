// The drawer: everything known of one asset or one pair, down to the evidence.

const LISTED_MAX = 200;

function drawDetail() {
  const aside = document.getElementById("detail");
  const { kind, key } = state.detail ?? {};
  const rows = { asset: state.data?.byId, pair: state.data?.pairs, edge: state.layout?.edges };
  const found = rows[kind]?.get(key);
  aside.hidden = !found;
  document.body.classList.toggle("with-detail", Boolean(found));
  const draw = { asset: assetDetail, pair: pairDetail, edge: edgeDetail };
  if (found) patch(aside, draw[kind](found));
}

function detailHead(title, ...below) {
  return h("header", { "data-key": "head" },
    h("h2", { id: "detail-title" }, title),
    h("button", { type: "button", class: "close", "data-do": "close", "aria-label": t("close"), title: t("close") }, "×"),
    h("p", null, below));
}

function assetDetail(asset) {
  return [
    detailHead(said(asset.label), kindBadge(asset.kind), " ", levelBadge(asset.level), " ", hearingBadge(asset.hearing)),
    warnings(asset),
    h("dl", { "data-key": "fields" }, fields(asset)),
    part("why", reasonsOf(asset)),
    part("interfaces", interfaces(asset)),
    part("peers", peers(asset)),
    part("modules", modules(asset)),
    part("services", plain(["protocol", "port", "clients"], asset.services.map((one) =>
      [word("protocol", one.protocol), port(one), one.clients]))),
    part("evidence", evidence(asset)),
  ];
}

/** A part of the detail with its heading; nothing when it is empty. */
function part(name, content) {
  return content && h("section", { "data-key": name }, h("h3", null, t(`detail.${name}`)), content);
}

function plain(columns, rows, left_out = 0) {
  if (rows.length === 0) return null;
  const more = left_out + Math.max(0, rows.length - LISTED_MAX);
  const shown = (value) => (typeof value === "number" ? number(value) : (value ?? "–"));
  const side = (at) => (typeof rows[0][at] === "number" ? "numeric" : null);
  return [
    h("div", { class: "wide" }, h("table", { class: "list" },
      h("thead", null, h("tr", null, columns.map((column, at) => h("th", { scope: "col", class: side(at) }, t(`column.${column}`))))),
      h("tbody", null, rows.slice(0, LISTED_MAX).map((row) => h("tr", null, row.map((value, at) =>
        h("td", { class: side(at) }, shown(value)))))))),
    more > 0 && h("p", { class: "note" }, t("table.more", more)),
  ];
}

function warnings(asset) {
  const lines = [];
  if (asset.hides) lines.push(`${t("warn.hides", asset.hides[0])} ${reason(asset.hides[1])}`);
  for (const [address, by] of asset.contested) lines.push(t("warn.contested", address, by));
  if (asset.clock_ahead !== null && Math.abs(asset.clock_ahead) >= 60000) {
    lines.push(t(asset.clock_ahead > 0 ? "warn.clock-ahead" : "warn.clock-behind", duration(Math.abs(asset.clock_ahead))));
  }
  if (asset.hearing !== "both-directions") lines.push(t(`hearing.${asset.hearing}.meaning`));
  return lines.length > 0 && h("ul", { class: "warnings", "data-key": "warnings" }, lines.map((line) => h("li", null, line)));
}

function fields(asset) {
  const names = ["name", "vendor", "model", "order_number", "firmware", "hardware", "serial", "operating_system"];
  const rows = names.map((name) => asset[name] && entry(`property.${name.replace("_", "-")}`, said(asset[name][0]), source(asset[name][1])));
  const gateway = asset.gateway === null ? null : state.data.assets[asset.gateway];
  return [
    rows,
    asset.addresses.length > 0 && entry("column.addresses", asset.addresses.join(", ")),
    asset.macs.length > 0 && entry("column.mac", asset.macs.join(", "), asset.virtual_machine && t("virtual")),
    asset.subnet && entry("property.subnet", asset.subnet, subnetReason(asset)),
    gateway && entry("property.gateway", opener("asset", gateway.id, gateway.label)),
    asset.behind > 0 && entry("property.behind", number(asset.behind)),
    state.data.several && entry("property.network", String(asset.network)),
    entry("column.first", moment(asset.first, true)),
    entry("column.last", moment(asset.last, true)),
  ];
}

function entry(key, value, note) {
  return h("div", null, h("dt", null, t(key)), h("dd", null, value, note && h("small", null, note)));
}

/** Where a value comes from; the few sources that are no protocol are words. */
function source(text) {
  return t("source", reason(text));
}

function subnetReason(asset) {
  const network = state.data.networks.find((one) => one.network === asset.network);
  const subnet = network?.subnets.find(([name]) => name === asset.subnet);
  return subnet && reason(subnet[1]);
}

function reasonsOf(asset) {
  const lines = asset.kind_reasons.map((one) => `${word("kind", asset.kind)}: ${reason(one)}`);
  if (asset.kind === "unknown") lines.push(t("why.kind-unknown"));
  lines.push(asset.level === null ? t("why.level-unknown") : reason(asset.level_reason ?? ""));
  return h("ul", null, lines.filter(Boolean).map((line) => h("li", null, line)));
}

function interfaces(asset) {
  return plain(["mac", "addresses", "vlan", "reason"], asset.interfaces.map((one) => [
    h("span", { class: "whole" }, one.mac ?? t("interface.none")),
    one.addresses.map(([address, standing, why]) => h("div", null, address, standing !== "heard" && h("small", null, word("address", standing)),
      why && h("small", null, reason(why)))),
    one.vlans.filter((vlan) => vlan !== 0).join(", ") || t("vlan.none"),
    one.reason ? reason(one.reason) : t("interface.first"),
  ]));
}

function peers(asset) {
  const pairs = [...asset.pairs].sort((a, b) => b.changes - a.changes || b.packets - a.packets);
  return plain(["direction", "peer", "protocols", "verbs", "packets"], pairs.map((pair) => {
    const asks = pair.client.asset === asset;
    return [t(asks ? "peer.asks" : "peer.asked"), opener("pair", pair.key, endLabel(asks ? pair.server : pair.client)),
      protocolList(pair), verbList(pair), pair.packets];
  }));
}

function modules(asset) {
  return plain(["part", "product", "firmware", "serial", "protocols", "messages"], asset.modules.map((one) => [
    place(one.part), [one.vendor, one.name, one.model].filter(Boolean).map((text) => h("div", null, said(text))),
    one.firmware && said(one.firmware), one.serial && said(one.serial), one.protocols.join(", "), one.messages,
  ]));
}

function evidence(asset) {
  return plain(["protocol", "key", "value", "count"], asset.evidence.map((one) => [
    one.protocol,
    [h("code", null, one.key), h("small", null, [word("property", one.property), one.part && ` · ${place(one.part)}`])],
    said(one.value), one.count,
  ]), asset.evidence_left_out);
}

/** `slot 0/2` and `unit 5` in words. */
function place(text) {
  const found = /^(slot|unit) (.+)$/.exec(text ?? "");
  return found ? t(`part.${found[1]}`, found[2]) : (text ?? "");
}

function pairDetail(pair) {
  const end = (one) => (one.asset ? opener("asset", one.id, one.asset.label) : one.address);
  return [
    detailHead([said(endLabel(pair.client)), " → ", said(endLabel(pair.server))], jumpBadge(pair), " ", pair.changes && changeBadge()),
    h("dl", { "data-key": "fields" },
      entry("column.client", end(pair.client), pair.client.asset && laneName(pair.client.asset.level)),
      entry("column.server", end(pair.server), pair.server.asset && laneName(pair.server.asset.level)),
      entry("column.packets", t("pair.traffic", pair.packets, bytes(pair.bytes))),
      Number.isFinite(pair.first) && [entry("column.first", moment(pair.first, true)), entry("column.last", moment(pair.last, true))]),
    part("links", plain(["protocol", "port", "packets", "messages", "seen"], pair.links.map((one) =>
      [word("protocol", one.protocol), port(one), one.packets, one.messages, ways(one)]))),
    part("commands", plain(["verb", "command", "part", "messages", "last"], sortedCommands(pair.commands).map((one) =>
      [verbBadge(one), commandName(one), place(one.part), one.messages, moment(one.last)]))),
    part("failures", plain(["command", "outcome", "count"], state.data.failures
      .filter((one) => one.client.id === pair.client.id && one.server.id === pair.server.id)
      .map((one) => [`${one.protocol} ${one.code}`, `${word("outcome", one.kind)} ${one.reason || one.status}`, one.count]))),
    part("accounts", plain(["account", "protocol", "attempted", "accepted", "refused"], state.data.accounts
      .filter((one) => one.client.id === pair.client.id && one.server.id === pair.server.id)
      .map((one) => [one.user ? said(one.user) : t("account.none"), `${one.protocol} (${one.method})`, one.attempted, one.accepted, one.refused]))),
  ];
}

function port({ transport, port: value }) {
  return transport === "tcp" || transport === "udp" ? `${transport.toUpperCase()} ${value}` : word("transport", transport);
}

function ways({ ways: [there, back], established }) {
  if (!there || !back) return t(there ? "ways.there" : "ways.back");
  return established ? t("ways.both") : t("ways.refused");
}

const verbRank = (verb) => Object.keys(texts).indexOf(`verb.${verb}`);
const sortedCommands = (rows) => [...rows].sort((a, b) => b.changes - a.changes || b.messages - a.messages);
const commandName = (one) => `${one.name || t("command.code", one.code)}${one.group ? ` (${one.group})` : ""} · ${one.protocol}`;

function opener(kind, key, label) {
  return h("button", { type: "button", class: "link", "data-do": "open", "data-kind": kind, "data-id": key }, said(label));
}

function protocolList(pair) {
  return [...pair.protocols].map((one) => word("protocol", one)).join(", ");
}

function verbList(pair) {
  const verbs = [...new Map(sortedCommands(pair.commands).map((one) => [one.verb, one])).values()];
  return verbs.map((one) => [verbBadge(one), " "]);
}

const badge = (style, ...content) => h("span", { class: `badge ${style}` }, content);
const kindBadge = (kind) => badge(kind === "unknown" ? "unknown" : "plain", kind === "unknown" ? "? " : "", word("kind", kind));
const levelBadge = (level) => badge(level === null ? "unknown" : "plain", level === null ? "? " : "", laneName(level));
const changeBadge = () => badge("changes", "✎ ", t("changes"));

function verbBadge({ verb, changes }) {
  return badge(changes ? "changes" : "plain", changes ? "✎ " : "", word("verb", verb));
}

function hearingBadge(hearing) {
  const marks = { "both-directions": "⇄", "one-direction": "→", "only-groups": "⊚", "only-talked-about": "∅", "no-longer-heard": "✕" };
  return badge(hearing === "both-directions" ? "good" : "unknown", `${marks[hearing] ?? "?"} `, word("hearing", hearing));
}

function jumpBadge(pair) {
  const style = { over: "over", next: "next", unknown: "unknown" }[pair.jump] ?? "plain";
  return badge(style, word("jump", pair.jump));
}
