// A table that draws only the rows in sight, so that 10,000 rows scroll and sort at once.

const ROW_HEIGHT = 34;
const ROWS_IN_SIGHT = 16;
const PRINTED_MAX = 2000;
const tables = new Map();

/**
 * Columns are `{ id, width, value, cell, numeric }`: `value` sorts, `cell` shows (by default the value). `key` names
 * a row for good; `open` is the detail it opens; `sight` is how many rows are seen at once. The first column is the
 * row's header and holds its button.
 */
function makeTable(id, { columns, key, open, sort, empty, sight = ROWS_IN_SIGHT }) {
  const table = { id, columns, key, open, empty, sort, sight, rows: [], shown: [], printing: false };
  const width = sum(columns, (column) => column.width);
  const cols = columns.map((column) => {
    const col = h("col");
    col.style.width = `${(100 * column.width) / width}%`;
    return col;
  });
  table.head = h("thead");
  table.above = h("tbody", { "aria-hidden": "true" }, h("tr", null, h("td", { colspan: columns.length })));
  table.body = h("tbody");
  table.below = table.above.cloneNode(true);
  table.caption = h("caption");
  table.grid = h("table", { class: open ? "opens" : null }, table.caption, h("colgroup", null, cols), table.head,
    table.above, table.body, table.below);
  table.grid.style.minWidth = `${width}px`;
  table.box = h("div", { class: "scroll", tabindex: "0", role: "region", "data-table": id }, table.grid);
  table.box.addEventListener("scroll", () => drawRows(table), { passive: true });
  table.element = h("div", { class: "table", "data-own": true }, table.box);
  tables.set(id, table);
  return table;
}

/** Gives the table its rows. The row that is being read stays where it is. */
function setRows(table, rows) {
  const anchor = anchorOf(table);
  table.rows = rows;
  order(table);
  drawTable(table);
  // The new height must stand before the place to scroll to can be reached.
  drawRows(table);
  if (anchor) {
    const at = table.shown.findIndex((row) => table.key(row) === anchor.key);
    if (at >= 0) table.box.scrollTop = at * ROW_HEIGHT + anchor.offset;
    drawRows(table);
  }
}

/** The chosen row when it is in sight, else the uppermost one; none at the very top. */
function anchorOf(table) {
  const top = table.box.scrollTop;
  const first = Math.floor(top / ROW_HEIGHT);
  const sight = table.shown.slice(first, first + table.sight);
  let at = table.open ? sight.findIndex((row) => isOpen(table, row)) : -1;
  if (at < 0 && top > 0) at = 0;
  if (at < 0 || !sight[at]) return null;
  return { key: table.key(sight[at]), offset: top - (first + at) * ROW_HEIGHT };
}

const isOpen = (table, row) => state.detail?.kind === table.open && state.detail.key === table.key(row);

function order(table) {
  const { by, down } = table.sort;
  const { value } = table.columns.find((column) => column.id === by);
  const collator = new Intl.Collator(state.language, { numeric: true });
  const turn = down ? -1 : 1;
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
  const empty = (one) => one === "" || one === null || one === undefined;
  // Rows without a value stand last in both directions: they are what is not known.
  table.shown = table.rows.map((row) => [value(row), row]).sort(([a], [b]) =>
    empty(a) - empty(b) || (empty(a) ? 0 : turn * compare(a, b))).map(([, row]) => row);
}

function drawTable(table) {
  const title = t(`${table.id}.title`);
  table.box.setAttribute("aria-label", title);
  table.grid.setAttribute("aria-rowcount", table.shown.length + 1);
  patch(table.caption, title);
  patch(table.head, h("tr", { "aria-rowindex": 1 }, table.columns.map((column) => heading(table, column))));
  const rows = Math.min(table.shown.length, table.sight);
  table.box.style.maxHeight = `${(Math.max(rows, 1) + 1) * ROW_HEIGHT + 24}px`;
}

function heading(table, column) {
  const sorted = table.sort.by === column.id;
  const direction = table.sort.down ? "descending" : "ascending";
  return h("th", { scope: "col", class: column.numeric ? "numeric" : null, "aria-sort": sorted ? direction : null },
    h("button", { type: "button", "data-do": "sort", "data-table": table.id, "data-column": column.id },
      t(`column.${column.id}`),
      h("span", { class: "sorted", "aria-hidden": "true" }, sorted ? (table.sort.down ? "▼" : "▲") : "")));
}

function drawRows(table) {
  const all = table.shown.length;
  const first = table.printing ? 0 : Math.max(0, Math.min(Math.floor(table.box.scrollTop / ROW_HEIGHT) - 6, all - 1));
  const last = table.printing ? Math.min(all, PRINTED_MAX) : Math.min(all, first + table.sight + 14);
  pad(table.above, first);
  pad(table.below, table.printing ? 0 : all - last);
  const rows = table.shown.slice(first, last).map((row, at) => drawRow(table, row, first + at + 2));
  patch(table.body, all > 0 ? rows
    : h("tr", { class: "none" }, h("td", { colspan: table.columns.length }, t(table.empty ?? "table.none"))));
}

function pad(body, rows) {
  body.hidden = rows <= 0;
  body.firstChild.firstChild.style.height = `${Math.max(0, rows) * ROW_HEIGHT}px`;
}

function drawRow(table, row, index) {
  const key = table.key(row);
  const chosen = table.open && isOpen(table, row);
  const cells = table.columns.map((column, at) => {
    const content = (column.cell ?? column.value)(row) ?? "";
    const shown = typeof content === "number" ? number(content) : content;
    const title = typeof shown === "string" && shown.length > 12 ? shown : null;
    if (at > 0) return h("td", { class: column.numeric ? "numeric" : null, title }, shown);
    const button = table.open
      ? h("button", { type: "button", "data-do": "open", "data-kind": table.open, "data-id": key, "aria-expanded": String(Boolean(chosen)) }, shown)
      : shown;
    return h("th", { scope: "row", title }, button);
  });
  return h("tr", {
    "data-key": key, "aria-rowindex": index, class: chosen ? "chosen" : null,
    "data-do": table.open ? "open" : null, "data-kind": table.open, "data-id": table.open ? key : null,
  }, cells);
}

/** Arrow keys walk from row to row, drawing the next ones as they come. */
function walk(table, button, step) {
  const at = table.shown.findIndex((row) => table.key(row) === button.dataset.id) + step;
  if (at < 0 || at >= table.shown.length) return;
  const top = at * ROW_HEIGHT;
  const sight = table.box.clientHeight - 2 * ROW_HEIGHT;
  if (top < table.box.scrollTop) table.box.scrollTop = top;
  if (top > table.box.scrollTop + sight) table.box.scrollTop = top - sight;
  drawRows(table);
  const key = table.key(table.shown[at]);
  [...table.body.querySelectorAll("button")].find((one) => one.dataset.id === key)?.focus({ preventScroll: true });
}
