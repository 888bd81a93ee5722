// The passing of time, for ages on screen.
import { useEffect, useState } from 'react';
import { serverNow } from './session';

/** Milliseconds by the server's clock, renewed so often. */
export function useNow(everyMs = 10_000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(serverNow()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}
