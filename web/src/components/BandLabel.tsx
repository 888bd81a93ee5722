// A band of risk in words; the colour only repeats what the word says.
import { Label } from '@patternfly/react-core';
import { riskWord } from '@/lib/risk';

const COLORS = { low: 'green', medium: 'yellow', high: 'orange', critical: 'red' } as const;

export function BandLabel({ band }: { readonly band: string }) {
  const color = COLORS[band as keyof typeof COLORS] ?? 'grey';
  return (
    <Label color={color} isCompact>
      {riskWord('band', band)}
    </Label>
  );
}
