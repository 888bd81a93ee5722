// The part of an asset that the model knows by heart: what was heard of it, with the evidence.

export interface Evidence {
  readonly protocol: string;
  readonly key: string;
  readonly value: string;
  readonly count: number;
  readonly part?: string | null;
  readonly first_seen?: string;
  /** Which field of the identity it speaks of, and how it stands there, as the model judges. */
  readonly field?: string;
  readonly standing?: 'chosen' | 'agrees' | 'differs';
}

export interface InterfaceWords {
  readonly mac?: string | null;
  readonly addresses: readonly string[];
  readonly vlan?: number | null;
  readonly reason?: string | null;
}

export interface ModuleWords {
  readonly part: string;
  readonly name?: string | null;
  readonly vendor?: string | null;
  readonly model?: string | null;
  readonly order_number?: string | null;
  readonly firmware?: string | null;
  readonly hardware?: string | null;
  readonly serial?: string | null;
  readonly protocols: readonly string[];
}

export interface ServiceWords {
  readonly protocol: string;
  readonly transport: string;
  readonly port: number;
  readonly clients: number;
}

export interface AssetDocument {
  readonly evidence: readonly Evidence[];
  readonly interfaces: readonly InterfaceWords[];
  readonly modules: readonly ModuleWords[];
  readonly services: readonly ServiceWords[];
  readonly kind_reasons: readonly string[];
  readonly level_reason: string;
}

function list<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? (value as T[]) : [];
}

/** Reads the document; a machine that is only in the register has none. */
export function documentOf(value: unknown): AssetDocument {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof AssetDocument, unknown>
  >;
  return {
    evidence: list(given.evidence),
    interfaces: list(given.interfaces),
    modules: list(given.modules),
    services: list(given.services),
    kind_reasons: list(given.kind_reasons),
    level_reason: typeof given.level_reason === 'string' ? given.level_reason : '',
  };
}

/** What can be overruled by a person, in the order of the identity card. */
export const FIELDS = [
  'name',
  'kind',
  'level',
  'vendor',
  'model',
  'order_number',
  'firmware',
  'hardware',
  'serial',
  'os',
  'role',
] as const;

export type Field = (typeof FIELDS)[number];

/** One thing that somebody or something says about a field. */
export interface Saying {
  readonly source: string;
  readonly key: string;
  readonly value: string;
  readonly count: number;
  /** Since when it was heard, or when another system said it last. */
  readonly at: string | null;
  readonly isChosen: boolean;
  readonly agrees: boolean;
}

interface Claim {
  readonly source: string;
  readonly key: string;
  readonly value: string;
  readonly last_said: string;
}

/** What other systems write with other spaces or in other case is no contradiction. */
function plain(value: string): string {
  return value.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** Everything that is said about a field, the contradicting too. */
export function sayings(
  field: Field,
  value: string,
  evidence: readonly Evidence[],
  claims: readonly Claim[],
): Saying[] {
  const heard = evidence
    .filter((row) => row.field === field)
    .map((row) => ({
      source: row.protocol,
      key: row.key,
      value: row.value,
      count: row.count,
      at: row.first_seen ?? null,
      isChosen: row.standing === 'chosen',
      agrees: row.standing !== 'differs',
    }));
  const said = claims
    .filter((claim) => claim.key === field)
    .map((claim) => ({
      ...claim,
      count: 1,
      at: claim.last_said,
      isChosen: false,
      agrees: plain(claim.value) === plain(value),
    }));
  const rank = (row: Saying) => (row.isChosen ? 0 : row.agrees ? 1 : 2);
  return [...said, ...heard].sort((left, right) => rank(left) - rank(right));
}
