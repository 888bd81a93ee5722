// Where an asset stands in the matrix, and where an action would move it.
import type { Schemas } from '@/api/client';
import { said } from '@/lib/weakness';

export type Action = Schemas['ActionRow'];

export interface Place {
  readonly likelihood: number;
  readonly impact: number;
  readonly band: string;
}

/** Where it would stand after an action; null when that is not known. */
export function placeAfter(action: Action): Place | null {
  const { likelihood_after: likelihood, impact_after: impact, band_after: band } = action;
  return likelihood && impact && band ? { likelihood, impact, band } : null;
}

export function isSame(one: Place, other: Place): boolean {
  return one.likelihood === other.likelihood && one.impact === other.impact;
}

/** A cell in short: `L4×I5 (Critical)`. */
export function placeText({ likelihood: l, impact: i, band }: Place): string {
  return `L${l}×I${i} (${said('band', band)})`;
}
