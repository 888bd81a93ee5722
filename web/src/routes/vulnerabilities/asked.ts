// Which weaknesses are asked for stands in the address: a link opens the same rows.
import { useSearchParams } from 'react-router';
import type { VulnerabilityQuery } from './useWeaknesses';

export const STATES_ASKED = ['open', 'decided', 'all'] as const;

/** The line is asked for on every tab, the rest by advisory. */
export function useAsked() {
  const [params, setParams] = useSearchParams();
  const query: VulnerabilityQuery = {
    text: params.get('text') ?? undefined,
    exploited: params.get('exploited') === 'true' ? true : undefined,
    state: STATES_ASKED.find((state) => state === params.get('state')),
    line: params.get('line') ?? undefined,
  };
  const set = (name: 'text' | 'exploited' | 'state' | 'line', value: string) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const setTab = (tab: string) => {
    const next = new URLSearchParams({ tab });
    if (query.line) next.set('line', query.line);
    setParams(next, { replace: true });
  };
  return { query, set, tab: params.get('tab') ?? 'advisories', setTab };
}

export type Asked = ReturnType<typeof useAsked>;
