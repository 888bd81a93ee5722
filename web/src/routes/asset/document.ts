// The part of an asset that the model knows by heart: what was heard of it, with the evidence.

export interface Evidence {
  readonly protocol: string;
  readonly key: string;
  readonly value: string;
  readonly count: number;
  readonly part?: string | null;
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

/** Which keys of evidence speak about a field. */
const ABOUT: Partial<Record<Field, RegExp>> = {
  name: /(^|[.-])(system|station|host|computer|device)-name$/,
  vendor: /vendor|manufacturer/,
  model: /model|product-name|module-type|device-type|module-name/,
  order_number: /order|catalog|basic-hardware$|module$/,
  firmware: /firmware|revision|software-version/,
  hardware: /hardware-version|module-version|hardware-revision/,
  serial: /(^|[.])serial(-number)?$/,
  os: /(^|[.-])os|operating/,
};

/** One thing that somebody or something says about a field. */
export interface Saying {
  readonly source: string;
  readonly key: string;
  readonly value: string;
  readonly count: number;
  readonly at: string | null;
  readonly agrees: boolean;
}

/** Versions are written with and without a V, texts with different spaces: that is no contradiction. */
function plain(value: string): string {
  return value
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^v(?=\d)/, '')
    .replace(/[\s.]+/g, ' ')
    .trim();
}

interface Claim {
  readonly source: string;
  readonly key: string;
  readonly value: string;
  readonly last_said: string;
}

/** Everything that is said about a field, the contradicting too. */
export function sayings(
  field: Field,
  value: string,
  evidence: readonly Evidence[],
  claims: readonly Claim[],
): Saying[] {
  const about = ABOUT[field];
  const agrees = (other: string) => plain(other) === plain(value);
  const heard = evidence
    .filter((row) => !row.part && (about?.test(row.key) || (value !== '' && agrees(row.value))))
    .map((row) => ({
      source: row.protocol,
      key: row.key,
      value: row.value,
      count: row.count,
      at: null,
      agrees: agrees(row.value),
    }));
  const said = claims
    .filter((claim) => claim.key === field)
    .map((claim) => ({ ...claim, count: 1, at: claim.last_said, agrees: agrees(claim.value) }));
  return [...said, ...heard].sort((left, right) => Number(right.agrees) - Number(left.agrees));
}
