// A plant of 50,000 machines: the table is scrolled without ever showing a gap. The server's part is measured elsewhere;
// here its answers are made, page by page, in the form that the interface has, and served over HTTP as it would: handing
// them to the browser through its debugging port would take longer than drawing them.
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { figure, inPlace, open, OUTPUT, start } from './browser';

const MACHINES = 50_000;
const PAGE = 500;
const ORIGIN = process.env.YAGURA_URL ? new URL(process.env.YAGURA_URL).origin : '';

function machine(n: number): Schemas['AssetRow'] {
  const number = String(n).padStart(5, '0');
  const heard = '2026-11-23T05:00:00Z';
  const words = {
    building: '',
    equipment_number: '',
    hardware: '',
    order_number: '',
    os: '',
    owner: '',
    panel: '',
  };
  const more = { role: '', serial: '', switch_port: '', tags: [], revision: 1, firmware: '1.0' };
  return {
    ...words,
    ...more,
    id: `00000000-0000-7000-8000-0000000${number}`,
    name: `PLC-${number}`,
    floor_name: '',
    kind: 'plc',
    level: '1',
    vendor: 'Maker',
    model: 'Model',
    address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
    hearing: 'both-directions',
    first_seen: heard,
    last_seen: heard,
  };
}

function page(cursor: string | null) {
  const from = Number(cursor ?? 0);
  const to = Math.min(MACHINES, from + PAGE);
  const items = Array.from({ length: to - from }, (_, index) => machine(from + index));
  return { items, next: to < MACHINES ? String(to) : null, hidden: 0 };
}

/** The same machines as the map draws them, a quarter on each level, and each asks two others. */
function drawn(): Record<string, unknown> {
  const whole = { hidden: 0, is_whole: true };
  const assets: Schemas['MapAsset'][] = [];
  const links: Schemas['MapLink'][] = [];
  for (let n = 0; n < MACHINES; n += 1) {
    const { id, name, floor_name, kind, model, address, hearing, building, panel, ...row } = machine(n);
    const { first_seen, last_seen } = row;
    const words = { id, name, floor_name, kind, model, address, hearing, building, panel };
    assets.push({ ...words, level: String(n % 4), first_seen, last_seen });
    for (const step of [1, 257]) {
      const server = machine((n + step) % MACHINES).id;
      const counted = { depth: 0, packets: 9, messages: 9, first_seen, last_seen };
      links.push({ client: id, server, protocol: 'modbus', crosses_levels: true, ...counted });
    }
  }
  return {
    '/api/v1/map/assets': { items: assets, ...whole },
    '/api/v1/map/links': { items: links, ...whole },
  };
}

const ANSWERS: Record<string, unknown> = {
  ...drawn(),
  '/api/v1/auth/session': {
    kind: 'person',
    id: null,
    name: 'reader',
    display_name: '',
    language: 'ja',
    roles: [],
    permissions: ['view-assets', 'view-traffic'],
    time: new Date().toISOString(),
  },
};

let browser: Browser;
let context: BrowserContext;
let view: Page;
let server: Server;
let origin: string;

/** Answers of the interface as bytes; what it is asked besides has no rows. */
const BODIES = new Map(
  Object.entries(ANSWERS).map(([path, answer]) => [path, Buffer.from(JSON.stringify(answer))]),
);
const NOTHING = Buffer.from(JSON.stringify({ items: [], next: null, hidden: 0 }));

/** The console as the real program serves it, with the answers of the plant of many machines. */
function plant(): Server {
  return createServer((request, answer) => {
    const url = new URL(request.url ?? '/', ORIGIN);
    if (url.pathname.startsWith('/api/v1/')) {
      const rows = () => Buffer.from(JSON.stringify(page(url.searchParams.get('cursor'))));
      const body = url.pathname === '/api/v1/assets' ? rows() : (BODIES.get(url.pathname) ?? NOTHING);
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
      return;
    }
    get(url, (given) => {
      answer.writeHead(given.statusCode ?? 502, { 'content-type': given.headers['content-type'] });
      given.pipe(answer);
    });
  });
}

beforeAll(async () => {
  server = plant();
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await start();
  context = await open(browser, { language: 'ja', theme: 'light', width: 1920, height: 1080 });
  view = await context.newPage();
});

afterAll(async () => {
  await browser.close();
  server.close();
});

test('every row is reached and no screen is blank on the way', async () => {
  await view.goto(`${origin}/assets`);
  const scroller = view.locator('.table-scroll');
  await view.getByRole('link', { name: 'PLC-00000' }).waitFor();
  const blanks = await scroller.evaluate(
    async (element, last) => {
      const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const isBlank = () => {
        const { left, top, height } = element.getBoundingClientRect();
        const middle = document.elementFromPoint(left + 120, top + height / 2);
        return middle?.closest('tr.table-row') === null;
      };
      let found = 0;
      for (let step = 0; step < 20_000 && !element.textContent?.includes(last); step += 1) {
        element.scrollTop += element.clientHeight;
        await frame();
        if (isBlank()) found += 1;
      }
      return element.textContent?.includes(last) ? found : -1;
    },
    `PLC-${MACHINES - 1}`,
  );
  expect(blanks).toBe(0);
  expect(await view.locator('tr.table-row').count()).toBeLessThan(200);
}, 900_000);

test('the map of all of them is drawn, with at most thirty boxes', async () => {
  const began = performance.now();
  await view.goto(`${origin}/map`);
  await inPlace(view);
  await view.locator('.map-list li').first().waitFor();
  await view.locator('canvas').first().waitFor();
  figure('first view of the map of 50,000 assets and 100,000 links', {
    ms: performance.now() - began,
    bar_ms: 2000,
  });
  await view.screenshot({ path: `${OUTPUT}map-large.png` });
  await view.getByRole('tab', { name: '機器のまとまり' }).click();
  const boxes = view.getByRole('tabpanel').locator('.map-list > li');
  expect(await boxes.count()).toBeGreaterThan(4);
  expect(await boxes.count()).toBeLessThanOrEqual(30);
});
