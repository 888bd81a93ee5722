// Risk as somebody reads it: the tiles, the matrix as a filter, what lowers it, and what an owner decides.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { accessible, cutOff, faultsOf, OUTPUT, settled, signedIn, start } from './browser';
import { asked, at } from './people';

interface OpenVex {
  readonly '@context': string;
  readonly statements: readonly unknown[];
}

let browser: Browser;
let page: Page;
let faults: string[];

async function show(path: string): Promise<void> {
  await page.goto(at(path));
  await settled(page);
  await page.locator('.risk-tiles').waitFor();
}

const risk = () => asked<Schemas['RiskSummary']>(page.request, 'get', '/api/v1/risk');
const rows = () => page.getByRole('grid', { name: 'デバイス一覧' }).locator('tbody tr');
const tile = (name: string) => page.locator(`[data-tile="${name}"]`);
/** What is waited for is a thing on screen; how long is no matter. */
const SOON = { timeout: 30_000 };
const numberIn = async (text: Promise<string | null>) => Number((await text)?.replace(/\D/g, ''));

beforeAll(async () => {
  browser = await start();
  const context = await signedIn(browser, { language: 'ja', theme: 'light' });
  page = await context.newPage();
  faults = faultsOf(page);
});

afterAll(async () => {
  await browser.close();
});

test('the cells of the matrix add up to the first tile', async () => {
  // The first time is when the plant has been heard for a while.
  await expect
    .poll(async () => (await risk()).tiles.devices, { timeout: 180_000, interval: 1_000 })
    .toBeGreaterThan(0);
  await show('/risk');
  const counts = await page.locator('.risk-cell-count').allTextContents();
  const sum = counts.map((text) => Number(text.replace(/\D/g, ''))).reduce((one, other) => one + other, 0);
  expect(counts.length).toBe(25);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBe(await numberIn(tile('devices').locator('.risk-number').textContent()));
});

test('a cell narrows the list below in place, and once more widens it', async () => {
  await show('/risk');
  const cell = page.locator('[data-cell]').first();
  const [likelihood = '', impact = ''] = ((await cell.getAttribute('data-cell')) ?? '').split('-');
  const held = await numberIn(cell.locator('.risk-cell-count').textContent());
  await cell.click();
  await page.getByText(`表示条件：発生確率 ${likelihood}、影響度 ${impact}`).waitFor();
  const url = new URL(page.url());
  expect([url.pathname, url.searchParams.get('likelihood')]).toEqual(['/risk', likelihood]);
  await expect.poll(() => cell.getAttribute('aria-pressed'), SOON).toBe('true');
  await expect.poll(() => rows().count(), SOON).toBe(held);
  expect(await cutOff(page)).toEqual([]);
  await accessible(page, 'risk with a chosen cell');
  await page.screenshot({ path: `${OUTPUT}risk-cell.png` });
  await cell.click();
  await expect.poll(() => cell.getAttribute('aria-pressed'), SOON).toBe('false');
  expect(new URL(page.url()).search).toBe('');
});

test('a cell is chosen with the keyboard and keeps the focus', async () => {
  await show('/risk');
  const cell = page.locator('[data-cell]').first();
  const hasFocus = () => cell.evaluate((element) => element === document.activeElement);
  await cell.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('likelihood'), SOON).toBeTruthy();
  expect(await hasFocus()).toBe(true);
  await page.getByRole('button', { name: '一覧へ移動' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('role')), { timeout: 10_000 })
    .toBe('tab');
});

test('a tile opens the devices that it counts; what is not known yet is no zero', async () => {
  await show('/risk');
  const { tiles, compared_with } = await risk();
  await tile('high').click();
  await page.getByText('表示条件：高・致命的').waitFor();
  await expect.poll(() => rows().count(), SOON).toBe(Math.min(tiles.high, 50));
  await expect.poll(() => tile('high').getAttribute('aria-current'), SOON).toBe('true');
  if (!compared_with) {
    expect(await tile('increased').textContent()).toContain('まだ分かりません');
    expect(tiles.increased).toBeNull();
  }
});

test('a number of what is not known opens the devices that it counts', async () => {
  await show('/risk');
  const { unknown } = await risk();
  expect(unknown.consequences).toBeGreaterThan(0);
  await page.locator('[data-unknown="consequences"]').click();
  await page.getByText('表示条件：影響度が仮定のまま').waitFor();
  await expect.poll(() => rows().count(), SOON).toBe(Math.min(unknown.consequences, 50));
  expect(new URL(page.url()).searchParams.get('unknown')).toBe('consequences');
});

