// What of the risk is shown stands in the address: a tile, a cell or a link shows the same rows again.
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { paths } from '@/api/schema';
import { LEVELS, type RiskPart } from '@/lib/risk';

export type RiskQuery = NonNullable<paths['/api/v1/risk/assets']['get']['parameters']['query']>;

export const PART = ['line', 'zone', 'system'] as const;
export const CHOICE = ['likelihood', 'impact', 'band', 'change', 'unknown'] as const;
const CHANGES = ['became-high', 'increased', 'decreased'];
/** What may be unknown of a device. */
export const UNKNOWN = ['consequences', 'identity', 'zone', 'ranged'] as const;

export type Choice = Partial<Record<(typeof CHOICE)[number], string>>;

function levelOf(text: string | null): number | undefined {
  return LEVELS.find((level) => String(level) === text);
}

export function partOf(params: URLSearchParams): RiskPart {
  const given = PART.map((name) => [name, params.get(name)]).filter(([, value]) => value);
  return Object.fromEntries(given) as RiskPart;
}

/** The rows that an address means; what it cannot mean is left out. */
export function queryOf(params: URLSearchParams): RiskQuery {
  const change = params.get('change') ?? '';
  return {
    ...partOf(params),
    likelihood: levelOf(params.get('likelihood')),
    impact: levelOf(params.get('impact')),
    band: params.get('band') || undefined,
    change: CHANGES.includes(change) ? change : undefined,
    unknown: UNKNOWN.find((name) => name === params.get('unknown')),
  };
}

/** The address for other rows of the same part of the plant. */
export function chosen(params: URLSearchParams, choice: Choice): URLSearchParams {
  const next = new URLSearchParams();
  for (const name of PART) {
    const value = params.get(name);
    if (value) next.set(name, value);
  }
  for (const [name, value] of Object.entries(choice)) if (value) next.set(name, value);
  return next;
}

/** Whether an address shows exactly this choice. */
export function shows(params: URLSearchParams, choice: Choice): boolean {
  return CHOICE.every((name) => (params.get(name) ?? '') === (choice[name] ?? ''));
}

export function useRiskFilter() {
  const [params, setParams] = useSearchParams();
  const query = useMemo(() => queryOf(params), [params]);
  const part = useMemo(() => partOf(params), [params]);
  return {
    params,
    query,
    part,
    /** Shows other rows of the same part. */
    choose: (choice: Choice) =>
      setParams(chosen(params, choice), { replace: true, preventScrollReset: true }),
    setPart: (name: (typeof PART)[number], value: string) => {
      const next = new URLSearchParams(params);
      if (value) next.set(name, value);
      else next.delete(name);
      setParams(next, { replace: true, preventScrollReset: true });
    },
    setTab: (tab: string) => {
      const next = new URLSearchParams(params);
      next.set('tab', tab);
      setParams(next, { replace: true, preventScrollReset: true });
    },
    clear: () => setParams({}, { replace: true, preventScrollReset: true }),
    isNarrowed: [...PART, ...CHOICE].some((name) => params.get(name)),
  };
}
