// People of the plant for the flows: made by the administrator, each logged in in a window of their own.
import { readFileSync } from 'node:fs';
import type { APIRequestContext, Browser, BrowserContext, Page } from 'playwright-core';
import { vi } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { address, open, type Look } from './browser';

const PASSWORD = 'river boat under bridge';
/** An auditor's role must end; long after the test has. */
const DAY_MS = 86_400_000;

export const at = (path: string) => new URL(path, address().origin).href;

/** What a request of the administrator is answered; it must be accepted. */
export async function asked<T>(
  request: APIRequestContext,
  method: 'get' | 'post' | 'put' | 'delete',
  path: string,
  data?: unknown,
): Promise<T> {
  const answer = await request[method](at(path), { data, headers: { origin: address().origin } });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
  const text = await answer.text();
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** Waits until the demo's past was read and its risk was computed after that: from then on nothing appears by itself. */
export async function judged(request: APIRequestContext): Promise<void> {
  const patience = { timeout: 180_000, interval: 1_000 };
  await vi.waitFor(async () => {
    const { past_us: past } = await asked<Schemas['Story']>(request, 'get', '/api/v1/story');
    if (past !== null) throw new Error('the past is still read');
  }, patience);
  const present = Date.now();
  await vi.waitFor(async () => {
    const { time } = await asked<Schemas['PatchGoals']>(
      request,
      'get',
      '/api/v1/vulnerabilities/patches/goals',
    );
    if (!time || Date.parse(time) < present) throw new Error('risk was not computed since');
  }, patience);
}

/** Makes somebody with a role, somewhere or everywhere, who then logs in with a password. */
export async function person(
  browser: Browser,
  administrator: APIRequestContext,
  look: Look,
  name: string,
  role: string,
  reach: Schemas['Reach'] = { lines: null, zones: null },
): Promise<BrowserContext> {
  const { user, link } = await asked<Schemas['UserWithLink']>(administrator, 'post', '/api/v1/users', {
    name,
  });
  const until = role === 'auditor' ? new Date(Date.now() + DAY_MS).toISOString() : null;
  await asked(administrator, 'post', `/api/v1/users/${user.id}/roles`, { role, reach, until });
  const context = await open(browser, look);
  const body = { link: new URL(link).hash.slice(1), password: PASSWORD };
  await asked(context.request, 'post', '/api/v1/auth/enrolment', body);
  // What the enrolment gave is put away: people come in by the door.
  await context.clearCookies();
  const page = await context.newPage();
  await page.goto(at('/login'));
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: 'ログイン', exact: true }).click();
  await page.getByRole('button', { name, exact: true }).waitFor();
  await page.close();
  return context;
}

type Described = Record<string, Record<string, { 'x-permission'?: string }>>;

/** Which permission an operation needs, by the interface's own description: `GET /api/v1/assets`. */
export function permissionOf(operation: string): string {
  const file = new URL('../../../openapi/site.json', import.meta.url);
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Described };
  const [method = '', path = ''] = operation.split(' ');
  const found = paths[path]?.[method.toLowerCase()]?.['x-permission'];
  if (!found) throw new Error(`the interface does not describe ${operation}`);
  return found;
}

/** What somebody may do, as the server tells it. */
export async function permissions(page: Page): Promise<ReadonlySet<string>> {
  const who = await asked<Schemas['WhoAmI']>(page.request, 'get', '/api/v1/auth/session');
  return new Set(who.permissions);
}
