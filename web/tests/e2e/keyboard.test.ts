// Everything with the keyboard alone: no click, no focus set by the test. Where the focus is, is seen; and it comes back.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessible, faultsOf, settled, signedIn, start } from './browser';
import { at } from './people';

/** Steps of the Tab key after which something counts as out of reach. */
const FAR = 150;

let browser: Browser;
let page: Page;
let faults: string[];

async function show(path: string): Promise<void> {
  await page.goto(at(path));
  await settled(page);
}

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const type = (text: string) => page.keyboard.type(text);
const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: typeof name === 'string' });
const dialog = () => page.getByRole('dialog');

/** How the focus is seen: by an outline or a shadow of the thing itself, or of the frame around it. */
async function isSeen(): Promise<boolean> {
  return page.evaluate(() => {
    const drawn = (element: Element, pseudo?: string) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element, pseudo);
      return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
    };
    const element = document.activeElement;
    if (!element || element === document.body) return false;
    return drawn(element) || drawn(element, '::after') || drawn(element, '::before');
  });
}

async function has(wanted: Locator): Promise<boolean> {
  const found = await wanted.elementHandles();
  for (const one of found)
    if (await one.evaluate((element) => element === document.activeElement)) return true;
  return false;
}

/** Goes with Tab until the focus is there, and sees it. */
async function to(wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await wanted.first().waitFor();
  for (let steps = 0; steps < FAR; steps += 1) {
    await press(key);
    if (await has(wanted)) {
      expect(await isSeen(), `the focus is seen on ${wanted}`).toBe(true);
      return;
    }
  }
  throw new Error(`${FAR} steps of ${key} do not reach ${wanted}`);
}

/** Until the focus is there by itself. */
async function comes(wanted: Locator, what: string): Promise<void> {
  await expect.poll(() => has(wanted), { timeout: 15_000, message: what }).toBe(true);
}

/** The focus is somewhere, not lost. */
async function isKept(what: string): Promise<void> {
  const where = () => page.evaluate(() => document.activeElement?.tagName ?? 'BODY');
  await expect.poll(where, { timeout: 15_000, message: what }).not.toBe('BODY');
}

/** Chooses from the menu that the focused button opens. */
async function choose(name: string): Promise<void> {
  const wanted = page.getByRole('menuitem', { name, exact: true });
  await press('Enter');
  await wanted.waitFor();
  for (let steps = 0; steps < FAR && !(await has(wanted)); steps += 1) await press('ArrowDown');
  expect(await isSeen(), `the focus is seen on ${name}`).toBe(true);
  await press('Enter');
}

beforeAll(async () => {
  browser = await start();
  const context = await signedIn(browser, { language: 'ja', theme: 'light' });
  page = await context.newPage();
  faults = faultsOf(page);
});

afterAll(async () => {
  await browser.close();
});

test('the content is one step away, and the menu leads from page to page', async () => {
  await show('/today');
  const skip = page.getByRole('link', { name: '本文へ移動' });
  await to(skip);
  await press('Enter');
  await comes(page.locator('#content'), 'the content has the focus');
  for (const name of ['資産', '構成図', 'リスク', '脆弱性', '設定']) {
    await show('/today');
    const link = page.getByRole('navigation').getByRole('link', { name, exact: true });
    await to(link);
    await press('Enter');
    await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    await isKept(`after the way to ${name}`);
  }
});

test('assets are searched and filtered; one is opened, confirmed and corrected, and all is taken back', async () => {
  await show('/assets');
  await to(page.getByRole('textbox', { name: /検索/ }));
  await type('SCADA01');
  await expect.poll(() => page.locator('tbody tr.table-row').count(), { timeout: 30_000 }).toBe(1);
  const kinds = button('種類');
  await to(kinds);
  await press('Enter', 'ArrowDown');
  await page.getByRole('menuitem').first().waitFor();
  expect(await isSeen()).toBe(true);
  await press('Space');
  await expect.poll(() => new URL(page.url()).searchParams.getAll('kind').length).toBe(1);
  await press('Escape');
  await comes(button(/^種類/), 'the filter has the focus again');
  await to(button('条件をすべて外す'));
  await press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.getAll('kind').length).toBe(0);
  await isKept('after the filters are gone');
  await show('/assets?text=SCADA01');
  await to(page.getByRole('link', { name: '中央監視サーバ' }));
  await press('Enter');
  await page.getByRole('heading', { level: 1, name: '中央監視サーバ' }).waitFor();
  await isKept('on the page of an asset');

  await to(button('機器情報を確認済みにする'));
  await press('Enter');
  await comes(button('確認を取り消す'), 'what was confirmed can be taken back at once');
  await press('Enter');
  await comes(button('機器情報を確認済みにする'), 'and the other way round');

  const row = page
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: '型式', exact: true }) });
  await to(button('訂正', row));
  await press('Enter');
  await to(dialog().getByRole('textbox', { name: /型式/ }));
  await press('Control+A');
  await type('監視盤 夜勤用');
  await to(dialog().getByRole('textbox', { name: /理由/ }));
  await type('銘板');
  await to(button('保存', dialog()));
  await press('Enter');
  await row.getByText('監視盤 夜勤用').first().waitFor();
  await comes(button('訂正', row), 'the correction has the focus again');
  await to(button('取り消す', row));
  await press('Enter');
  await expect.poll(() => row.getByText('手入力').count(), { timeout: 30_000 }).toBe(0);
  await isKept('after the correction is taken back');

  await to(button('操作'), 'Shift+Tab');
  await choose('設置場所・呼び名を変更');
  await dialog().waitFor();
  await press('Escape');
  await dialog().waitFor({ state: 'detached' });
  await comes(button('操作'), 'the menu that opened the dialog has the focus again');
});

