// Words, elements and patching. Nothing here or below ever turns text into markup: what devices say stays text.

const texts = Object.fromEntries(JSON.parse(document.getElementById("texts").textContent));
const state = {
  language: "en",
  data: null,
  detail: null,
  filter: { search: "", kind: "", level: "", protocol: "" },
  commandFilter: { verb: "", search: "" },
  map: { protocol: "", only: "all", open: new Set(), order: new Map() },
  hover: null,
};

const stored = {
  get(name) { try { return localStorage.getItem(`yagura.${name}`); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(`yagura.${name}`, value); } catch { /* files have no storage */ } },
};

/** The text of a key in the chosen language; numbers are written as people read them. */
function t(key, ...values) {
  const row = texts[key];
  if (!row) return key;
  const show = (value) => (typeof value === "number" ? number(value) : value);
  return row[state.language === "ja" ? 1 : 0].replace(/\{(\d)\}/g, (_, at) => show(values[at]));
}

/** A word of a closed list, or the word itself when the list is older than the data. */
function word(list, name) {
  return texts[`${list}.${name}`] ? t(`${list}.${name}`) : String(name);
}

const sentences = Object.entries(texts).filter(([key]) => key.startsWith("reason.")).map(([key, [english]]) => {
  const literal = english.split(/\{\d\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return { key, pattern: new RegExp(`^${literal.join("(.+)")}$`, "s") };
});

/** A sentence of the model in the chosen language; the sentence itself where it is not known. */
function reason(sentence) {
  for (const { key, pattern } of sentences) {
    const found = pattern.exec(sentence);
    if (!found) continue;
    const parts = found.slice(1).map((part) => (texts[`kind.${part}`] ? word("kind", part) : word("verb", part)));
    return t(key, ...parts);
  }
  return sentence;
}

function number(value) {
  return value.toLocaleString(state.language === "ja" ? "ja-JP" : "en-GB");
}

function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let at = 0;
  for (; value >= 10000 && at < units.length - 1; at += 1) value /= 1000;
  return `${number(Math.round(value))} ${units[at]}`;
}

const two = (value) => String(value).padStart(2, "0");

/** Date and time in the zone of the reader, which the page names once. */
function moment(milliseconds, fine = false) {
  const at = new Date(milliseconds);
  if (Number.isNaN(at.getTime())) return "–";
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${date} ${time}${fine ? `.${String(at.getMilliseconds()).padStart(3, "0")}` : ""}`;
}

function duration(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return t("time.milliseconds", Math.round(milliseconds));
  if (seconds < 120) return t("time.seconds", seconds);
  if (seconds < 7200) return t("time.minutes", Math.round(seconds / 60));
  return seconds < 172800 ? t("time.hours", Math.round(seconds / 3600)) : t("time.days", Math.round(seconds / 86400));
}

const SVG = new Set(["svg", "g", "path", "rect", "text", "title", "defs", "marker", "line", "circle"]);

/** An element. Attributes that are null or false are left out; children may be lists, null, elements or text. */
function h(tag, attributes, ...children) {
  const element = SVG.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Text of a device: isolated, so that right-to-left marks in it cannot turn its surroundings around. */
function said(value) {
  return h("bdi", null, value);
}

/** Makes the children of `parent` like `children`, touching only what differs: focus, scroll and open parts stay. */
function patch(parent, ...children) {
  const focused = document.activeElement;
  patchChildren(parent, children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
}

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("data-key") : null);

function patchChildren(parent, fresh) {
  const keyed = new Map();
  for (const child of parent.childNodes) if (keyOf(child) !== null) keyed.set(keyOf(child), child);
  let at = parent.firstChild;
  for (const raw of fresh) {
    const node = typeof raw === "string" || typeof raw === "number" ? document.createTextNode(raw) : raw;
    const key = keyOf(node);
    let old = key === null ? at : keyed.get(key);
    if (old && (old.nodeName !== node.nodeName || keyOf(old) !== key)) old = null;
    if (!old) {
      parent.insertBefore(node, at);
      continue;
    }
    if (old === at) at = at.nextSibling;
    else parent.insertBefore(old, at);
    patchNode(old, node);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function patchNode(old, node) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== node.data) old.data = node.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    // Whether a part is open belongs to the reader.
    if (!node.hasAttribute(name) && name !== "open" && name !== "style") old.removeAttribute(name);
  }
  for (const { name, value } of node.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (!old.hasAttribute("data-own")) patchChildren(old, [...node.childNodes]);
}
