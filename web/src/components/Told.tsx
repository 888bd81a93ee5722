// What became of an action: one alert in place, read out by screen readers.
import { Notice } from '@/components/Notice';
import { explain } from '@/lib/problem';

interface ToldProps {
  readonly error: unknown;
}

/** The reason why an action failed; nothing while there is none. */
export function Told({ error }: ToldProps) {
  if (error === null || error === undefined) return null;
  return <Notice variant="danger" isLiveRegion title={explain(error)} />;
}
