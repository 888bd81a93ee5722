// How long the console takes, as figures: nothing here fails because the machine is slow.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address, figure, inPlace, signedIn, start } from './browser';

const PAGES = [
  '/today',
  '/start',
  '/assets',
  '/map',
  '/map/drawing',
  '/risk',
  '/vulnerabilities',
  '/traffic',
  '/sensors',
  '/settings/lines',
];

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await start();
  const context = await signedIn(browser, { language: 'ja', theme: 'light', width: 1920, height: 1080 });
  page = await context.newPage();
});

afterAll(async () => {
  await browser.close();
});

test('the first page', async () => {
  const began = performance.now();
  await page.goto(new URL('/', address().origin).href);
  await inPlace(page);
  figure('from the address to what Today says', { ms: performance.now() - began, bar_ms: 1000 });
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry): entry is PerformanceResourceTiming => entry.name.endsWith('.js'))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );
  expect(bytes, 'scripts of the first page').toBeGreaterThan(0);
  expect(bytes, 'compressed bytes of the scripts of the first page').toBeLessThanOrEqual(600_000);
  figure('compressed scripts of the first page', { bytes, bar_bytes: 600_000 });
});

test.each(PAGES)('the page %s', async (path) => {
  const began = performance.now();
  await page.goto(new URL(path, address().origin).href);
  await inPlace(page);
  figure(`from the address to the page ${path}`, { ms: performance.now() - began, bar_ms: 1000 });
});
