// A factor of a likelihood in words.
import i18next from 'i18next';
import type { Schemas } from '@/api/client';
import { said } from '@/lib/weakness';

export type Term = Schemas['TermRow'];

/** What a factor is, such as “Vulnerability CVE-2022-25157 (by its CVSS score)”. */
export function factorText(term: Pick<Term, 'kind' | 'basis' | 'reference'>): string {
  const { kind, basis, reference } = term;
  switch (kind) {
    case 'weakness':
      return i18next.t('arithmetic.weaknessIs', { id: reference, basis: said('basis', basis) });
    case 'finding':
      return reference === ''
        ? said('finding', basis)
        : i18next.t('arithmetic.findingIs', { finding: said('finding', basis), reference });
    case 'alert':
      return `${said('term', kind)}: ${said('band', basis)} ${reference}`;
    case 'neighbour':
      return `${said('term', kind)}: ${reference || i18next.t('arithmetic.hiddenNeighbour')}`;
    default:
      return said('term', kind);
  }
}

/** Small factors that stand together have no factors of their own. */
export function isSum(term: Pick<Term, 'kind'>): boolean {
  return term.kind === 'rest' || term.kind === 'rest-of-neighbours';
}

/** The likelihood, added up again from its factors: 1 − product of (1 − factor). */
export function addedUp(terms: readonly Term[]): number {
  return 1 - terms.reduce((left, term) => left * (1 - term.value.value), 1);
}
