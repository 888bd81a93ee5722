// The story of a demo's plant. A site whose plant is a real one says once that it has none, and is not asked again.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, client, Refused, type Schemas } from '@/api/client';

export type Story = Schemas['Story'];
export type StoryAction = Schemas['StoryAction'];

const KEY = ['story'] as const;
/** A chapter is seconds long; the bar must not lag behind it. */
const EVERY_MS = 1_000;

async function story(): Promise<Story | null> {
  try {
    return await ask(client.GET('/api/v1/story'));
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

/** The story; `null` where there is none. */
export function useStory() {
  return useQuery({
    queryKey: KEY,
    queryFn: story,
    staleTime: Infinity,
    refetchInterval: ({ state }) => (state.data === null ? false : EVERY_MS),
  });
}

/** Plays, pauses, goes on or repeats. */
export function usePlayStory() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (action: StoryAction) => ask(client.POST('/api/v1/story', { body: { action } })),
    onSuccess: (told) => queries.setQueryData(KEY, told),
  });
}
