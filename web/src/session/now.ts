// The passing of time, for ages on screen: one clock for all of them.
import { useSyncExternalStore } from 'react';
import { serverNow } from './session';

const EVERY_MS = 10_000;
const FRESH_MS = 2_000;

const listeners = new Set<() => void>();
let now = serverNow();
let timer: number | undefined;

function listen(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = serverNow();
    listeners.forEach((tell) => tell());
  }, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.clearInterval(timer);
      timer = undefined;
    }
  };
}

function read(): number {
  // Nobody listened for a while: what is shown first must not be old. Within one drawing it stays the same.
  if (timer === undefined && Math.abs(serverNow() - now) > FRESH_MS) now = serverNow();
  return now;
}

/** Milliseconds by the server's clock, renewed each ten seconds. */
export function useNow(): number {
  return useSyncExternalStore(listen, read);
}
