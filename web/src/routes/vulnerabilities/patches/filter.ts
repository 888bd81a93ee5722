// Which patches are asked for stands in the address: a link opens the same rows.
import { useSearchParams } from 'react-router';
import { FITS, PATCH_STATES } from '@/lib/patch';
import type { PatchQuery } from './usePatches';

/** Only what the server knows; anything else in the address is as if it were not there. */
export function patchQuery(params: URLSearchParams): PatchQuery {
  const asked = (params.get('state') ?? '').split(',');
  const states = PATCH_STATES.filter((state) => asked.includes(state));
  return {
    text: params.get('text') ?? undefined,
    state: states.length > 0 ? states.join(',') : undefined,
    fit: FITS.find((fit) => fit === params.get('fit')),
    line: params.get('line') ?? undefined,
    zone: params.get('zone') ?? undefined,
    system: params.get('system') ?? undefined,
  };
}

export function usePatchFilter() {
  const [params, setParams] = useSearchParams();
  const set = (name: 'text' | 'state' | 'fit', value: string) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return { query: patchQuery(params), set };
}

export type PatchFilter = ReturnType<typeof usePatchFilter>;
