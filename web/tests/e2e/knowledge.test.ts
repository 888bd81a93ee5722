// Public knowledge as an administrator brings it in: whom to trust, and what becomes of a file that is no bundle.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { accessible, cutOff, faultsOf, OUTPUT, settled, signedIn, start } from './browser';
import { asked, at } from './people';

/** The public key of somebody; nothing is signed with it here. */
const KEY = 'ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const KEYS = '/api/v1/knowledge/keys';

let browser: Browser;
let page: Page;
let faults: string[];

const bring = (text: string) =>
  page
    .locator('input[type="file"]')
    .setInputFiles({ name: 'know.bundle', mimeType: 'application/octet-stream', buffer: Buffer.from(text) });

beforeAll(async () => {
  browser = await start();
  const context = await signedIn(browser, { language: 'ja', theme: 'light' });
  page = await context.newPage();
  faults = faultsOf(page);
  await asked(page.request, 'put', KEYS, { keys: [] });
});

afterAll(async () => {
  await asked(page.request, 'put', KEYS, { keys: [] });
  await browser.close();
});

test('without a trusted key no bundle is taken, and the page says so', async () => {
  await page.goto(at('/settings/knowledge'));
  await settled(page);
  await page.getByText('信頼する鍵がまだありません。').waitFor();
  await bring('no bundle at all');
  await page.getByText('信頼する署名の鍵がまだありません。').waitFor();
  expect(await cutOff(page)).toEqual([]);
  await accessible(page, 'knowledge in the settings');
  await page.screenshot({ path: `${OUTPUT}knowledge-refused.png` });
});

test('a key is trusted, a wrong one is refused, and what it did not sign is told', async () => {
  const trust = async (key: string) => {
    await page.getByRole('button', { name: '鍵を信頼する' }).first().click();
    await page.getByRole('dialog').getByLabel('公開鍵').fill(key);
    await page.getByRole('dialog').getByRole('button', { name: '鍵を信頼する' }).click();
  };
  await trust('ed25519:1234');
  await page.getByText('公開鍵として読めません。').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'キャンセル' }).click();
  await trust(KEY);
  await page.getByText(KEY).waitFor();
  await bring('no bundle at all');
  await page.getByText('バンドルのファイルではありません。').waitFor();
  const { items } = await asked<{ items: Schemas['KnowledgeKey'][] }>(page.request, 'get', KEYS);
  expect(items).toEqual([{ key: KEY }]);
});

test('a key is trusted no longer', async () => {
  await page.getByRole('listitem').filter({ hasText: KEY }).getByRole('button').click();
  await page.getByText('信頼する鍵がまだありません。').waitFor();
  expect(faults).toEqual([]);
});
