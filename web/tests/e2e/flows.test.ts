// What people change with the console, and take back.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessible, address, faultsOf, settled, signedIn, start } from './browser';

let browser: Browser;
let page: Page;
let faults: string[];

async function show(path: string): Promise<void> {
  await page.goto(new URL(path, address().origin).href);
  await settled(page);
}

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: typeof name === 'string' });
const dialog = () => page.getByRole('dialog');

/** The page of an asset, found by its own name and called as the register calls it on the floor. */
async function asset(own: string, name: string, tab = '機器情報'): Promise<void> {
  await show(`/assets?text=${encodeURIComponent(own)}`);
  await page.getByRole('link', { name, exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByRole('tab', { name: tab }).click();
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

test('a value is corrected, what was heard stays beside it, and the correction is taken back', async () => {
  await asset('SCADA01', '中央監視サーバ');
  const head = page.getByRole('rowheader', { name: '型式', exact: true });
  const row = page.getByRole('row').filter({ has: head });
  await button('訂正', row).click();
  await dialog().getByRole('textbox', { name: /型式/ }).fill('監視盤 特注');
  await dialog().getByRole('textbox', { name: /理由/ }).fill('銘板で確認');
  await accessible(page, 'a correction');
  await button('保存', dialog()).click();
  await row.getByText('手入力').waitFor();
  await row.getByText(/通信では/).waitFor();
  await button('取り消す', row).click();
  await expect.poll(() => row.getByText('手入力').count(), { timeout: 30_000 }).toBe(0);
});

test('two entries become one machine, and two again', async () => {
  await asset('ap-office', '無線AP 2F');
  await button('操作').click();
  await page.getByRole('menuitem', { name: '同じ機器としてまとめる' }).click();
  await dialog().getByRole('textbox').first().fill('sw-line4');
  const choice = dialog().getByRole('combobox', { name: /まとめる資産/ });
  await expect.poll(() => choice.getByRole('option').count(), { timeout: 30_000 }).toBeGreaterThan(1);
  await choice.selectOption({ index: 1 });
  await dialog().getByRole('textbox', { name: /理由/ }).fill('同じ装置の予備ポート');
  await button('まとめる', dialog()).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'メモ・ファイル' }).click();
  const entry = page.getByRole('listitem').filter({ hasText: '同じ装置の予備ポート' });
  await button('取り消す', entry).click();
  await entry.getByText('取消し済み').waitFor();
});

test('one entry becomes two machines, and one again', async () => {
  await asset('SCADA01', '中央監視サーバ');
  await button('操作').click();
  await page.getByRole('menuitem', { name: '別の機器として分ける' }).click();
  await dialog().getByRole('checkbox').first().check();
  await dialog().getByRole('textbox', { name: /理由/ }).fill('二重化の片方');
  await accessible(page, 'a split');
  await button('分ける', dialog()).click();
  await dialog().waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'メモ・ファイル' }).click();
  const entry = page.getByRole('listitem').filter({ hasText: '二重化の片方' });
  await button('取り消す', entry).click();
  await entry.getByText('取消し済み').waitFor();
});

test('a register is compared, applied and taken back', async () => {
  await show('/settings/register');
  const text = '設備名,IPアドレス,制御盤\n監視サーバ,10.10.20.12,盤A\n未設置の装置,10.99.0.1,盤B\n';
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: '台帳.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByRole('heading', { name: '台帳.csv の照合結果' }).waitFor();
  await page.getByRole('grid', { name: '台帳の行' }).getByText('未設置の装置').waitFor();
  await accessible(page, 'a compared register');
  expect(await page.getByRole('row', { name: /台帳\.csv/ }).count(), 'read once').toBe(1);
  await button('適用').click();
  const row = page.getByRole('row', { name: /台帳\.csv/ }).first();
  await row.getByText('適用済み').waitFor();
  await button('取り消す', row).click();
  await row.getByText('取消し済み').waitFor();
});

test('a receiver of messages is added; what cannot be taken is said in Japanese; it is removed', async () => {
  await show('/settings/webhooks');
  await button('追加').click();
  await dialog().getByRole('textbox', { name: /名前/ }).fill('保全システム');
  await dialog().getByRole('textbox', { name: 'URL' }).fill('http://tickets.example/yagura');
  await button('保存', dialog()).click();
  await dialog()
    .getByText(/https:\/\/ で始まる宛先/)
    .waitFor();
  await dialog().getByRole('textbox', { name: 'URL' }).fill('http://127.0.0.1:9/yagura');
  await button('保存', dialog()).click();
  await page.getByText('「保全システム」の署名用の鍵です').waitFor();
  const row = page.getByRole('row', { name: /保全システム/ });
  await button('保全システム の操作', row).click();
  await page.getByRole('menuitem', { name: '削除' }).click();
  await row.waitFor({ state: 'detached' });
});

