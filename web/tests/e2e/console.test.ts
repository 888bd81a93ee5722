// What people do with the console, as they do it.
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessible,
  address,
  cutOff,
  faultsOf,
  open,
  OUTPUT,
  settled,
  signedIn,
  start,
  type Look,
} from './browser';

const PAGES = [
  ['today', '/today'],
  ['start', '/start'],
  ['assets', '/assets'],
  ['map', '/map'],
  ['drawing', '/map/drawing'],
  ['risk', '/risk'],
  ['zones by risk', '/risk?tab=zones'],
  ['choke points', '/risk?tab=chokes'],
  ['vulnerabilities', '/vulnerabilities'],
  ['weak assets', '/vulnerabilities?tab=assets'],
  ['updates', '/vulnerabilities?tab=actions'],
  ['patches', '/vulnerabilities?tab=patches'],
  ['traffic', '/traffic'],
  ['chart', '/traffic?tab=chart'],
  ['flows', '/traffic?tab=flows'],
  ['commands', '/traffic?tab=commands'],
  ['sensors', '/sensors'],
  ['lines', '/settings/lines'],
  ['networks', '/settings/networks'],
  ['users', '/settings/users'],
  ['calendars', '/settings/calendars'],
  ['register', '/settings/register'],
  ['retention', '/settings/retention'],
  ['audit', '/settings/audit'],
  ['backups', '/settings/backups'],
  ['remote sensors', '/settings/sensors'],
  ['knowledge', '/settings/knowledge'],
  ['certificate', '/settings/certificate'],
  ['languages', '/settings/languages'],
  ['account', '/account'],
] as const;

const LOOKS: readonly Look[] = [
  { language: 'ja', theme: 'light', width: 1280, height: 800 },
  { language: 'ja', theme: 'dark', width: 1920, height: 1080 },
  { language: 'en', theme: 'light', width: 1280, height: 800 },
  { language: 'en', theme: 'light', width: 1920, height: 1080 },
  { language: 'en', theme: 'dark', width: 3840, height: 2160 },
];

const JAPANESE: Look = { language: 'ja', theme: 'light' };

let browser: Browser;
let context: BrowserContext;
let page: Page;
let faults: string[];

const at = (path: string) => new URL(path, address().origin).href;

async function show(path: string): Promise<void> {
  await page.goto(at(path));
  await settled(page);
}

beforeAll(async () => {
  browser = await start();
  context = await signedIn(browser, JAPANESE);
  page = await context.newPage();
  faults = faultsOf(page);
});

afterAll(async () => {
  await browser.close();
});

test('the link of the demo leads to Today', async () => {
  await show('/');
  await page.getByRole('heading', { level: 1, name: '今日の状況' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/today');
});

test('assets are searched in half and full width alike, and one is opened', async () => {
  await show('/assets');
  // Only the rows in sight are drawn, so the one that is searched for need not be there yet.
  await page.locator('tbody tr.table-row').first().waitFor();
  await page.getByRole('textbox').first().fill('ＳＣＡＤＡ０１');
  await expect.poll(() => page.locator('tbody tr.table-row').count(), { timeout: 30_000 }).toBe(1);
  await page.getByRole('link', { name: '中央監視サーバ' }).click();
  await page.getByRole('heading', { level: 1, name: '中央監視サーバ' }).waitFor();
  await page.getByRole('tab', { name: '通信相手' }).click();
  await page.getByRole('grid', { name: '通信相手' }).waitFor();
  await accessible(page, 'an asset');
});

test('the list is exported for Excel in Japanese', async () => {
  await show('/assets?kind=plc');
  await page.getByRole('button', { name: 'ファイルに出力' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'CSV（UTF-8）' }).click(),
  ]);
  const text = readFileSync(await file.path(), 'utf8');
  expect(text).toContain('PLC'.toLowerCase());
  await page.getByText(/行を出力しました/).waitFor();
});

test('a line of the map tells who, verb, whom, how often', async () => {
  await show('/map');
  await page.getByRole('button', { name: '階層をまたぐ通信を表示' }).click();
  await page.getByRole('button', { name: /→/ }).nth(6).click();
  await page.getByRole('grid', { name: '操作の種類ごとの回数' }).first().waitFor();
  await page.getByRole('button', { name: '解読したメッセージを表示' }).first().click();
  await page.getByRole('grid', { name: 'コマンド' }).first().waitFor();
});

