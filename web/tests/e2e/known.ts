// What is known of an asset: identifiers of advisories, and what would lower its risk, chosen as a reader chooses it, and where the chosen ones move an asset together.
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Schemas } from '../../src/api/client';
import { asked } from './people';

/** Identifiers by which the world knows advisories. */
export const REAL = /^(ICSA-\d{2}-\d{3}-\d{2}|SSA-\d{6}|JVN\S+|CVE-\d{4}-\d{4,}|cisco-sa-\S+|\d{4}-\d{3})$/;

type Action = Schemas['ActionRow'];

/** What changes the device or the network without replacing anything: updates, mitigations, settings. */
export function isModest({ action }: Action): boolean {
  return action !== 'replace' && action !== 'accept-risk';
}

/** How the asset would stand with these, as the server tells it. */
export function together(
  page: Page,
  asset: string,
  actions: readonly Action[],
): Promise<Schemas['RiskShift']> {
  const keys = actions.map(({ key }) => key);
  return asked(page.request, 'post', `/api/v1/assets/${asset}/risk/what-if`, { actions: keys });
}

/** As few of these as move the asset to another cell, those first that lower most; and where they move it. */
export async function enough(
  page: Page,
  asset: string,
  actions: readonly Action[],
): Promise<[readonly Action[], Schemas['RiskShift']]> {
  const best = actions.toSorted((a, b) => (a.score_after ?? 0) - (b.score_after ?? 0));
  for (let count = 1; count <= best.length; count += 1) {
    const few = best.slice(0, count);
    const shift = await together(page, asset, few);
    const { likelihood_before: l, impact_before: i } = shift;
    if (shift.likelihood_after !== l || shift.impact_after !== i) return [few, shift];
  }
  throw new Error('not even all of them move it to another cell');
}

/** Chooses these in the list, all of which is shown first; the box that was chosen last. */
export async function choose(list: Locator, actions: readonly Action[]): Promise<Locator> {
  const all = list.getByRole('button', { name: /件すべて表示$|^Show all \d+$/ });
  if ((await all.count()) > 0) await all.click();
  for (const { key } of actions) await box(list, key).check();
  return box(list, actions.at(-1)?.key ?? '');
}

/** The box of an action. */
export function box(list: Locator, key: string): Locator {
  return list.locator(`[id=${JSON.stringify(`try-${key}`)}]`);
}

/** From the cell where it stands to the one where it would: `L4×I4 (高) → L2×I4 (中)`. */
export function movement(shift: Schemas['RiskShift'], bands: Partial<Record<string, string>>): string {
  const from = `L${shift.likelihood_before}×I${shift.impact_before} (${bands[shift.band_before]})`;
  return `${from} → L${shift.likelihood_after}×I${shift.impact_after} (${bands[shift.band_after]})`;
}

/** The matrix shows the movement, and the sentence below it tells scores and cells. */
export async function moves(
  place: Locator,
  shift: Schemas['RiskShift'],
  bands: Partial<Record<string, string>>,
): Promise<void> {
  const status = place.getByRole('status');
  await expect.poll(() => status.innerText(), { timeout: 30_000 }).toContain(movement(shift, bands));
  expect(await status.innerText()).toContain(
    `${shift.score_before.toFixed(1)} → ${shift.score_after.toFixed(1)}`,
  );
  await place.locator('[data-mark="then"]').waitFor();
  expect(await place.locator('.risk-arrow').count()).toBe(1);
}
