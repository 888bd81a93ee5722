// The columns of the table of assets, by the interface's names.
import { columnVisibilityFeature, createColumnHelper, tableFeatures } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { Time } from '@/components/Time';
import { called, type NameOf } from '@/lib/places';
import { level, word } from '@/lib/words';

export type AssetRow = Schemas['AssetRow'];

export const features = tableFeatures({ columnVisibilityFeature });
const helper = createColumnHelper<typeof features, AssetRow>();

/** Widths in pixels of a common screen: the table scrolls sideways rather than cut off what is written. */
const WIDTHS = {
  name: 230,
  kind: 190,
  level: 150,
  line: 140,
  cell: 130,
  zone: 140,
  system: 140,
  network: 140,
  vendor: 180,
  model: 210,
  order_number: 190,
  firmware: 150,
  hardware: 110,
  serial: 160,
  os: 160,
  address: 160,
  hearing: 160,
  panel: 130,
  building: 130,
  switch_port: 140,
  equipment_number: 140,
  owner: 130,
  tags: 150,
  first_seen: 130,
  last_seen: 130,
  confirmed_at: 130,
} as const;

export type ColumnName = keyof typeof WIDTHS;
export const COLUMNS = Object.keys(WIDTHS) as readonly ColumnName[];

/** What is shown until the reader chooses. */
export const USUAL: readonly ColumnName[] = [
  'name',
  'kind',
  'level',
  'line',
  'zone',
  'vendor',
  'model',
  'firmware',
  'address',
  'hearing',
  'last_seen',
];

/** Columns that the server cannot sort by. */
const UNSORTED: ReadonlySet<ColumnName> = new Set(['cell', 'system', 'tags', 'confirmed_at']);

export function isSortable(name: ColumnName): boolean {
  return !UNSORTED.has(name);
}

export function widthOf(name: ColumnName): string {
  return `${WIDTHS[name] / 16}rem`;
}

function show(asset: AssetRow, name: ColumnName, nameOf: NameOf): ReactNode {
  switch (name) {
    case 'name':
      return <Link to={`/assets/${asset.id}`}>{called(asset)}</Link>;
    case 'kind':
      return word('kind', asset.kind);
    case 'level':
      return level(asset.level);
    case 'hearing':
      return word('hearing', asset.hearing);
    case 'line':
    case 'cell':
    case 'zone':
    case 'system':
    case 'network':
      return nameOf(asset[name]);
    case 'first_seen':
    case 'last_seen':
      return <Time at={asset[name]} short />;
    case 'confirmed_at':
      return asset.confirmed_at ? <Time at={asset.confirmed_at} short /> : '';
    case 'tags':
      return asset.tags.join(', ');
    default:
      return asset[name];
  }
}

export function columnsOf(nameOf: NameOf) {
  return helper.columns(
    COLUMNS.map((name) => helper.display({ id: name, cell: ({ row }) => show(row.original, name, nameOf) })),
  );
}
