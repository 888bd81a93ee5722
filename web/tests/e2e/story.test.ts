// The story of the demo, at its normal speed, as somebody sees it who watches the bar and follows its links, in the language
// `YAGURA_LANGUAGE`, on a demo of its own. Everything that a chapter says is on screen before the chapter is over.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { accessible, address, faultsOf, open, OUTPUT, settled, start } from './browser';
import { choose, enough, isModest, moves, REAL } from './known';
import { asked } from './people';

type Story = Schemas['Story'];

/** What is read in each language. */
const WORDS = {
  ja: {
    play: '再生',
    map: '構成図を開く',
    assets: '資産を開く',
    weak: '脆弱性を開く',
    place: 'マトリクス上の位置',
    sum: 'リスクの内訳',
    advisories: '該当するアドバイザリ',
    lowers: 'リスクを下げる対応',
    notYet: 'まだ不明',
    bands: { low: '低', medium: '中', high: '高', critical: '致命的' },
  },
  en: {
    play: 'Play',
    map: 'Open Map',
    assets: 'Open Assets',
    weak: 'Open Vulnerabilities',
    place: 'Place in the matrix',
    sum: 'What it comes from',
    advisories: 'Advisories that mean it',
    lowers: 'What would lower it',
    notYet: 'not known yet',
    bands: { low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' },
  },
} as const;
type Language = keyof typeof WORDS;

const LAPTOP = 'DESKTOP-K3V9Q1';
const CONTROLLER = '充填機② 主PLC';
/** The chapters take 5 minutes. */
const WHOLE_MS = 420_000;

let browser: Browser;
let context: BrowserContext;

const at = (path: string) => new URL(path, address().origin).href;

beforeAll(async () => {
  browser = await start();
  context = await open(browser, { language: 'ja', theme: 'light' });
  const page = await context.newPage();
  await page.goto(address().href);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.close();
});

afterAll(async () => {
  await browser.close();
});

/** The story as the server tells it. */
async function told(page: Page): Promise<Story> {
  return (await page.request.get(at('/api/v1/story'))).json() as Promise<Story>;
}

/** Until the chapter with this number plays or is over. */
async function reaches(page: Page, chapter: number): Promise<void> {
  await expect.poll(async () => (await told(page)).chapter, { timeout: 120_000 }).toBe(chapter);
}

/** What a chapter says is found while it is the present one. */
async function inTime(page: Page, chapter: number, find: () => Promise<void>): Promise<void> {
  await find();
  expect((await told(page)).chapter, 'the chapter is not over yet').toBe(chapter);
}

async function plays(language: Language): Promise<void> {
  const words = WORDS[language];
  const own = await open(
    browser,
    { language, theme: 'light', width: 1920, height: 1080 },
    await context.storageState(),
  );
  await own.addInitScript((chosen) => localStorage.setItem('yagura.language', chosen), language);
  const page = await own.newPage();
  const faults = faultsOf(page);
  await page.goto(at('/today'));
  await settled(page);
  await expect.poll(async () => (await told(page)).past_us, { timeout: 60_000 }).toBeNull();
  await accessible(page, `the bar in ${language}`);
  await page.getByRole('button', { name: words.play, exact: true }).focus();
  await page.keyboard.press('Enter');

  await reaches(page, 1);
  await inTime(page, 1, async () => {
    await expect
      .poll(
        async () => {
          await page.getByRole('link', { name: words.assets }).click();
          return page.getByRole('link', { name: LAPTOP }).count();
        },
        { timeout: 25_000 },
      )
      .toBeGreaterThan(0);
  });
  await page.screenshot({ path: `${OUTPUT}story-laptop-${language}.png` });

  await reaches(page, 2);
  await inTime(page, 2, () => edge(page, words.map, 'slmp'));
  await page.screenshot({ path: `${OUTPUT}story-scan-${language}.png` });

  await reaches(page, 3);
  await inTime(page, 3, () => edge(page, words.map, 'slmp', 2));
  await page.screenshot({ path: `${OUTPUT}story-program-${language}.png` });

  await reaches(page, 4);
  await inTime(page, 4, () => edge(page, words.map, 'slmp'));
  await page.screenshot({ path: `${OUTPUT}story-stop-${language}.png` });

  await reaches(page, 5);
  await inTime(page, 5, () => knows(page, language));
  await page.screenshot({ path: `${OUTPUT}story-know-${language}.png` });
  await accessible(page, `the last chapter in ${language}`);
  expect(faults).toEqual([]);
  await own.close();
}

/** The map, opened by the bar, has so many lines of this protocol. */
async function edge(page: Page, link: string, protocol: string, least = 1): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.getByRole('link', { name: link }).click();
        return page.locator('.map-list li', { hasText: protocol }).count();
      },
      { timeout: 35_000 },
    )
    .toBeGreaterThanOrEqual(least);
}

/** What is known of the controller, and where it would stand after what can be done, opened by the bar. */
async function knows(page: Page, language: Language): Promise<void> {
  const words = WORDS[language];
  const part = (name: string) => page.getByRole('region', { name, exact: true });
  await page.getByRole('link', { name: words.weak, exact: true }).click();
  await page.getByRole('link', { name: CONTROLLER, exact: true }).click();
  const place = part(words.place);
  await place.locator('[data-mark="now"]').waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const risk = await asked<Schemas['AssetRisk']>(page.request, 'get', `/api/v1/assets/${id}/risk`);
  const weak = await asked<Schemas['AssetVulnerabilities']>(
    page.request,
    'get',
    `/api/v1/assets/${id}/vulnerabilities`,
  );
  const advisories = part(words.advisories);
  await advisories
    .getByText(weak.firmware || words.notYet, { exact: true })
    .first()
    .waitFor();
  const [advisory] = weak.advisories.items;
  expect(advisory?.advisory).toMatch(REAL);
  await advisories.getByRole('link', { name: advisory?.advisory, exact: true }).waitFor();
  const terms = part(words.sum).getByRole('grid', { name: words.sum }).locator('> tbody');
  expect(await terms.count()).toBe(risk.terms.length);
  const { likelihood, impact } = risk.asset;
  await place.getByText(new RegExp(`L${likelihood} × .*I${impact}`)).waitFor();
  const [actions, shift] = await enough(page, id, risk.lowers.filter(isModest));
  await choose(part(words.lowers), actions);
  await moves(place, shift, words.bands);
  await place.scrollIntoViewIfNeeded();
}

test('the story plays', { timeout: WHOLE_MS }, async () => {
  await plays(process.env.YAGURA_LANGUAGE === 'en' ? 'en' : 'ja');
});
