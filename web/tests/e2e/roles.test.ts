// What a role may not do is neither offered nor reachable. What each may do is asked of the server; which permission a page
// and a button need stands in the interface's description.
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { accessible, faultsOf, settled, signedIn, start, type Look } from './browser';
import { OFFERS, PAGES, type Offer } from './offers';
import { asked, at, permissionOf, permissions, person } from './people';

const LOOK: Look = { language: 'ja', theme: 'light' };
const ROLES = ['viewer', 'operator', 'site-leader', 'auditor', 'administrator'] as const;
const FORBIDDEN = 'この画面を見る権限がありません';
const ADVICE = '必要な場合は、管理者に役割の追加を依頼してください。';

let browser: Browser;
let leader: BrowserContext;
let asset = '';
/** One that means assets of the plant. */
let advisory = '';

async function show(page: Page, path: string): Promise<void> {
  await page.goto(at(path.replace(':id', asset).replace(':advisory', advisory)));
  await settled(page);
}

/** The requests of a page that were refused because of who asked. */
function refusedOf(page: Page): string[] {
  const refused: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 401 || response.status() === 403) {
      refused.push(`${new URL(page.url()).pathname}: ${response.request().method()} ${response.url()}`);
    }
  });
  return refused;
}

async function isForbidden(page: Page): Promise<boolean> {
  return (await page.getByText(FORBIDDEN).count()) > 0;
}

/** Whether a control is there; what opens it may be missing, too. */
async function isOffered(page: Page, { first, control }: Offer, isAllowed: boolean): Promise<boolean> {
  // What must be there may come a moment later; what must not be there is looked for when the page is still.
  const there = (wanted: Locator, state: 'attached' | 'visible' = 'attached') =>
    wanted
      .first()
      .waitFor({ state, timeout: isAllowed ? 20_000 : 1 })
      .then(() => true)
      .catch(() => false);
  if (first) {
    if (!(await there(first(page), 'visible'))) return false;
    await first(page).first().click();
    // A menu or a dialog opens in any case; what it offers is seen then.
    await page.getByRole('menu').or(page.getByRole('dialog')).or(control(page)).first().waitFor();
  }
  const isThere = await there(control(page));
  if (first) await page.keyboard.press('Escape');
  return isThere;
}

/** Pages of the menu and of links on the page that the reader may not open. */
async function deadEnds(page: Page, may: ReadonlySet<string>): Promise<string[]> {
  const links = await page
    .locator('a[href^="/"]')
    .evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
  const known = PAGES.filter(([path]) => !path.includes('?'));
  return [...new Set(links)].filter((link) => {
    const [path] = link.split('?');
    const needs = known.find(([name]) => name === path)?.[1];
    return needs !== undefined && !may.has(permissionOf(needs));
  });
}

beforeAll(async () => {
  browser = await start();
  leader = await signedIn(browser, LOOK);
  const { items } = await asked<{ items: Schemas['AssetRow'][] }>(
    leader.request,
    'get',
    '/api/v1/assets?text=SCADA01',
  );
  asset = items[0]?.id ?? '';
  // What is compared with advisories is known a moment after the plant is.
  advisory = await vi.waitFor(
    async () => {
      const path = '/api/v1/vulnerabilities?limit=1';
      const page = await asked<{ items: Schemas['VulnerabilityRow'][] }>(leader.request, 'get', path);
      const [first] = page.items;
      if (!first) throw new Error('no advisory is known yet that means an asset');
      return first.advisory;
    },
    { timeout: 120_000, interval: 500 },
  );
  // A register that was compared and not applied yet.
  await leader.request.post(at('/api/v1/register/imports?file_name=roles.csv'), {
    data: Buffer.from('設備名,IPアドレス\n監視サーバ,10.10.20.12\n'),
    headers: { origin: at('/').slice(0, -1), 'content-type': 'application/octet-stream' },
  });
});

afterAll(async () => {
  await browser.close();
});

test.each(ROLES)(
  '%s is offered what the role may do, and nothing else',
  async (role) => {
    const context = await person(browser, leader.request, LOOK, `role-${role}`, role);
    const page = await context.newPage();
    const [faults, refused] = [faultsOf(page), refusedOf(page)];
    await show(page, '/');
    const may = await permissions(page);
    const wrong: string[] = [];
    const paths = new Set([...PAGES.map(([path]) => path), ...OFFERS.map(({ path }) => path)]);
    for (const path of paths) {
      await show(page, path);
      const needs = PAGES.find(([name]) => name === path)?.[1];
      const isAllowed = needs === undefined || may.has(permissionOf(needs));
      if ((await isForbidden(page)) === isAllowed) wrong.push(`${path}: ${isAllowed ? 'closed' : 'open'}`);
      if (!isAllowed) {
        await page.getByText(ADVICE).waitFor();
        expect(await page.getByRole('heading', { level: 1 }).count(), `the head of ${path}`).toBe(1);
      }
      for (const link of await deadEnds(page, may)) wrong.push(`${path} leads to ${link}`);
      for (const offer of OFFERS.filter((one) => one.path === path)) {
        const mayDo = may.has(permissionOf(offer.does));
        if ((await isOffered(page, offer, mayDo)) !== mayDo) {
          wrong.push(`${path}: ${offer.does} is ${mayDo ? 'not offered' : 'offered'}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(refused, 'nothing was asked for that is refused').toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  },
  600_000,
);

test('somebody who looks after one line sees that line, and how much else there is', async () => {
  const { items: lines } = await asked<{ items: Schemas['LineRow'][] }>(
    leader.request,
    'get',
    '/api/v1/lines',
  );
  const own = lines.find(({ code }) => code === 'L3');
  const reach = { lines: [own?.id ?? ''], zones: null };
  const context = await person(browser, leader.request, LOOK, 'line-operator', 'operator', reach);
  const page = await context.newPage();
  const refused = refusedOf(page);
  const told = page.getByText(/このほか \d+ 件は、担当範囲の外のため表示していません。/).first();
  for (const path of ['/assets', '/map', '/risk', '/traffic', '/today']) {
    await show(page, path);
    await told.waitFor();
  }
  await show(page, '/assets');
  const all = await asked<{ items: Schemas['AssetRow'][]; hidden: number }>(
    page.request,
    'get',
    '/api/v1/assets',
  );
  expect(all.hidden).toBeGreaterThan(0);
  expect(new Set(all.items.map(({ line }) => line))).toEqual(new Set([own?.id]));
  expect(await page.locator('tbody tr.table-row').count()).toBe(all.items.length);
  await accessible(page, 'assets of one line');
  for (const [path] of PAGES) await show(page, path);
  expect(refused).toEqual([]);
  await context.close();
}, 600_000);