test('the path to a critical device is drawn on the map, and is taken away again', async () => {
  const listed = await asked<{ items: Schemas['RiskAsset'][] }>(page.request, 'get', '/api/v1/risk/assets');
  const device = listed.items.find(({ kind }) => kind === 'plc')?.asset ?? '';
  const consequences = `/api/v1/risk/consequences/asset/${device}`;
  const unsaid = { safety: null, environment: null, finance: null, data: null };
  await asked(page.request, 'put', consequences, { ...unsaid, production: 5, reason: '主力ラインの要' });
  const told = () => asked<Schemas['AssetRisk']>(page.request, 'get', `/api/v1/assets/${device}/risk`);
  await expect
    .poll(async () => (await told()).paths.length, { timeout: 90_000, interval: 1_000 })
    .toBeGreaterThan(0);
  await page.goto(at(`/assets/${device}?tab=risk`));
  await settled(page);
  await page.getByRole('link', { name: '構成図で見る' }).first().click();
  await page.getByText('リスクの経路：').waitFor();
  await page.locator('canvas').first().waitFor();
  expect(await cutOff(page)).toEqual([]);
  await accessible(page, 'a path on the map');
  await page.screenshot({ path: `${OUTPUT}map-path.png` });
  await page.getByRole('button', { name: '経路の表示をやめる' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('path'), SOON).toBeNull();
  await asked(page.request, 'delete', consequences);
}, 180_000);

test('Today shows the tiles, the matrix and three actions, which lead to Risk', async () => {
  await page.goto(at('/today'));
  await settled(page);
  await expect.poll(() => page.locator('.risk-actions > li').count(), { timeout: 60_000 }).toBe(3);
  await page.locator('.risk-cell a').first().click();
  await page.getByRole('heading', { level: 1, name: 'リスク' }).waitFor();
  expect(new URL(page.url()).searchParams.get('likelihood')).toBeTruthy();
});

test('the consequences of a line are decided, and the decision is withdrawn', async () => {
  await show('/risk?tab=lines');
  const line = page.getByRole('row').filter({ hasText: 'ライン1 充填' });
  const open = async () => {
    await line.getByRole('button', { name: /の操作$/ }).click();
    await page.getByRole('menuitem', { name: '影響度を決める' }).click();
  };
  await open();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('S 人の安全').selectOption('3');
  await dialog.getByRole('textbox', { name: /理由/ }).fill('安全審査');
  await accessible(page, 'consequences');
  await dialog.getByRole('button', { name: '保存' }).click();
  await dialog.waitFor({ state: 'detached' });
  await line.getByText('決定済み').waitFor();
  await open();
  await dialog.getByText('安全審査').waitFor();
  await dialog.getByRole('button', { name: '決定を取り消す' }).click();
  await dialog.waitFor({ state: 'detached' });
  await line.getByText('決定済み').waitFor({ state: 'detached' });
});

test('a matrix in which more is less is refused, with the cell', async () => {
  await show('/risk');
  await page.getByRole('button', { name: '計算方法' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('発生確率 5・影響度 5 の区分').selectOption('low');
  await dialog.getByRole('textbox', { name: /理由/ }).fill('試し');
  await accessible(page, 'the method');
  await dialog.getByRole('button', { name: '計算方法を変更' }).click();
  await dialog.getByText(/発生確率5・影響度5の区分が/).waitFor();
  await page.keyboard.press('Escape');
});

/** The file that a choice of the export menu brings. */
async function exported(name: string): Promise<{ called: string; text: string }> {
  await page.getByRole('button', { name: 'ファイルに出力' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name }).click(),
  ]);
  return { called: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') };
}

async function devices(): Promise<Schemas['RiskAsset'][]> {
  const path = '/api/v1/risk/assets?limit=500';
  return (await asked<{ items: Schemas['RiskAsset'][] }>(page.request, 'get', path)).items;
}

/** A device that no advisory means. */
async function aSafe(among: readonly Schemas['RiskAsset'][]): Promise<string> {
  for (const { asset, weaknesses } of among) {
    if (weaknesses > 0) continue;
    const path = `/api/v1/assets/${asset}/vulnerabilities`;
    const { advisories } = await asked<Schemas['AssetVulnerabilities']>(page.request, 'get', path);
    if (advisories.items.length === 0) return asset;
  }
  throw new Error('an advisory means every device');
}

test('the factors of a band are exported as a table', async () => {
  await show('/risk');
  const items = await devices();
  const [worst] = items;
  const other = items.find(({ band }) => band !== worst?.band);
  await show(`/risk?band=${worst?.band}`);
  const { called, text } = await exported('CSV（UTF-8）');
  expect(called).toBe('risk.csv');
  expect(text).toContain(worst?.asset);
  if (other) expect(text).not.toContain(other.asset);
  await page.getByText(/行を出力しました$/).waitFor();
});

test('weaknesses are exported as a table and as OpenVEX, of all and of one line', async () => {
  await page.goto(at('/vulnerabilities'));
  await settled(page);
  const table = await exported('CSV（UTF-8）');
  expect(table.called).toBe('vulnerabilities.csv');
  expect(table.text).toMatch(/CVE-\d{4}-\d{4,}/);
  await page.getByText(/行を出力しました$/).waitFor();
  const whole = await exported('OpenVEX');
  expect(whole.called).toBe('vulnerabilities.openvex.json');
  const { '@context': context, statements } = JSON.parse(whole.text) as OpenVex;
  expect(context).toMatch(/openvex\.dev/);
  expect(statements.length).toBeGreaterThan(0);
  // One statement may speak of several devices; what is told counts each device.
  const notice = await page
    .getByText(/脆弱性についての記述 [\d,]+ 件を出力しました/)
    .last()
    .innerText();
  const told = Number(/[\d,]+/.exec(notice)?.[0].replaceAll(',', ''));
  expect(told).toBeGreaterThanOrEqual(statements.length);
  await page.getByLabel('ライン', { exact: true }).selectOption({ label: 'ライン1 充填' });
  await page.getByRole('tab', { name: '資産別' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('line'), SOON).toBeTruthy();
  const ofLine = JSON.parse((await exported('OpenVEX')).text) as OpenVex;
  expect(ofLine.statements.length).toBeLessThan(statements.length);
});

test('a document about which nothing can be said is refused in words', async () => {
  const items = await devices();
  const safe = await aSafe(items);
  await page.goto(at(`/assets/${safe}?tab=risk`));
  await settled(page);
  await page.getByRole('button', { name: 'ファイルに出力' }).click();
  await page.getByRole('menuitem', { name: 'CSAF-VEX' }).click();
  await page.getByText(/この形式ではCVE番号が必要です/).waitFor();
  await accessible(page, 'a refused document');
  expect((await exported('CycloneDX')).called).toBe('vulnerabilities.cdx.json');
});

test('no page did what its policy forbids', () => {
  expect(faults).toEqual([]);
});