test('an identity is confirmed, and the confirmation withdrawn', async () => {
  await show('/assets?text=SCADA01');
  await page.getByRole('link', { name: '中央監視サーバ' }).click();
  await page.getByRole('button', { name: '機器情報を確認済みにする' }).click();
  await page.getByRole('button', { name: '確認を取り消す' }).click();
  await page.getByRole('button', { name: '機器情報を確認済みにする' }).waitFor();
});

test('a line is added with the keyboard alone', async () => {
  await show('/settings/lines');
  await page.getByRole('button', { name: '追加', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.getByRole('textbox', { name: /名前/ }).focus();
  await page.keyboard.type('第1ライン');
  await page.keyboard.press('Enter');
  await page.getByRole('gridcell', { name: '第1ライン', exact: true }).waitFor();
});

test('a new user enrols by link and is offered nothing beyond the role', async () => {
  await show('/settings/users');
  await page.getByRole('button', { name: '利用者を追加' }).click();
  await page.getByRole('textbox', { name: /ユーザー名/ }).fill('suzuki');
  await page.getByRole('dialog').getByRole('button', { name: '追加' }).click();
  const link = await page.locator('.pf-v6-c-clipboard-copy input').inputValue();
  const row = page.getByRole('row', { name: /suzuki/ });
  await row.getByRole('button', { name: 'suzuki の操作' }).click();
  await page.getByRole('menuitem', { name: '役割を与える' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '役割を与える' }).click();
  await row.getByText('閲覧者').waitFor();

  const other = await open(browser, JAPANESE);
  const theirs = await other.newPage();
  await theirs.goto(at(`/enrol${new URL(link).hash}`));
  await theirs.locator('#password').fill('river boat under bridge');
  await theirs.locator('#again').fill('river boat under bridge');
  await accessible(theirs, 'enrolment');
  await theirs.getByRole('button', { name: '登録してログイン' }).click();
  await theirs.getByRole('heading', { level: 1, name: '今日の状況' }).waitFor();
  expect(await theirs.getByRole('link', { name: '立ち上げ' }).count()).toBe(0);
  await theirs.goto(at('/assets?text=SCADA01'));
  await theirs.getByRole('link', { name: '中央監視サーバ' }).click();
  await theirs.getByRole('heading', { level: 1, name: '中央監視サーバ' }).waitFor();
  expect(await theirs.getByRole('button', { name: /確認済みにする|訂正/ }).count()).toBe(0);
  await theirs.goto(at('/settings/users'));
  await theirs.getByText('この画面を見る権限がありません').waitFor();
  await other.close();
});

test('a log-in that is not accepted says so', async () => {
  const other = await open(browser, { language: 'en', theme: 'dark' });
  const theirs = await other.newPage();
  await theirs.goto(at('/assets'));
  await theirs.getByRole('textbox', { name: /User name/ }).fill('nobody');
  await theirs.getByRole('textbox', { name: /Password/ }).fill('wrong horse battery');
  await theirs.getByRole('button', { name: 'Sign in' }).click();
  await theirs.getByText('The log-in was not accepted.').waitFor();
  await accessible(theirs, 'log-in');
  await other.close();
});

test.each(LOOKS)('every page in $language, $theme, $width px wide', async (look) => {
  const own = await open(browser, look, await context.storageState());
  await own.addInitScript((language) => localStorage.setItem('yagura.language', language), look.language);
  const theirs = await own.newPage();
  const found = faultsOf(theirs);
  for (const [name, path] of PAGES) {
    await theirs.goto(at(path));
    await settled(theirs);
    const picture = `${name}-${look.language}-${look.theme}-${look.width}`;
    await theirs.screenshot({ path: `${OUTPUT}${picture}.png` });
    expect(await cutOff(theirs), `cut off on ${picture}`).toEqual([]);
    await accessible(theirs, picture);
  }
  expect(found).toEqual([]);
  await own.close();
});

test('no page did what its policy forbids', () => {
  expect(faults).toEqual([]);
});
