// Actions that a reader tries together on a copy of the plant: which are chosen, and how the asset would stand with all of them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, client } from '@/api/client';
import type { Action, Shift } from './place';
import type { AssetRisk } from './RiskTab';

/** To accept a risk changes no number: there is nothing to try. */
export function isTriable(row: Action): boolean {
  return row.action !== 'accept-risk';
}

/** A replacement makes what is done to the old device needless: it is not chosen with the others. */
function leavesDevice(row: Action): boolean {
  return isTriable(row) && row.cost !== 'replacement';
}

export interface Trial {
  /** The chosen ones that still lower this asset, in the order of the list. */
  readonly chosen: readonly Action[];
  /** How many chosen ones no longer do, since the list was read again. */
  readonly gone: number;
  /** How it would stand; undefined while nothing is chosen, or while it is being tried. */
  readonly shift: Shift | undefined;
  readonly isTrying: boolean;
  readonly error: unknown;
  readonly choose: (key: string, isChosen: boolean) => void;
  /** Chooses everything that leaves the device in its place. */
  readonly chooseMost: () => void;
  readonly clear: () => void;
  /** Reads the actions again and tries anew: they may have changed meanwhile. */
  readonly again: () => void;
}

export function useTrial(risk: AssetRisk): Trial {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const queries = useQueryClient();
  const id = risk.asset.asset;
  const chosen = risk.lowers.filter((row) => isTriable(row) && keys.has(row.key));
  const actions = chosen.map((row) => row.key);
  const together = actions.join('\n');
  const tried = useQuery({
    // Whenever the risk was computed anew the same actions may do something else.
    queryKey: ['vulnerabilities', 'what-if', id, together, risk.time],
    queryFn: () =>
      ask(client.POST('/api/v1/assets/{id}/risk/what-if', { params: { path: { id } }, body: { actions } })),
    enabled: actions.length > 0,
    staleTime: Infinity,
    // The answer for other actions is never shown for these.
    placeholderData: (before, query) => (query?.queryKey[3] === together ? before : undefined),
  });
  const isAny = actions.length > 0;
  return {
    chosen,
    gone: keys.size - chosen.length,
    shift: isAny && !tried.error ? tried.data : undefined,
    isTrying: isAny && tried.isFetching && !tried.data,
    error: isAny && !tried.isFetching ? tried.error : null,
    choose: (key, isChosen) =>
      setKeys(new Set(isChosen ? [...actions, key] : actions.filter((of) => of !== key))),
    chooseMost: () => setKeys(new Set(risk.lowers.filter(leavesDevice).map((row) => row.key))),
    clear: () => setKeys(new Set()),
    again: () => void queries.invalidateQueries({ queryKey: ['vulnerabilities'] }),
  };
}
