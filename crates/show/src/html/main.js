// Starting, and answering to the reader.

const made = {
  captures: capturesTable(), inventory: inventoryTable(), talks: talksTable(), protocols: protocolsTable(),
  commands: commandsTable(), unread: unreadTable(),
};
const SECTIONS = ["summary", "inventory", "map", "talks", "protocols", "commands", "unread"];

function drawAll() {
  drawShell();
  if (!state.data) return;
  const { data } = state;
  drawSummary();
  mount(made.captures, document.querySelector("#summary > [data-key=captures]"));
  setRows(made.captures, data.captures);
  drawInventory(made.inventory);
  drawMap();
  drawSection("talks", made.talks, [...data.pairs.values()],
    data.left_out.links > 0 && h("p", { class: "note" }, t("left-out.links", data.left_out.links)));
  drawSection("protocols", made.protocols, data.protocols);
  drawCommands(made.commands);
  drawSection("unread", made.unread, unreadRows(data), h("p", null, t("unread.note")));
  drawDetail();
  syncFilters();
}

function drawShell() {
  document.documentElement.lang = state.language;
  const [first] = state.data?.captures ?? [];
  document.title = first ? `${first.path.split("/").pop()} – Yagura` : "Yagura";
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  document.getElementById("language").textContent = t("language.other");
  document.getElementById("theme").textContent = t(`theme.${document.documentElement.dataset.theme === "dark" ? "light" : "dark"}`);
  patch(document.getElementById("contents"), h("ul", null, SECTIONS.map((id) => h("li", null, h("a", { href: `#${id}` }, t(`${id}.title`))))));
  drawFreshness();
}

function drawFreshness() {
  const zone = new Intl.DateTimeFormat(state.language, { timeZoneName: "short" }).formatToParts(new Date())
    .find((one) => one.type === "timeZoneName")?.value ?? "";
  const element = document.getElementById("freshness");
  patch(element, `${t(state.data ? "static" : "no-data")} · ${t("zone", zone)}`);
}

/** What is chosen in a list stays chosen; a choice that is gone from the data is given up. */
function syncFilters() {
  for (const control of document.querySelectorAll("[data-filter]")) {
    const filter = state[control.dataset.list ?? "filter"];
    const wanted = control.dataset.filter === "only" && filter.only === "all" ? "" : filter[control.dataset.filter];
    if (control.value !== wanted) control.value = wanted;
  }
}

const redraw = { filter: () => drawInventory(made.inventory), map: () => drawMap(), commandFilter: () => drawCommands(made.commands) };
let waiting = 0;

function onFilter(control) {
  const list = control.dataset.list ?? "filter";
  const value = control.value || (control.dataset.filter === "only" ? "all" : "");
  if (state[list][control.dataset.filter] === value) return;
  state[list][control.dataset.filter] = value;
  // Typing is answered when it pauses.
  clearTimeout(waiting);
  waiting = setTimeout(() => { redraw[list](); syncFilters(); }, control.type === "search" ? 120 : 0);
}

const actions = {
  sort({ dataset: { table: id, column } }) {
    const table = tables.get(id);
    table.sort = { by: column, down: table.sort.by === column && !table.sort.down };
    table.box.scrollTop = 0;
    order(table);
    drawTable(table);
    drawRows(table);
  },
  open({ dataset: { kind, id } }, event) {
    if (event.type === "click" && String(getSelection()) !== "") return;
    const edge = kind === "edge" ? state.layout.edges.get(id) : null;
    openDetail(edge?.pairs.length === 1 ? { kind: "pair", key: edge.pairs[0].key } : { kind, key: id });
  },
  close: () => closeDetail(),
  group({ dataset: { id } }) {
    const { open } = state.map;
    if (!open.delete(id)) open.add(id);
    drawMap();
  },
  verb({ dataset: { id } }) {
    state.commandFilter.verb = state.commandFilter.verb === id ? "" : id;
    drawCommands(made.commands);
  },
  language() {
    state.language = state.language === "ja" ? "en" : "ja";
    stored.set("language", state.language);
    state.map.open.clear();
    drawAll();
  },
  theme() {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    stored.set("theme", theme);
    drawShell();
  },
};

function openDetail(detail) {
  const aside = document.getElementById("detail");
  if (!state.detail) state.opener = document.activeElement;
  state.detail = detail;
  drawDetail();
  aside.scrollTop = 0;
  aside.focus({ preventScroll: true });
  drawChosen();
}

function closeDetail() {
  if (!state.detail) return;
  state.detail = null;
  drawDetail();
  drawChosen();
  if (state.opener?.isConnected) state.opener.focus({ preventScroll: true });
}

/** Rows, boxes and edges show which of them is open. */
function drawChosen() {
  drawRows(made.inventory);
  drawRows(made.talks);
  const canvas = document.querySelector("#map .canvas");
  if (canvas) drawCanvas(canvas);
}

function listen() {
  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-do]");
    if (target) actions[target.dataset.do]?.(target, event);
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("input", (event) => event.target.dataset.filter && onFilter(event.target));
  const hover = (event) => {
    const box = event.target.closest?.("[data-box]")?.dataset.box ?? null;
    if (box === state.hover) return;
    state.hover = box;
    light();
  };
  document.addEventListener("pointerover", hover);
  document.addEventListener("focusin", hover);
  addEventListener("beforeprint", () => printAll(true));
  addEventListener("afterprint", () => printAll(false));
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => {
    if (Math.abs(contentRect.width - width) < 2 || !state.data) return;
    width = contentRect.width;
    drawCanvas(document.querySelector("#map .canvas"));
  }).observe(document.getElementById("map"));
}

function onKey(event) {
  if (event.key === "Escape") closeDetail();
  const box = event.target.closest?.("[data-box]");
  if (box && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    actions[box.dataset.do]?.(box, event);
  }
  const button = event.target.closest?.("tbody [data-do=open]");
  const table = tables.get(button?.closest("[data-table]")?.dataset.table);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (table && step) {
    event.preventDefault();
    walk(table, button, step);
  }
}

/** Paper takes all rows, on white. */
function printAll(printing) {
  if (printing) state.theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = printing ? "light" : state.theme;
  for (const table of tables.values()) {
    table.printing = printing;
    drawRows(table);
  }
}

function start() {
  const asked = new URLSearchParams(location.search);
  const language = asked.get("lang") ?? stored.get("language") ?? navigator.language;
  state.language = language.startsWith("ja") ? "ja" : "en";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => asked.get("theme") ?? stored.get("theme") ?? (dark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = theme() === "dark" ? "dark" : "light";
  dark.addEventListener("change", () => { document.documentElement.dataset.theme = theme(); drawShell(); });
  const data = JSON.parse(document.getElementById("data").textContent);
  if (data) state.data = prepare(data);
  drawAll();
  listen();
}

start();
