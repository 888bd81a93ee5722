// What the rows of the page mean together: labels, pairs, sums.

const LEVELS = [5, 4, 3.5, 3, 2, 1, 0, null];
const laneName = (level) => t(level === null ? "lane.unknown" : `lane.${level}`);

/** Joins the rows so that each asset knows its peers and each pair its protocols and commands. */
function prepare(data) {
  const networks = new Set(data.assets.map((asset) => asset.network));
  data.several = networks.size > 1;
  data.byId = new Map();
  for (const asset of data.assets) prepareAsset(asset, data);
  data.ends.forEach((end, at) => {
    const asset = end.asset === null ? null : data.assets[end.asset];
    data.ends[at] = { id: asset ? asset.id : `@${end.address}`, address: end.address, asset };
  });
  data.pairs = new Map();
  for (const row of [...data.links, ...data.commands, ...data.failures, ...data.accounts]) {
    row.client = data.ends[row.client];
    row.server = data.ends[row.server];
  }
  for (const link of data.links) addLink(pairOf(data, link), link);
  for (const command of data.commands) {
    command.messages = command.requests + command.responses + command.unsolicited;
    const pair = pairOf(data, command);
    pair.commands.push(command);
    pair.verbs.add(command.verb);
    pair.changes ||= command.changes;
  }
  for (const pair of data.pairs.values()) {
    pair.jump = jump(pair);
    for (const end of [pair.client, pair.server]) end.asset?.pairs.push(pair);
  }
  return data;
}

function prepareAsset(asset, data) {
  const all = asset.interfaces.flatMap((one) => one.addresses.map(([address]) => address));
  asset.addresses = [...new Set(all)].sort((a, b) => a.includes(":") - b.includes(":"));
  asset.macs = asset.interfaces.map((one) => one.mac).filter(Boolean);
  asset.label = asset.name?.[0] ?? asset.addresses[0] ?? asset.macs[0] ?? asset.id;
  asset.product = asset.model?.[0] ?? asset.order_number?.[0] ?? "";
  asset.protocols = new Set(asset.services.map((service) => service.protocol));
  asset.pairs = [];
  asset.numeric = addressKey(asset.addresses[0]);
  const words = [asset.name, asset.vendor, asset.model, asset.order_number, asset.firmware, asset.serial]
    .map((field) => field?.[0]);
  asset.search = fold([...words, ...asset.addresses, ...asset.macs, asset.kind, asset.subnet].filter(Boolean).join("\n"));
  data.byId.set(asset.id, asset);
}

/** Half-width and full-width, upper and lower case are one when searching. */
const fold = (text) => text.normalize("NFKC").toLowerCase();

/** A text that sorts IPv4 addresses by number and before those of IPv6. */
function addressKey(address) {
  if (!address) return "";
  return address.includes(":") ? `v6 ${address}` : address.split(".").map((part) => part.padStart(3, "0")).join(".");
}

function pairOf(data, { client, server }) {
  const key = `${client.id} ${server.id}`;
  let pair = data.pairs.get(key);
  if (!pair) {
    pair = {
      key, client, server, links: [], commands: [], protocols: new Set(), verbs: new Set(), changes: false,
      packets: 0, bytes: 0, first: Infinity, last: -Infinity,
    };
    data.pairs.set(key, pair);
  }
  return pair;
}

function addLink(pair, link) {
  pair.links.push(link);
  pair.protocols.add(link.protocol);
  for (const end of [pair.client, pair.server]) end.asset?.protocols.add(link.protocol);
  // Inner protocols ride in the packets of the outermost one.
  if (link.depth === 0) {
    pair.packets += link.packets;
    pair.bytes += link.bytes;
  }
  pair.first = Math.min(pair.first, link.first);
  pair.last = Math.max(pair.last, link.last);
}

/** How far a pair reaches over levels: `same`, `next`, `over` (leaves one out), `unknown`, or `group`. */
function jump({ client, server }) {
  if (!client.asset || !server.asset) return "group";
  const [from, to] = [client.asset.level, server.asset.level];
  if (from === null || to === null) return "unknown";
  const step = Math.abs(from - to);
  if (step === 0) return "same";
  return step <= 1 ? "next" : "over";
}

const endLabel = (end) => (end.asset ? end.asset.label : end.address);
const sum = (rows, value) => rows.reduce((total, row) => total + value(row), 0);

/** The mirror's faults over all captures: key of the sentence, how many, in how many captures, whether it does harm. */
function faults(captures) {
  const found = [];
  const look = (key, harm, value, ...more) => {
    const count = sum(captures, value);
    if (count > 0) found.push({ key, harm, count, captures: captures.filter((one) => value(one) > 0).length, more });
  };
  look("fault.drops", true, (one) => one.kernel_drops);
  look("fault.gaps", true, (one) => one.gaps);
  look("fault.one-way", true, (one) => one.one_way_flows);
  look("fault.truncated", true, (one) => one.truncated);
  const reasons = new Set(captures.flatMap((one) => Object.keys(one.undecoded)));
  for (const why of reasons) look("fault.undecoded", true, (one) => one.undecoded[why] ?? 0, undecoded(why));
  look("fault.clock", true, (one) => one.clock_jumps);
  look("fault.remark", true, (one) => (one.remark ? 1 : 0));
  look("fault.duplicates", false, (one) => one.duplicates);
  look("fault.sampled", false, (one) => one.values_sampled);
  return found;
}

function undecoded(why) {
  const link = /^link_type_(\d+)$/.exec(why);
  return link ? t("undecoded.link_type", link[1]) : word("undecoded", why);
}
