// Words of the interface in the reader's language. A word that is not known is shown as it came.
import i18next from 'i18next';
import type { en } from '@/i18n/en';

type Lists = (typeof en)['words'];

/** A word out of one of the interface's closed lists. */
export function word(list: keyof Lists, value: string | null | undefined): string {
  if (!value) return '';
  // Levels have a point in their words, which i18next would read as a step into a group.
  const texts: unknown = i18next.getResource(i18next.language, 'translation', `words.${list}`);
  return (texts as Partial<Record<string, string>> | undefined)?.[value] ?? value;
}

/** A protocol: names of standards stay as they are, only what nobody recognised is said in words. */
export function protocolName(protocol: string): string {
  return protocol === '' || protocol === 'unknown' ? i18next.t('traffic.unknownProtocol') : protocol;
}

/** A Purdue level: numbers of links and words of assets alike. */
export function level(value: string | number | null | undefined): string {
  if (value === null || value === undefined || value === '') return word('level', 'none');
  return word('level', String(value));
}

interface Pattern {
  readonly fits: RegExp;
  readonly say: (parts: readonly string[]) => string;
}

/** Translated by name; the values are those that the text of this name has places for. */
const reason = (name: keyof Lists['reasons'], values: Partial<Record<string, string>> = {}): string =>
  i18next.t(`words.reasons.${name}` as 'words.reasons.serves', values as { protocol: string });

const PATTERNS: readonly Pattern[] = [
  { fits: /^serves (\S+)$/, say: ([protocol = '']) => reason('serves', { protocol }) },
  {
    fits: /^(\S+) shows it as (\S+)$/,
    say: ([protocol = '', kind]) => reason('shows', { protocol, kind: word('kind', kind) }),
  },
  {
    fits: /^(\S+) (\S+) says "(.*)"$/,
    say: ([protocol = '', key = '', said = '']) => reason('says', { protocol, key, word: said }),
  },
  { fits: /^(\d+) units answer behind its address$/, say: ([n = '']) => reason('units', { n }) },
  { fits: /^sends (\S+) to controllers$/, say: ([verb]) => reason('sends', { verb: word('verb', verb) }) },
  {
    fits: /^asks (\d+) machines in (.+)$/,
    say: ([n = '', protocols = '']) => reason('asks', { n, protocols }),
  },
  { fits: /^reads and writes in (.+)$/, say: ([protocols = '']) => reason('uses', { protocols }) },
  {
    fits: /^a machine of kind (\S+) stands on level (\S+)$/,
    say: ([kind]) => reason('levelOfKind', { kind: word('kind', kind) }),
  },
  { fits: /^its first interface$/, say: () => reason('firstInterface') },
  { fits: /^virtual address of (.+)$/, say: ([protocol = '']) => reason('virtualAddress', { protocol }) },
];

/** A reason that the model gives for a kind or a level, in the reader's language. */
export function because(text: string): string {
  for (const { fits, say } of PATTERNS) {
    const found = fits.exec(text);
    if (found) return say(found.slice(1));
  }
  return text;
}
