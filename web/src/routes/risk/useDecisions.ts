// What people decided about consequences.
import { useQuery } from '@tanstack/react-query';
import { ask, client } from '@/api/client';

export function useDecisions(enabled = true) {
  return useQuery({
    queryKey: ['risk', 'consequences'],
    queryFn: () => ask(client.GET('/api/v1/risk/consequences')),
    enabled,
  });
}
