// One asset and what may be done with it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, client, type Schemas } from '@/api/client';

export type AssetDetail = Schemas['AssetDetail'];

/** What is heard of a machine changes slowly; the page reads it again so often. */
const AGAIN_MS = 30_000;

export function useAsset(id: string) {
  return useQuery({
    queryKey: ['asset', id],
    queryFn: () => ask(client.GET('/api/v1/assets/{id}', { params: { path: { id } } })),
    refetchInterval: AGAIN_MS,
  });
}

type Overruled = 'kind' | 'level' | 'name' | 'model';

/** What counts of a field: what a person said, else what was heard. */
export function saidOf(asset: AssetDetail, field: Overruled): string {
  return asset.overrides.find((row) => row.field === field)?.value ?? asset[field];
}

/** Something done to an asset; its page and the lists are read anew afterwards. */
export function useDeed<T>(id: string, deed: (given: T) => Promise<unknown>, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['asset', id] });
      void queries.invalidateQueries({ queryKey: ['assets'] });
      onDone?.();
    },
  });
}
