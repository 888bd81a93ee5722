// Risk as the interface tells it: what is asked, and its words.
import { useQuery } from '@tanstack/react-query';
import i18next from 'i18next';
import { ask, client, type Schemas } from '@/api/client';
import type { paths } from '@/api/schema';
import type { en } from '@/i18n/en';

export type RiskSummary = Schemas['RiskSummary'];
export type RiskCell = Schemas['RiskCell'];
export type RiskAction = Schemas['ActionRow'];
export type RiskAsset = Schemas['RiskAsset'];
export type RiskPart = NonNullable<paths['/api/v1/risk']['get']['parameters']['query']>;

/** Risk is computed again when the plant changes; the pages look so often. */
export const RISK_AGAIN_MS = 30_000;

export const BANDS = ['low', 'medium', 'high', 'critical'] as const;
export const LEVELS = [1, 2, 3, 4, 5] as const;

type Lists = (typeof en)['risk'];

/** A word out of one of the closed lists of risk; one that is not known is shown as it came. */
export function riskWord(
  list: 'band' | 'cost' | 'change' | 'reason' | 'class' | 'term',
  value: string,
): string {
  const texts: Partial<Record<string, string>> = i18next.getResource(
    i18next.language,
    'translation',
    `risk.${list}`,
  ) as Lists['band'];
  return texts[value] ?? value;
}

/** How high a band stands, from 0; for what is not known, above all. */
export function bandRank(band: string): number {
  const rank = BANDS.findIndex((name) => name === band);
  return rank < 0 ? BANDS.length : rank;
}

/** A score as people read it. */
export function score(value: number): string {
  return value.toFixed(1);
}

/** A number with its sign; what moved by less than a tenth did not move. */
export function signed(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return `${rounded > 0 ? '+' : rounded < 0 ? '−' : '±'}${Math.abs(rounded).toFixed(1)}`;
}

/** A day, so many days later. */
export function laterDay(day: string, days: number): string {
  const time = new Date(`${day}T00:00:00Z`).getTime() + days * 86_400_000;
  return new Date(time).toISOString().slice(0, 10);
}

export function useRisk(part: RiskPart, enabled = true) {
  return useQuery({
    queryKey: ['risk', 'summary', part],
    queryFn: () => ask(client.GET('/api/v1/risk', { params: { query: part } })),
    refetchInterval: RISK_AGAIN_MS,
    placeholderData: (before) => before,
    enabled,
  });
}

export function useRiskActions(enabled = true) {
  return useQuery({
    queryKey: ['risk', 'actions'],
    queryFn: () => ask(client.GET('/api/v1/risk/actions')),
    refetchInterval: RISK_AGAIN_MS,
    enabled,
  });
}

/** The day from which a week can be compared: 7 days after the first that was kept. */
export function useComparedFrom(risk: RiskSummary | undefined): string | null {
  const days = useQuery({
    queryKey: ['risk', 'days'],
    queryFn: () => ask(client.GET('/api/v1/risk/days')),
    enabled: risk?.time !== null && risk?.compared_with === null,
  });
  if (!risk?.time || risk.compared_with) return null;
  return laterDay(days.data?.items[0]?.day ?? risk.day, 7);
}
