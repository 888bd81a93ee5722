// The stream of changes: the one place that listens to the server.
import type { QueryClient } from '@tanstack/react-query';

/** Changes are gathered for so long before lists are read anew: a busy plant changes many times a second. */
const GATHER_MS = 5_000;

/** Which lists a kind of change makes stale. Assets are not among them: their table offers the news instead. */
const STALE: Record<string, readonly string[]> = {
  site: ['site'],
  line: ['lines'],
  cell: ['cells'],
  zone: ['zones'],
  system: ['systems'],
  network: ['networks'],
  user: ['users', 'account', 'session'],
  token: ['tokens'],
  webhook: ['webhooks'],
  import: ['imports', 'register'],
  'register-row': ['register'],
  retention: ['retention'],
  sensor: ['sensors'],
  setting: ['retention', 'backups'],
  calendar: ['calendars'],
  'sign-off': ['commissioning'],
  map: ['map-places'],
};

type Listener = (kinds: ReadonlySet<string>) => void;

const listeners = new Set<Listener>();

/** Calls back with the kinds that changed, at most each few seconds, until the returned function is called. */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Listens until the returned function is called; the browser opens the stream again when it breaks. */
export function listen(queries: QueryClient): () => void {
  // eslint-disable-next-line no-restricted-globals -- the one module that may
  const source = new EventSource('/api/v1/changes/stream');
  const gathered = new Set<string>();
  let timer: number | undefined;
  const tell = () => {
    timer = undefined;
    const kinds = new Set(gathered);
    gathered.clear();
    for (const key of new Set([...kinds].flatMap((kind) => STALE[kind] ?? []))) {
      void queries.invalidateQueries({ queryKey: [key] });
    }
    listeners.forEach((listener) => listener(kinds));
  };
  const gather = (event: Event) => {
    gathered.add(event.type);
    timer ??= window.setTimeout(tell, GATHER_MS);
  };
  for (const kind of [...Object.keys(STALE), 'asset', 'reset']) source.addEventListener(kind, gather);
  return () => {
    window.clearTimeout(timer);
    source.close();
  };
}
