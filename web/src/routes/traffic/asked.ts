// What of history is asked for, as it stands in the address: a bar of a chart opens exactly the rows it counts.
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { paths } from '@/api/schema';
import { serverNow } from '@/session/session';

export type HistoryQuery = NonNullable<paths['/api/v1/history/flows']['get']['parameters']['query']>;

const HOUR_MS = 3_600_000;
export const SPANS = { '1h': 1, '24h': 24, '7d': 168 } as const;
export type Span = keyof typeof SPANS;

const TEXTS = ['text', 'verb', 'protocol', 'asset'] as const;
const FLAGS = ['crosses_levels', 'asks', 'innermost', 'begun'] as const;

export interface Asked {
  readonly query: HistoryQuery;
  readonly span: Span;
  /** Whether a bar named begin and end. */
  readonly isCounted: boolean;
  readonly set: (name: string, value: string) => void;
  /** Forgets what a bar asked for. */
  readonly forget: () => void;
  readonly replace: (params: URLSearchParams) => void;
}

/** Since when, for a span that ends now. */
export function sinceOf(span: Span): string {
  return new Date(serverNow() - SPANS[span] * HOUR_MS).toISOString();
}

function read(params: URLSearchParams, span: Span): HistoryQuery {
  const query: HistoryQuery = {};
  // A protocol may be the empty word: what nobody recognised.
  for (const name of TEXTS) query[name] = params.get(name) ?? undefined;
  for (const name of FLAGS) if (params.get(name) === 'true') query[name] = true;
  query.from = params.get('from') ?? sinceOf(span);
  query.until = params.get('until') ?? undefined;
  return query;
}

/** The filter of a list of history. */
export function useAsked(): Asked {
  const [params, setParams] = useSearchParams();
  const span = (Object.keys(SPANS) as Span[]).find((name) => name === params.get('span')) ?? '24h';
  const query = useMemo(() => read(params, span), [params, span]);
  const change = (work: (next: URLSearchParams) => void) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        work(next);
        return next;
      },
      { replace: true },
    );
  return {
    query,
    span,
    isCounted: params.has('from'),
    set: (name, value) => change((next) => (value ? next.set(name, value) : next.delete(name))),
    forget: () =>
      change((next) =>
        ['from', 'until', 'begun', 'innermost', 'asks', 'asset'].forEach((name) => next.delete(name)),
      ),
    replace: (next) => setParams(next),
  };
}
