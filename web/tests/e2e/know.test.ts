// The chapter *know*: a viewer opens the controller of line 2 and sees its firmware, real advisories, the arithmetic of its
// risk, and what would lower it. Everything is compared with what the server says.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Schemas } from '../../src/api/client';

import type { Action } from '../../src/routes/asset/risk/place';
import { accessible, cutOff, faultsOf, OUTPUT, settled, signedIn, start, type Look } from './browser';
import { asked, at, person } from './people';

const LOOK: Look = { language: 'ja', theme: 'light', width: 1280, height: 800 };
const CONTROLLER = '充填機② 主PLC';
/** Identifiers by which the world knows advisories. */
const REAL = /^(ICSA-\d{2}-\d{3}-\d{2}|SSA-\d{6}|JVN\S+|CVE-\d{4}-\d{4,}|cisco-sa-\S+|\d{4}-\d{3})$/;

const BANDS: Partial<Record<string, string>> = { low: '低', medium: '中', high: '高', critical: '致命的' };
const SOON = { timeout: 30_000 };

let browser: Browser;
let leader: BrowserContext;
let page: Page;
let faults: string[];
let risk: Schemas['AssetRisk'];
let weak: Schemas['AssetVulnerabilities'];

const get = <T>(path: string) => asked<T>(leader.request, 'get', path);

/** The controller of line 2, when its risk has been computed. */
async function controller(): Promise<string> {
  return vi.waitFor(
    async () => {
      const { items } = await get<{ items: Schemas['RiskAsset'][] }>('/api/v1/risk/assets?limit=500');
      const found = items.find(({ name, weaknesses }) => name === CONTROLLER && weaknesses > 0);
      if (!found) throw new Error(`no weakness of ${CONTROLLER} is known yet`);
      return found.asset;
    },
    { timeout: 120_000, interval: 500 },
  );
}

const part = (name: string) => page.getByRole('region', { name, exact: true });

beforeAll(async () => {
  browser = await start();
  leader = await signedIn(browser, LOOK);
});

afterAll(async () => {
  await browser.close();
});

test('a viewer opens the controller of line 2 from the assets with weaknesses', async () => {
  const id = await controller();
  const viewer = await person(browser, leader.request, LOOK, `know-viewer-${Date.now()}`, 'viewer');
  page = await viewer.newPage();
  faults = faultsOf(page);
  await page.goto(at('/vulnerabilities?tab=assets'));
  await settled(page);
  await page.getByRole('link', { name: CONTROLLER, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: CONTROLLER }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/assets/${id}`);
  await part('リスクの内訳').waitFor();
  risk = await get(`/api/v1/assets/${id}/risk`);
  weak = await get(`/api/v1/assets/${id}/vulnerabilities`);
});

test('its firmware is told, and that it is not known where it is not', async () => {
  const told = weak.firmware === '' ? 'まだ不明' : weak.firmware;
  await part('該当するアドバイザリ').getByText(told, { exact: true }).first().waitFor();
});

test('a real advisory means it, with the reason and the text that decided', async () => {
  const first = weak.advisories.items[0];
  expect(first?.advisory).toMatch(REAL);
  const section = part('該当するアドバイザリ');
  await section.getByRole('link', { name: first?.advisory, exact: true }).waitFor();
  await section.getByText(first?.source ?? '', { exact: true }).waitFor();
  for (const { id } of first?.weaknesses ?? []) await section.getByText(id).first().waitFor();
});

test('the factors are shown and add up to the likelihood', async () => {
  const rows = part('リスクの内訳').getByRole('grid', { name: 'リスクの内訳' }).locator('> tbody');
  expect(await rows.count()).toBe(risk.terms.length);
  await part('リスクの内訳')
    .getByText(/と一致$/)
    .waitFor();
  await rows.first().getByRole('button').click();
  await rows
    .first()
    .getByText(/で到達|境界/)
    .first()
    .waitFor();
});

test('its place in the matrix is marked and named, with the band of the cell', async () => {
  const { likelihood, impact, band } = risk.asset;
  const place = part('マトリクス上の位置');
  await place
    .getByText(`発生確率 L${likelihood} × 影響度 I${impact}（${BANDS[band]}）`, { exact: true })
    .waitFor();
  const here = place.locator('[data-mark="now"]');
  await expect.poll(() => here.innerText(), SOON).toContain(BANDS[band]);
  expect(await here.innerText()).toContain('現在');
  // The row is the level of likelihood, the column that of impact.
  const [row, column] = await here.evaluate((cell) => [
    Number(cell.parentElement?.querySelector('th')?.innerText.match(/^\D*(\d)/)?.[1]),
    (cell as HTMLTableCellElement).cellIndex,
  ]);
  expect([row, column]).toEqual([likelihood, impact]);
});

test('an action that is chosen is shown as a movement in the matrix and told in a sentence', async () => {
  const { likelihood, impact, band } = risk.asset;
  const moves = (risk.lowers as Action[]).find(
    ({ likelihood_after: l, impact_after: i }) => l && i && (l !== likelihood || i !== impact),
  );
  expect(moves, 'an action that moves it to another cell').toBeTruthy();
  const place = part('マトリクス上の位置');
  const lowers = part('リスクを下げる対応');
  const all = lowers.getByRole('button', { name: /件すべて表示$/ });
  if ((await all.count()) > 0) await all.click();
  const choose = lowers
    .locator('tbody tr')
    .nth((risk.lowers as Action[]).indexOf(moves as Action))
    .getByRole('button');
  await choose.focus();
  await page.keyboard.press('Enter');
  const [from, to] = [
    `L${likelihood}×I${impact} (${BANDS[band]})`,
    `L${moves?.likelihood_after}×I${moves?.impact_after} (${BANDS[moves?.band_after ?? '']})`,
  ];
  await expect.poll(() => place.getByRole('status').innerText(), SOON).toContain(`${from} → ${to}`);
  expect(await choose.getAttribute('aria-pressed')).toBe('true');
  expect(await place.locator('[data-mark="then"]').innerText()).toContain('対応後');
  expect(await place.locator('.risk-arrow').count()).toBe(1);
  await accessible(page, 'a movement in the matrix');
  await place.scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${OUTPUT}know-movement.png` });
  await choose.click();
  await expect.poll(() => place.locator('[data-mark="then"]').count(), SOON).toBe(0);
});

test('an action that would lower it tells the score before and after', async () => {
  const rows = part('リスクを下げる対応').locator('tbody tr');
  const texts = await rows.allInnerTexts();
  const pairs = texts.map((text) => /(\d+\.\d) → (\d+\.\d)/.exec(text)?.slice(1).map(Number) ?? []);
  expect(pairs.length).toBeGreaterThan(0);
  expect(pairs.some(([before = 0, after = 0]) => after < before)).toBe(true);
});

test('a viewer is not offered to decide, and the page is whole', async () => {
  expect(await page.getByRole('button', { name: /判断する/ }).count()).toBe(0);
  await page.screenshot({ path: `${OUTPUT}know-controller.png` });
  expect(await cutOff(page)).toEqual([]);
  await accessible(page, 'the risk of an asset');
  expect(faults).toEqual([]);
});
