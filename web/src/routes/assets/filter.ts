// The filter of the table stands in the address: a link, a number on another page or a bookmark opens the same rows.
import { useSearchParams } from 'react-router';
import type { paths } from '@/api/schema';
import type { Shown } from '@/components/SavedViews';

export type AssetQuery = NonNullable<paths['/api/v1/assets']['get']['parameters']['query']>;

/** Filters with several values, by the interface's names. */
export const LISTS = [
  'kind',
  'level',
  'vendor',
  'line',
  'system',
  'zone',
  'network',
  'hearing',
  'tag',
] as const;
const SINGLES = ['text', 'seen_since', 'not_seen_since', 'new_since', 'sort'] as const;

export type ListName = (typeof LISTS)[number];

/** The order when none is chosen. */
export const USUAL_SORT = 'name';

export function read(params: URLSearchParams): AssetQuery {
  const query: AssetQuery = {
    kind: [],
    level: [],
    vendor: [],
    line: [],
    system: [],
    zone: [],
    network: [],
    hearing: [],
    tag: [],
  };
  for (const name of LISTS) query[name] = params.getAll(name);
  for (const name of SINGLES) query[name] = params.get(name) ?? undefined;
  const confirmed = params.get('is_confirmed');
  if (confirmed !== null) query.is_confirmed = confirmed === 'true';
  return query;
}

/** The filter as a saved view keeps it, with the order. */
export function kept(query: AssetQuery): Omit<Shown, 'columns'> {
  const { sort = USUAL_SORT, ...rest } = query;
  const given = Object.entries(rest).filter(([, value]) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null,
  );
  const isDown = sort.startsWith('-');
  return { filter: Object.fromEntries(given), sort: isDown ? sort.slice(1) : sort, descending: isDown };
}

/** A saved view as it stands in the address. */
export function opened(view: Omit<Shown, 'columns'>): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(view.filter)) {
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one));
  }
  if (view.sort) params.set('sort', view.descending ? `-${view.sort}` : view.sort);
  return params;
}

/** Whether anything but the order is chosen. */
export function isNarrowed(query: AssetQuery): boolean {
  const { sort: _, ...filter } = query;
  return Object.values(filter).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined,
  );
}

export interface FilterState {
  readonly query: AssetQuery;
  readonly setList: (name: ListName, values: readonly string[]) => void;
  readonly setOne: (name: 'text' | 'is_confirmed' | 'sort', value: string | undefined) => void;
  readonly clear: () => void;
  readonly replace: (params: URLSearchParams) => void;
}

export function useFilter(): FilterState {
  const [params, setParams] = useSearchParams();
  const change = (work: (next: URLSearchParams) => void) => {
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        work(next);
        return next;
      },
      { replace: true },
    );
  };
  return {
    query: read(params),
    setList: (name, values) =>
      change((next) => {
        next.delete(name);
        values.forEach((value) => next.append(name, value));
      }),
    setOne: (name, value) => change((next) => (value ? next.set(name, value) : next.delete(name))),
    clear: () => setParams({}, { replace: true }),
    replace: (params) => setParams(params),
  };
}
