// A second factor and a passkey, from enrolment to log-in. Passkeys need a server that is called by a name.
import { createHmac } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessible, address, open, settled, signedIn, start, type Look } from './browser';

const JAPANESE: Look = { language: 'ja', theme: 'light' };
const PASSWORD = 'river boat under bridge';
const HERE = `http://localhost:${address().port}`;
const STEP_S = 30;

let browser: Browser;
let page: Page;

/** The code of an authenticator app (RFC 6238), so many steps from now. */
function code(secret: string, ahead: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_S) + ahead));
  const hash = createHmac('sha1', key).update(counter).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function leave(): Promise<void> {
  await page.getByRole('button', { name: 'tanaka' }).click();
  await page.getByRole('menuitem', { name: 'ログアウト' }).click();
  await page.getByRole('heading', { level: 1, name: 'ログイン' }).waitFor();
}

beforeAll(async () => {
  browser = await start();
});

afterAll(async () => {
  await browser.close();
});

test("somebody enrols under the server's name", async () => {
  const context = await signedIn(browser, JAPANESE);
  const leader = await context.newPage();
  await leader.goto(new URL('/settings/users', address().origin).href);
  await settled(leader);
  await leader.getByRole('button', { name: '利用者を追加' }).click();
  await leader.getByRole('textbox', { name: /ユーザー名/ }).fill('tanaka');
  await leader.getByRole('dialog').getByRole('button', { name: '追加' }).click();
  const link = await leader.locator('.pf-v6-c-clipboard-copy input').inputValue();
  const row = leader.getByRole('row', { name: /tanaka/ });
  await row.getByRole('button', { name: 'tanaka の操作' }).click();
  await leader.getByRole('menuitem', { name: '役割を与える' }).click();
  await leader.getByRole('dialog').getByRole('button', { name: '役割を与える' }).click();
  await row.getByText('閲覧者').waitFor();
  page = await (await open(browser, JAPANESE)).newPage();
  await page.goto(`${HERE}/enrol${new URL(link).hash}`);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#again').fill(PASSWORD);
  await page.getByRole('button', { name: '登録してログイン' }).click();
  await page.getByRole('button', { name: 'tanaka' }).waitFor();
});

test('an authenticator app is enrolled, and the log-in asks for its code', async () => {
  await page.goto(`${HERE}/account`);
  await settled(page);
  await page.getByLabel('本人確認のためのパスワード').fill(PASSWORD);
  await page.getByRole('button', { name: '認証アプリを登録' }).click();
  const secret = await page.locator('.pf-v6-c-clipboard-copy input').inputValue();
  await accessible(page, 'an authenticator app');
  await page.getByLabel('認証コード').fill(code(secret, 0));
  await page.getByRole('button', { name: '登録を完了' }).click();
  await page.getByText('復旧コードです').waitFor();
  await leave();
  await page.locator('#name').fill('tanaka');
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'ログイン', exact: true }).click();
  await page.getByText('ログインできませんでした').waitFor();
  await page.locator('#password').fill(PASSWORD);
  // No code counts twice: the next one is taken, which the clocks' tolerance allows.
  await page.locator('#code').fill(code(secret, 1));
  await page.getByRole('button', { name: 'ログイン', exact: true }).click();
  await page.getByRole('button', { name: 'tanaka' }).waitFor();
});

test('a passkey is made, opens the door without a password, and is removed', async () => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${HERE}/account`);
  await settled(page);
  await page.getByLabel(/パスキーの名前/).fill('事務所のPC');
  await page.getByRole('button', { name: 'パスキーを追加' }).click();
  await page.getByRole('listitem').filter({ hasText: '事務所のPC' }).waitFor();
  await leave();
  await page.locator('#name').fill('tanaka');
  await page.getByRole('button', { name: 'パスキーでログイン' }).click();
  await page.getByRole('button', { name: 'tanaka' }).waitFor();
  await page.goto(`${HERE}/account`);
  const passkey = page.getByRole('listitem').filter({ hasText: '事務所のPC' });
  await passkey.getByRole('button', { name: '削除' }).click();
  await passkey.waitFor({ state: 'detached' });
  expect(await page.getByText('登録したパスキーはありません').count()).toBe(1);
});
