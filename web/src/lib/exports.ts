// Lists as tables and what is said of weaknesses as documents: what is asked, and how the files are called.
import { askWhole, client } from '@/api/client';
import type { paths } from '@/api/schema';
import { currentLanguage } from '@/i18n';
import { save } from './download';

const TABLES = {
  csv: { format: 'csv', charset: 'utf-8' },
  cp932: { format: 'csv', charset: 'cp932' },
  xlsx: { format: 'xlsx' },
  json: { format: 'json' },
} as const;

/** Documents that other programs read: their names, which no language changes, and the ends of their files' names. */
export const DOCUMENTS = {
  openvex: { name: 'OpenVEX', end: 'openvex.json' },
  'csaf-vex': { name: 'CSAF-VEX', end: 'csaf-vex.json' },
  cyclonedx: { name: 'CycloneDX', end: 'cdx.json' },
} as const;

export type TableForm = keyof typeof TABLES;
export type DocumentForm = keyof typeof DOCUMENTS;

export const TABLE_FORMS = Object.keys(TABLES) as TableForm[];
export const DOCUMENT_FORMS = Object.keys(DOCUMENTS) as DocumentForm[];

interface Queries {
  readonly assets: paths['/api/v1/assets']['get']['parameters']['query'];
  readonly vulnerabilities: paths['/api/v1/vulnerabilities']['get']['parameters']['query'];
  readonly risk: paths['/api/v1/risk/assets']['get']['parameters']['query'];
  readonly patches: paths['/api/v1/vulnerabilities/patches']['get']['parameters']['query'];
}

/** A list with its own filter. */
export type Table = {
  [List in keyof Queries]: { readonly list: List; readonly filter: Queries[List] };
}[keyof Queries];

/** The devices that a document speaks of. */
export interface Devices {
  readonly asset?: string;
  readonly line?: string;
}

/** What a file says of itself. */
export interface Exported {
  readonly what: 'rows' | 'statements';
  readonly rows: number;
  /** Rows of a table, or devices of a document, that the reader may not see. */
  readonly hidden: number;
  /** Characters that the code page could not hold. */
  readonly changed: number;
}

/** Every filter by its own name, several values of one after another. */
function searchOf(given: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries<unknown>({ ...given })) {
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of all) if (one !== undefined && one !== null) search.append(name, String(one));
  }
  return search.toString();
}

function told(what: Exported['what'], headers: Headers): Exported {
  const number = (name: string) => Number(headers.get(name) ?? 0);
  return {
    what,
    rows: number('x-rows'),
    hidden: number('x-hidden'),
    changed: number('x-characters-changed'),
  };
}

export async function exportTable({ list, filter }: Table, form: TableForm): Promise<Exported> {
  const { data, headers } = await askWhole(
    client.GET('/api/v1/exports/{list}', {
      params: { path: { list } },
      // Every list takes all its own filters here, of which the interface's description names some.
      querySerializer: () => searchOf({ ...filter, ...TABLES[form], language: currentLanguage() }),
      parseAs: 'blob',
    }),
  );
  save(data as unknown as Blob, `${list}.${TABLES[form].format}`);
  return told('rows', headers);
}

export async function exportDocument(devices: Devices, form: DocumentForm): Promise<Exported> {
  const { data, headers } = await askWhole(
    client.GET('/api/v1/vulnerabilities/export', {
      params: { query: { ...devices, form } },
      parseAs: 'blob',
    }),
  );
  save(data as unknown as Blob, `vulnerabilities.${DOCUMENTS[form].end}`);
  return told('statements', headers);
}
