// Where an asset stands in the matrix, and where actions tried together would move it.
import type { Schemas } from '@/api/client';
import { said } from '@/lib/weakness';

export type Action = Schemas['ActionRow'];
export type Shift = Schemas['RiskShift'];

export interface Place {
  readonly likelihood: number;
  readonly impact: number;
  readonly band: string;
}

/** Where it stood when the actions were tried. */
export function placeBefore(shift: Shift): Place {
  return { likelihood: shift.likelihood_before, impact: shift.impact_before, band: shift.band_before };
}

/** Where it would stand with all of them. */
export function placeAfter(shift: Shift): Place {
  return { likelihood: shift.likelihood_after, impact: shift.impact_after, band: shift.band_after };
}

export function isSame(one: Place, other: Place): boolean {
  return one.likelihood === other.likelihood && one.impact === other.impact;
}

/** A cell in short: `L4×I5 (Critical)`. */
export function placeText({ likelihood: l, impact: i, band }: Place): string {
  return `L${l}×I${i} (${said('band', band)})`;
}
