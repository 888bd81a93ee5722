// The order of boxes: as people put them, for everybody, else as the layout found it once.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ask, client, type Schemas } from '@/api/client';
import { useSession } from '@/session/session';
import { rankAt, ranksOf, type Layout, type Ranks } from './layout';
import { boxId, edgesOf, type Box, type LinkRow } from './model';
import { order } from './order';

type PlaceRow = Schemas['MapPlaceRow'];

const KEY = ['map-places'];

function ranksIn(rows: readonly PlaceRow[]): Ranks {
  return Object.fromEntries(rows.map(({ lane, kind, name, rank }) => [boxId(lane, kind, name), rank]));
}

/** What is drawn, as the interface keeps it; places of boxes that are not drawn now stay. */
function rowsOf(boxes: readonly Box[], ranks: Ranks, before: readonly PlaceRow[]): PlaceRow[] {
  const drawn = new Set(boxes.map(({ id }) => id));
  const others = before.filter(({ lane, kind, name }) => !drawn.has(boxId(lane, kind, name)));
  const rows = boxes.flatMap(({ id, lane, kind, key }) => {
    const rank = ranks[id];
    return rank === undefined ? [] : [{ lane, kind, name: key, rank: Math.max(0, Math.round(rank)) }];
  });
  return [...rows, ...others].slice(0, 500);
}

export function usePlaces(boxes: readonly Box[], links: readonly LinkRow[]) {
  const { may } = useSession();
  const queries = useQueryClient();
  const places = useQuery({ queryKey: KEY, queryFn: () => ask(client.GET('/api/v1/map/places')) });
  const rows = useMemo(() => places.data?.items ?? [], [places.data]);
  const own = useMemo(() => ranksIn(rows), [rows]);
  const isKnown = boxes.some((box) => own[box.id] !== undefined);
  const [round, setRound] = useState(0);
  const found = useQuery({
    queryKey: ['map', 'order', round],
    queryFn: () => order(boxes, edgesOf(boxes, new Set(), links)),
    enabled: boxes.length > 0 && !places.isPending && !isKnown,
    staleTime: Infinity,
  });
  const keep = useMutation({
    mutationFn: (items: PlaceRow[]) => ask(client.PUT('/api/v1/map/places', { body: { items } })),
    onMutate: (items) => {
      // Drawn at once where it was put; what the server says afterwards counts.
      queries.setQueryData<typeof places.data>(KEY, (known) => known && { ...known, items });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const kept = useMemo(() => ({ ...found.data, ...own }), [found.data, own]);
  return {
    kept,
    mayMove: may('arrange-map'),
    error: keep.error,
    isReady: !places.isPending && (isKnown || found.data !== undefined || found.isError),
    // One moved box fixes the others where they stand.
    move: (layout: Layout, id: string, left: number, middle: number) => {
      const lane = layout.boxes.get(id)?.lane;
      if (!lane) return;
      keep.mutate(rowsOf(boxes, { ...ranksOf(layout), [id]: rankAt(layout, lane, left, middle) }, rows));
    },
    forget: () => keep.mutate([], { onSuccess: () => setRound(round + 1) }),
  };
}
