// The chapter *know*: a viewer opens the controller of line 2 and sees its firmware, real advisories, the arithmetic of its
// risk, and what would lower it. Everything is compared with what the server says.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { accessible, cutOff, faultsOf, OUTPUT, settled, signedIn, start, type Look } from './browser';
import { box, choose, isModest, moves, REAL, together } from './known';
import { asked, at, person } from './people';

const LOOK: Look = { language: 'ja', theme: 'light', width: 1280, height: 800 };
const CONTROLLER = '充填機② 主PLC';
const BANDS: Partial<Record<string, string>> = { low: '低', medium: '中', high: '高', critical: '致命的' };
/** What the server says of keys that it no longer knows. */
const REFUSAL = 'actions: are not all among those that lower this asset: read them again';
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

test('actions that are chosen together are shown as a movement in the matrix and told in a sentence', async () => {
  const id = risk.asset.asset;
  const actions = risk.lowers.filter(isModest);
  const shift = await together(page, id, actions);
  expect([shift.likelihood_after, shift.impact_after], 'together they move it to another cell').not.toEqual([
    shift.likelihood_before,
    shift.impact_before,
  ]);
  const [place, lowers] = [part('マトリクス上の位置'), part('リスクを下げる対応')];
  await choose(lowers, actions);
  await moves(place, shift, BANDS);
  const told = await place.getByRole('status').innerText();
  expect(told).toContain(`${actions.length} 件の対応`);
  expect(told).toContain(shift.needs_stop ? '停止が必要' : '停止は不要');
  if (shift.others > 0) expect(told).toContain(`ほかに ${shift.others} 台`);
  expect(await place.locator('[data-mark="then"]').innerText()).toContain('対応後');
  await accessible(page, 'a movement in the matrix');
  await lowers.getByRole('button', { name: '位置を見る' }).press('Enter');
  expect(await place.evaluate((part) => part.contains(document.activeElement))).toBe(true);
  await page.screenshot({ path: `${OUTPUT}know-movement.png` });
  await lowers.getByRole('button', { name: '選択をすべて外す' }).press('Enter');
  await expect.poll(() => place.locator('[data-mark="then"]').count(), SOON).toBe(0);
});

test('all that leaves the device in its place is chosen with one key', async () => {
  const [place, lowers] = [part('マトリクス上の位置'), part('リスクを下げる対応')];
  await lowers.getByRole('button', { name: '機器の交換以外をすべて選ぶ' }).press('Enter');
  const shift = await together(page, risk.asset.asset, risk.lowers.filter(isModest));
  await moves(place, shift, BANDS);
  const replace = risk.lowers.find(({ action }) => action === 'replace');
  if (replace) expect(await box(lowers, replace.key).isChecked()).toBe(false);
  await lowers.getByRole('button', { name: '選択をすべて外す' }).press('Enter');
  await expect.poll(() => place.locator('[data-mark="then"]').count(), SOON).toBe(0);
});

test('one action is chosen with the keyboard, and tried the same way', async () => {
  const [first] = risk.lowers.filter(isModest);
  const [place, lowers] = [part('マトリクス上の位置'), part('リスクを下げる対応')];
  const shift = await together(page, risk.asset.asset, first ? [first] : []);
  const only = box(lowers, first?.key ?? '');
  await only.press('Space');
  expect(await only.isChecked()).toBe(true);
  const scores = `${shift.score_before.toFixed(1)} → ${shift.score_after.toFixed(1)}`;
  await expect.poll(() => place.getByRole('status').innerText(), SOON).toContain(scores);
  await only.press('Space');
  await expect.poll(() => place.getByRole('status').innerText(), SOON).toContain('選ぶ');
});

test('to accept the risk cannot be chosen, and it is told why', async () => {
  const accept = risk.lowers.find(({ action }) => action === 'accept-risk');
  const lowers = part('リスクを下げる対応');
  expect(await box(lowers, accept?.key ?? '').count()).toBe(0);
  await lowers.getByText('受容しても数値は変わらないため', { exact: false }).waitFor();
});

test('actions that changed meanwhile are told, and can be read again', async () => {
  const [first] = risk.lowers.filter(isModest);
  const [place, lowers] = [part('マトリクス上の位置'), part('リスクを下げる対応')];
  const refused = { code: 'invalid', message: REFUSAL, advice: '' };
  await page.route('**/risk/what-if', (route) => route.fulfill({ status: 400, json: refused }));
  await box(lowers, first?.key ?? '').check();
  await place.getByText('対応の候補が変わりました', { exact: false }).waitFor();
  await page.unroute('**/risk/what-if');
  await place.getByRole('button', { name: '対応を読み直す' }).press('Enter');
  await expect.poll(() => place.getByRole('status').innerText(), SOON).toContain('行うと：');
  expect(await place.getByText('対応の候補が変わりました', { exact: false }).count()).toBe(0);
  await box(lowers, first?.key ?? '').uncheck();
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
