// Update advice as those use it who plan a stop: taken on, put into the next stop, deferred, and told on the asset.
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { accessible, cutOff, faultsOf, OUTPUT, settled, signedIn, start, type Look } from './browser';
import { asked, at, judged, person } from './people';

type Row = Schemas['PatchRow'];
type Calendar = Schemas['CalendarRow'];

const LOOK: Look = { language: 'ja', theme: 'light' };
const LEADER = 'patch-leader';
const DAY_MS = 86_400_000;
/** What is waited for is a thing on screen; how long is no matter. */
const SOON = { timeout: 30_000 };

let browser: Browser;
let administrator: BrowserContext;
let page: Page;
let faults: string[];
let before: Calendar | undefined;
/** Two of the same version, or one where no version has two; and another one. */
let [taken, other]: [readonly Row[], Row | undefined] = [[], undefined];

const request = () => administrator.request;

async function advice(): Promise<Row[]> {
  const path = '/api/v1/vulnerabilities/patches?state=released&limit=500';
  return (await asked<{ items: Row[] }>(request(), 'get', path)).items;
}

async function show(path = '/vulnerabilities?tab=patches', on = page): Promise<void> {
  await on.goto(at(path));
  await settled(on);
}

const rowOf = ({ asset }: Row): Locator =>
  page.getByRole('row').filter({ has: page.locator(`a[href^="/assets/${asset}"]`) });
const dialog = () => page.getByRole('dialog');

async function choose(rows: readonly Row[]): Promise<void> {
  for (const row of rows) await rowOf(row).getByRole('checkbox').first().check();
}

