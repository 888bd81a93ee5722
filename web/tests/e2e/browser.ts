// A browser, a page that tells its faults, and the accessibility check.
import axe from 'axe-core';
import { existsSync, mkdirSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const OUTPUT = new URL('../output/', import.meta.url).pathname;

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The address that the demo printed; it holds a link that works once. */
export function address(): URL {
  const given = process.env.YAGURA_URL;
  if (!given) throw new Error('YAGURA_URL is not set: start the demo and give what it prints as `ready:`');
  return new URL(given);
}

export async function start(): Promise<Browser> {
  mkdirSync(OUTPUT, { recursive: true });
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
}

/** Tells a figure, on a line of its own. */
export function figure(name: string, values: Record<string, number>): void {
  const rounded = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Math.round(value)]));
  console.log(JSON.stringify({ figure: name, ...rounded }));
}

/** Until a page shows what it has, and nothing turns or shimmers in its place. */
export async function inPlace(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(
    () => document.querySelector('main :is(.pf-v6-c-spinner, .pf-v6-c-skeleton)') === null,
  );
}

export interface Look {
  readonly language: 'ja' | 'en';
  readonly theme: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A window of its own, in a language and a theme. */
export async function open(browser: Browser, look: Look, state?: State | string): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
    locale: look.language === 'ja' ? 'ja-JP' : 'en-GB',
    colorScheme: look.theme,
    storageState: state,
    acceptDownloads: true,
  });
}

/**
 * A window in which the person of the demo is logged in. The demo's link works once, so whoever comes first keeps the
 * log-in for the others.
 */
export async function signedIn(browser: Browser, look: Look): Promise<BrowserContext> {
  const link = address();
  const kept = `${OUTPUT}session-${link.port}-${link.searchParams.get('token')?.slice(-12)}.json`;
  if (existsSync(kept)) return open(browser, look, kept);
  const context = await open(browser, look);
  const page = await context.newPage();
  await page.goto(link.href);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await context.storageState({ path: kept });
  await page.close();
  return context;
}

/**
 * Texts of which an end cannot be read: cut off with dots, or beyond the right edge of the page, which nobody scrolls to.
 */
export async function cutOff(page: Page): Promise<string[]> {
  const beyond = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.pf-v6-c-page__main')]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => `the page is ${element.scrollWidth - element.clientWidth} px too wide`),
  );
  const dots = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('body *')]
      .filter((element) => {
        const { textOverflow, overflowX } = getComputedStyle(element);
        const isCut = element.clientWidth > 0 && element.scrollWidth > element.clientWidth;
        return textOverflow === 'ellipsis' && overflowX !== 'visible' && isCut;
      })
      .map((element) => `${element.tagName} ${element.textContent?.trim().slice(0, 80)}`),
  );
  return [...beyond, ...dots];
}

/** Faults of a page: errors of scripts and everything that the page's policy forbade. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // Browsers tell every refused request here; the page itself shows those.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(message.text());
    }
  });
  return faults;
}

/** Until nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await expect
    .poll(() => page.getByRole('progressbar', { name: /読み込んでいます|Loading/ }).count(), {
      timeout: 60_000,
    })
    .toBe(0);
}

/** No violation of the rules that axe knows. */
export async function accessible(page: Page, name: string): Promise<void> {
  // What fades in is judged when it is there; what turns for ever is not waited for.
  await page.evaluate(async () => {
    const ends = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ends.map(({ finished }) => finished));
  });
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`,
    );
  });
  expect(found, `accessibility of ${name}`).toEqual([]);
}