test('several assets are changed at once', async () => {
  await show('/assets?text=SCADA01');
  await to(page.getByRole('checkbox', { name: /を選択$/ }));
  await press('Space');
  await to(button('選択した 1 台を変更'), 'Shift+Tab');
  await press('Enter');
  await to(dialog().getByRole('textbox', { name: '担当' }));
  await type('保全課');
  await to(button('変更', dialog()));
  await press('Enter');
  await dialog().waitFor({ state: 'detached' });
  await isKept('after several were changed');
});

test('on the map boxes are walked through and opened, and a line tells what it carries', async () => {
  await show('/map');
  const map = page.getByRole('application', { name: /構成図/ });
  await to(map);
  const told = map.getByRole('status');
  await press('ArrowDown');
  await expect.poll(() => told.textContent()).toMatch(/▶ \d+ 台$/);
  const first = await told.textContent();
  await press('ArrowDown');
  await expect.poll(() => told.textContent()).not.toBe(first);
  const second = await told.textContent();
  await press('Enter');
  await expect.poll(() => told.textContent()).toBe(second?.replace('▶', '▼'));
  await press('Enter');
  await expect.poll(() => told.textContent()).toBe(second);
  await press('ArrowUp');
  await expect.poll(() => told.textContent()).toBe(first);
  await accessible(page, 'the map with a chosen box');
  await page.screenshot({ path: new URL('../output/map-keyboard.png', import.meta.url).pathname });

  await to(button('階層をまたぐ通信を表示'), 'Shift+Tab');
  await press('Enter');
  await comes(button('すべての通信に戻す'), 'the filter keeps the focus');
  const edges = page.locator('.map-list').getByRole('button');
  await to(edges);
  await press('Enter');
  await comes(page.getByRole('heading', { level: 2, name: /→/ }), 'what was opened has the focus');
  await page.getByRole('grid', { name: '操作の種類ごとの回数' }).first().waitFor();
  await to(button('閉じる'));
  await press('Enter');
  await comes(edges, 'the list goes on where it was left');

  await to(page.getByRole('tab', { name: '機器のまとまり' }), 'Shift+Tab');
  await press('Enter');
  const box = page.locator('.map-list').getByRole('button', { expanded: false }).first();
  await to(box);
  await press('Enter');
  await to(page.locator('.map-inner').getByRole('link').first());
});

test('commands are searched', async () => {
  await show('/traffic');
  await to(page.getByRole('tab', { name: 'コマンド' }));
  await press('Enter');
  await to(page.getByRole('textbox', { name: /検索/ }));
  await type('D100');
  await press('Enter');
  await expect.poll(() => new URL(page.url()).searchParams.get('text')).toBe('D100');
  await to(page.getByRole('combobox', { name: '操作の種類' }));
  await press('ArrowDown');
  await expect.poll(() => new URL(page.url()).searchParams.get('verb')).toBeTruthy();
  await settled(page);
  await isKept('after a search');
});

test('a network is added and removed', async () => {
  await show('/settings/networks');
  await to(button('追加'));
  await press('Enter');
  await to(dialog().getByRole('textbox', { name: /名前/ }));
  await type('夜間試験網');
  await press('Enter');
  await dialog().waitFor({ state: 'detached' });
  await comes(button('追加'), 'the button that opened the dialog has the focus again');
  const actions = button('夜間試験網 の操作');
  await to(actions);
  await choose('削除');
  await actions.waitFor({ state: 'detached' });
  await isKept('after a network is removed');
});

test('a calendar gets a shift, which is taken back', async () => {
  await show('/settings/calendars');
  await to(button('工場 の操作'));
  await choose('変更');
  await to(button('勤務時間を追加'));
  await press('Enter');
  const shift = page.getByRole('group', { name: '勤務時間 1' });
  await to(shift.getByRole('textbox', { name: /名前/ }));
  await type('夜勤');
  await to(button('保存'));
  await press('Enter');
  await page.getByRole('gridcell', { name: /夜勤/ }).waitFor();
  await isKept('after a calendar is saved');
  await to(button('工場 の操作'));
  await choose('設定ファイルの内容に戻す');
  await page.getByText('常時稼働').waitFor();
  await isKept('after a calendar is as it was');
});

test('a step of commissioning is signed off, and that is withdrawn', async () => {
  await show('/start');
  const step = page.getByRole('listitem').filter({ hasText: '最初の構成図を承認した' });
  await to(button('承認する', step));
  await press('Enter');
  await to(dialog().getByRole('textbox', { name: /備考/ }));
  await type('巡回で確認');
  await to(button('承認する', dialog()));
  await press('Enter');
  await step.getByText(/巡回で確認/).waitFor();
  await comes(button('承認を取り消す', step), 'the step has the focus again');
  await press('Enter');
  await to(button('承認を取り消す', dialog()));
  await press('Enter');
  await comes(button('承認する', step), 'and is open again');
});

test('no page did what its policy forbids', () => {
  expect(faults).toEqual([]);
});
