// What may be done about patches together, and what their numbers say.
import { expect, test } from 'vitest';
import {
  commonNext,
  isOverdue,
  lastDeferralDay,
  linesOf,
  mayDefer,
  needsApprover,
  needsReason,
  share,
  type Open,
} from '../../src/lib/patch';
import { span } from '../../src/lib/time';
import { patchQuery } from '../../src/routes/vulnerabilities/patches/filter';

const NOW = Date.UTC(2026, 10, 23, 12);

function patch(state: string, next: readonly string[]): Open {
  return { asset: state, name: state, version: '1.3', state, next };
}

const released = patch('released', ['in-internal-test', 'authorized', 'not-applicable']);
const tested = patch('in-internal-test', ['authorized', 'not-authorized']);

test('several patches go on to what may follow each of them', () => {
  expect(commonNext([])).toEqual([]);
  expect(commonNext([released])).toEqual(released.next);
  expect(commonNext([released, tested])).toEqual(['authorized']);
  expect(commonNext([released, patch('not-applicable', [])])).toEqual([]);
});

test('leaving the own test out needs a reason and somebody else', () => {
  const asked = (patches: readonly Open[], to: string) => [
    needsReason(patches, to),
    needsApprover(patches, to),
  ];
  expect(asked([released], 'authorized')).toEqual([true, true]);
  expect(asked([tested], 'authorized')).toEqual([false, false]);
  expect(asked([tested, released], 'authorized')).toEqual([true, true]);
  expect(asked([released], 'in-internal-test')).toEqual([false, false]);
  expect(asked([patch('installed', ['effective'])], 'effective')).toEqual([true, false]);
});

test('what is settled is not deferred', () => {
  expect(mayDefer([])).toBe(false);
  expect(mayDefer([released, tested])).toBe(true);
  expect(mayDefer([released, patch('installed', ['effective'])])).toBe(false);
});

test('the end of the last day of a deferral is within 90 days', () => {
  const end = new Date(`${lastDeferralDay(NOW)}T23:59:59`).getTime();
  const days = (end - NOW) / 86_400_000;
  expect(days).toBeLessThanOrEqual(90);
  expect(days).toBeGreaterThan(88);
});

test('a date is overdue when it has passed; without one nothing is', () => {
  expect(isOverdue('2026-11-23T11:59:59Z', NOW)).toBe(true);
  expect(isOverdue('2026-11-23T12:00:01Z', NOW)).toBe(false);
  expect(isOverdue(null, NOW)).toBe(false);
});

test('of nothing no share is known, and nearly all is not all', () => {
  expect(share({ numerator: 0, denominator: 0 })).toBeNull();
  expect(share({ numerator: 0, denominator: 4 })).toBe(0);
  expect(share({ numerator: 999, denominator: 1000 })).toBe(99);
  expect(share({ numerator: 4, denominator: 4 })).toBe(100);
});

test('mitigations are the lines that say something', () => {
  expect(linesOf(' FW-1 \n\n\tno laptops\n')).toEqual(['FW-1', 'no laptops']);
});

test('a stop says its second day only where it is another one', () => {
  const [from, to] = ['2026-11-28T23:00:00Z', '2026-11-29T08:00:00Z'];
  expect(span(from, to, 'Asia/Tokyo')).toMatch(/29.* 08:00 – 17:00$/);
  expect(span(from, to, 'UTC')).toMatch(/28.* 23:00 – .*29.* 08:00$/);
});

test('only what the server knows is asked for', () => {
  const query = patchQuery(new URLSearchParams('state=released,done&fit=soon&line=l1'));
  expect(query).toEqual({ text: undefined, state: 'released', fit: undefined, line: 'l1' });
  expect(patchQuery(new URLSearchParams('state=done')).state).toBeUndefined();
});