async function step(rows: readonly Row[], to: string): Promise<void> {
  await choose(rows);
  await page.getByRole('button', { name: '次の状態へ' }).click();
  await dialog().getByLabel('次の状態').selectOption({ label: to });
  await dialog().getByRole('button', { name: '記録', exact: true }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText(`${rows.length} 件の更新の状態を記録しました。`).waitFor();
  for (const row of rows) await rowOf(row).getByText(to, { exact: true }).waitFor();
}

/** A day so many days ahead, as a field for dates takes it. */
const ahead = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

beforeAll(async () => {
  browser = await start();
  administrator = await signedIn(browser, LOOK);
  const { items } = await asked<{ items: Calendar[] }>(request(), 'get', '/api/v1/calendars');
  before = items.find(({ id }) => id === 'plant');
  const when = { repeats: 'weekly', day: 'sunday', from: '08:00', to: '17:00' } as const;
  const stops = [{ name: '日曜の停止', kind: 'maintenance', when }];
  await asked(request(), 'put', '/api/v1/calendars/plant', { ...before?.calendar, stops });
  await judged(request());
  const rows = (await advice()).filter(({ line, stop }) => line && stop !== 'no');
  const twins = rows.filter(({ version }) => rows.filter((row) => row.version === version).length > 1);
  taken = twins.length > 1 ? twins.filter(({ version }) => version === twins[0]?.version) : rows.slice(0, 1);
  other = rows.find(({ version }) => version !== taken[0]?.version);
  const context = await person(browser, request(), LOOK, LEADER, 'site-leader');
  page = await context.newPage();
  faults = faultsOf(page);
});

afterAll(async () => {
  if (before) await asked(request(), 'put', '/api/v1/calendars/plant', before.calendar);
  await browser.close();
});

test('the advice stands most urgent first, with what is missing said in words', async () => {
  await show();
  const [first] = await page.getByRole('button', { name: /の詳細$/ }).all();
  await first?.click();
  await page.getByText('資産のページで状態と履歴を見る').waitFor();
  expect(await page.getByRole('checkbox').count()).toBeGreaterThan(2);
  await expect.poll(() => page.getByText('待ち：社内承認がまだ').count(), SOON).toBeGreaterThan(0);
  expect(await cutOff(page)).toEqual([]);
  await accessible(page, 'update advice');
  await page.screenshot({ path: `${OUTPUT}patches.png` });
});

test('the owner says until when, and every date follows', async () => {
  const path = '/api/v1/vulnerabilities/patches/dates';
  const dates = await asked<Schemas['PatchDates']>(request(), 'get', path);
  await show();
  await page.getByRole('button', { name: '対応期限' }).click();
  const days = dialog().getByRole('spinbutton', { name: '次の計画停止 更新まで（日）' });
  const scheduled = async () => (await advice()).find(({ decision }) => decision === 'scheduled')?.patch_by;
  const due = await scheduled();
  await days.fill('20');
  await dialog().getByLabel('理由').fill('半年ごとの定期修理に合わせる');
  const save = dialog().getByRole('button', { name: '保存', exact: true });
  await save.click();
  await dialog().getByText('より急ぐ区分の期限が、急がない区分より遅くなっています。').waitFor();
  await days.fill('200');
  await page.screenshot({ path: `${OUTPUT}patch-dates.png` });
  await save.click();
  await dialog().waitFor({ state: 'detached' });
  if (due) expect(await scheduled()).not.toBe(due);
  await asked(request(), 'put', path, { decisions: dates.decisions, reason: '元に戻す' });
});

test('filters stand in the address; that nothing fits is no good news', async () => {
  await show('/vulnerabilities?tab=patches&state=installed');
  await page.getByText('条件に合うアドバイスはありません').waitFor();
  await page.getByText(/ほかの資産が最新であるという意味ではありません/).waitFor();
  await show();
  await page.getByLabel('実施時期', { exact: true }).selectOption({ label: '待ち' });
  await expect.poll(() => new URL(page.url()).searchParams.get('fit'), SOON).toBe('waits');
});

test('a patch is tested, authorised, and proposed for the next stop', async () => {
  await show();
  await step(taken, '社内試験中');
  await step(taken, '社内承認');
  const text = async (row: Row) => (await rowOf(row).first().textContent()) ?? '';
  for (const row of taken) await expect.poll(() => text(row), SOON).toMatch(/次の停止/);
  const planned = await Promise.all(taken.map(text));
  expect(planned.some((one) => /次の停止 \d{4}\/\d{2}\/\d{2}/.test(one))).toBe(true);
  await page.screenshot({ path: `${OUTPUT}patches-stop.png` });
});

test('nobody approves what they do, and the dialog says so', async () => {
  if (!other) throw new Error('all advice is of one version');
  await show();
  await choose([other]);
  await page.getByRole('button', { name: '次の状態へ' }).click();
  await dialog().getByLabel('次の状態').selectOption({ label: '社内承認' });
  const record = dialog().getByRole('button', { name: '記録', exact: true });
  expect(await record.isDisabled()).toBe(true);
  await dialog().getByRole('textbox', { name: '承認者' }).fill(LEADER);
  await dialog().getByRole('textbox', { name: 'メモ' }).fill('緊急');
  await record.click();
  await dialog()
    .getByText(/承認者には自分以外の人を指定してください/)
    .waitFor();
  await accessible(page, 'a refused step');
  await dialog().getByRole('button', { name: 'キャンセル' }).click();
});

test('another is deferred, for 90 days at most', async () => {
  if (!other) throw new Error('all advice is of one version');
  await show();
  await choose([other]);
  await page.getByRole('button', { name: '延期する' }).click();
  await dialog().getByRole('textbox', { name: '理由' }).fill('夏の停止まで');
  await dialog().getByRole('textbox', { name: '責任者' }).fill('森');
  await dialog().getByRole('textbox', { name: '緩和策' }).fill('FW-1で遮断\n\n保守端末を外す');
  await dialog().getByLabel(/^期限/).fill(ahead(120));
  await dialog().getByRole('button', { name: '延期を記録' }).click();
  await dialog()
    .getByText(/延期できるのは最長 90 日です/)
    .first()
    .waitFor();
  await accessible(page, 'a deferral');
  await dialog().getByLabel(/^期限/).fill(ahead(30));
  await dialog().getByRole('button', { name: '延期を記録' }).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByText('1 件の更新を延期しました。').waitFor();
  await rowOf(other).getByText('待ち：延期中').waitFor();
  await rowOf(other)
    .getByRole('button', { name: /の詳細$/ })
    .click();
  await page.getByText('延期中の緩和策: FW-1で遮断、保守端末を外す').waitFor();
});

test('the asset tells the state and who did what', async () => {
  await show(`/assets/${taken[0]?.asset}?tab=risk`);
  const part = page.getByRole('region', { name: '更新の状態と履歴' });
  const history = part.getByRole('grid', { name: `版 ${taken[0]?.version} の履歴` });
  await history.getByRole('row').filter({ hasText: '社内試験中 → 社内承認' }).getByText(LEADER).waitFor();
  expect(await history.locator('tbody tr').count()).toBe(3);
  await part.getByRole('button', { name: '次の状態へ' }).click();
  await dialog().getByLabel('次の状態').selectOption({ label: '適用待ち' });
  await dialog().getByRole('button', { name: '記録', exact: true }).click();
  await history.getByRole('row').filter({ hasText: '社内承認 → 適用待ち' }).waitFor();
  expect(await cutOff(page)).toEqual([]);
  await accessible(page, 'patches of an asset');
  await part.screenshot({ path: `${OUTPUT}patches-asset.png` });
});

test('Today has both goals, which open those that are not', async () => {
  await show('/today');
  const goals = await asked<Schemas['PatchGoals']>(request(), 'get', '/api/v1/vulnerabilities/patches/goals');
  const { numerator, denominator } = goals.newest_or_deferred;
  const goal = page.locator('[data-goal="newest_or_deferred"]');
  await goal.getByText(`${denominator} 台中 ${numerator} 台`).waitFor(SOON);
  await goal.getByRole('button').click();
  await dialog().getByText('どちらの目標も満たさないコントローラ').first().waitFor();
  expect(await dialog().locator('tbody tr').count()).toBe(goals.open.length);
  await accessible(page, 'controllers that meet no goal');
  await dialog().getByRole('button', { name: '閉じる' }).last().click();
});

test('a viewer reads the advice and is offered none of it', async () => {
  const context = await person(browser, request(), LOOK, 'patch-viewer', 'viewer');
  const view = await context.newPage();
  await show('/vulnerabilities?tab=patches', view);
  await view.getByRole('grid', { name: 'セキュリティ更新アドバイス' }).waitFor();
  for (const name of ['次の状態へ', '延期する']) {
    expect(await view.getByRole('button', { name }).count(), name).toBe(0);
  }
  expect(await view.getByRole('checkbox').count()).toBe(0);
  await context.close();
});

test('no page did what its policy forbids', () => {
  expect(faults).toEqual([]);
});