test('a step of commissioning is signed off with a note, and that is withdrawn', async () => {
  await show('/start');
  const step = page.getByRole('listitem').filter({ hasText: '最初の構成図を承認した' });
  await button('承認する', step).click();
  await dialog().getByRole('textbox', { name: /備考/ }).fill('現物と照合');
  await accessible(page, 'a sign-off');
  await button('承認する', dialog()).click();
  await step.getByText(/が承認/).waitFor();
  await step.getByText(/現物と照合/).waitFor();
  await show('/map/drawing');
  await expect.poll(() => page.getByText('未承認').count(), { timeout: 30_000 }).toBe(0);
  await show('/start');
  await button('承認を取り消す', step).click();
  await button('承認を取り消す', dialog()).click();
  await button('承認する', step).waitFor();
});

test('a view is kept, shared, opened and removed', async () => {
  await show('/assets?kind=plc');
  await button('保存した表示').click();
  await page.getByRole('menuitem', { name: '今の表示を保存' }).click();
  await dialog().getByRole('textbox', { name: /名前/ }).fill('制御装置だけ');
  await button('保存', dialog()).click();
  await dialog().waitFor({ state: 'detached' });
  await show('/assets');
  await button('保存した表示').click();
  await page.getByRole('menuitem', { name: '制御装置だけ' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.getAll('kind')).toEqual(['plc']);
  await button('保存した表示').click();
  await page.getByRole('menuitem', { name: '保存した表示を管理' }).click();
  await accessible(page, 'kept views');
  const row = dialog().getByRole('row', { name: /制御装置だけ/ });
  await button('制御装置だけ の操作', row).click();
  await page.getByRole('menuitem', { name: '全員に公開' }).click();
  await row.getByText('公開中').waitFor();
  await button('制御装置だけ の操作', row).click();
  await page.getByRole('menuitem', { name: '削除' }).click();
  await row.waitFor({ state: 'detached' });
});

test('a calendar gets a shift, and its days follow', async () => {
  await show('/settings/calendars');
  await button('工場 の操作').click();
  await page.getByRole('menuitem', { name: '変更' }).click();
  await button('勤務時間を追加').click();
  await page.getByRole('group', { name: '勤務時間 1' }).getByRole('textbox', { name: /名前/ }).fill('日勤');
  await accessible(page, 'a calendar');
  await button('保存').click();
  await page.getByRole('gridcell', { name: /日勤/ }).waitFor();
  await page.getByText('勤務なし').first().waitFor();
  await button('工場 の操作').click();
  await page.getByRole('menuitem', { name: '設定ファイルの内容に戻す' }).click();
  await page.getByText('常時稼働').waitFor();
});

test('a number of the chart opens the rows that it counts', async () => {
  await show('/traffic?tab=chart');
  await page.getByRole('combobox', { name: '内訳' }).selectOption('verb');
  await page.getByRole('combobox', { name: '数え方' }).selectOption('rows');
  await button('グラフと同じ数の表').click();
  const links = page.getByRole('grid', { name: 'グラフと同じ数の表' }).getByRole('link');
  await links.first().waitFor();
  await accessible(page, 'traffic over time');
  const numbers = (await links.allTextContents()).map((text) => Number(text.replaceAll(',', '')));
  const at = numbers.findIndex((n) => n > 0 && n <= 100);
  expect(at, `a number that fits a page among ${numbers}`).toBeGreaterThanOrEqual(0);
  await links.nth(at).click();
  const rows = page.getByRole('grid', { name: 'コマンド' }).getByRole('row');
  await rows.nth(1).waitFor();
  // The hour goes on meanwhile: rows may have come, but none is missing. One row is the head.
  expect((await rows.count()) - 1).toBeGreaterThanOrEqual(numbers[at] ?? 0);
});

test('no page did what its policy forbids', () => {
  expect(faults).toEqual([]);
});

test('the drawing and the record of commissioning are printed whole', async () => {
  /** What would cut the last of these off on paper; empty for nothing. */
  const cutting = (last: Locator) =>
    last.evaluate((element) => {
      for (let around = element.parentElement; around; around = around.parentElement) {
        if (getComputedStyle(around).overflowY !== 'visible') return around.className;
      }
      return '';
    });
  await show('/map/drawing');
  const sheets = await page.locator('.sheet').count();
  expect(sheets).toBeGreaterThan(1);
  const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(paper.match(/\/Type\s*\/Page\b(?!s)/g)?.length).toBe(sheets);
  await page.emulateMedia({ media: 'print' });
  expect(await cutting(page.locator('.sheet').last())).toBe('');
  await show('/start');
  expect(await cutting(page.locator('.steps > li').last())).toBe('');
  await page.emulateMedia({ media: null });
});
