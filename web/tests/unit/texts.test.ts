// Every text in both languages, with the same places for values, and no English status word in Japanese.
import { expect, test } from 'vitest';
import { en } from '../../src/i18n/en';
import { ja } from '../../src/i18n/ja';

type Texts = { readonly [key: string]: string | Texts };

function flat(texts: Texts, above = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    const path = above ? `${above}.${key}` : key;
    if (typeof value === 'string') found.set(path, value);
    else flat(value, path).forEach((text, inner) => found.set(inner, text));
  }
  return found;
}

/** English has a singular where Japanese has none. */
const isSingular = (key: string) => key.endsWith('_one');
const places = (text: string) => [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1]).sort();

const japanese = flat(ja);
const english = flat(en);

test('both languages have the same texts', () => {
  const missing = [...english.keys()].filter((key) => !isSingular(key) && !japanese.has(key));
  const extra = [...japanese.keys()].filter((key) => !english.has(key));
  expect({ missing, extra }).toEqual({ missing: [], extra: [] });
});

test('no text is empty', () => {
  const empty = [...english, ...japanese].filter(([, text]) => text.trim() === '').map(([key]) => key);
  expect(empty).toEqual([]);
});

test('a text takes the same values in both languages', () => {
  const different = [...japanese].filter(([key, text]) => {
    const other = english.get(key) ?? '';
    // A reason may stay in one language only where the other says the same without it.
    return JSON.stringify(places(text)) !== JSON.stringify(places(other));
  });
  expect(different.map(([key]) => key)).toEqual([]);
});

const STATUS =
  /\b(ok|good|bad|degraded|down|up|unknown|error|failed|failure|success|warning|critical|high|medium|low|pending|active|inactive|enabled|disabled|online|offline|running|stopped|confirmed|proposed|waiting|applied|undone|matched|conflict|healthy|unhealthy|loading|not measured|at risk|not seen)\b/i;

test('Japanese texts hold no English status word', () => {
  const slips = [...japanese].filter(([, text]) => STATUS.test(text.replace(/\{\{.*?\}\}/g, '')));
  expect(slips).toEqual([]);
});

test('Japanese texts are Japanese', () => {
  // Names and abbreviations stay as they are: they are the same word on a Japanese floor.
  const allowed = /^(English|、|Excel（XLSX）|[A-Z0-9/（）・ -]+|\{\{.*\}\})$/;
  const foreign = [...japanese].filter(([, text]) => !/[ぁ-んァ-ヶ一-龠]/.test(text) && !allowed.test(text));
  expect(foreign).toEqual([]);
});
