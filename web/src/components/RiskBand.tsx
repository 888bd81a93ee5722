// A band of risk in words, with a form and a colour of its own; what is not known yet is no low risk.
import { Label } from '@patternfly/react-core';
import {
  AngleDoubleUpIcon,
  AngleUpIcon,
  EqualsIcon,
  MinusIcon,
  QuestionCircleIcon,
} from '@patternfly/react-icons';
import { said } from '@/lib/weakness';

const FORMS = {
  critical: { color: 'red', icon: <AngleDoubleUpIcon /> },
  high: { color: 'orange', icon: <AngleUpIcon /> },
  medium: { color: 'yellow', icon: <EqualsIcon /> },
  low: { color: 'grey', icon: <MinusIcon /> },
} as const;

export function RiskBand({ band }: { readonly band: string | null | undefined }) {
  const form = FORMS[band as keyof typeof FORMS];
  return (
    <Label
      color={form?.color}
      variant={form ? 'filled' : 'outline'}
      icon={form?.icon ?? <QuestionCircleIcon />}
      className="nowrap"
    >
      {said('band', band)}
    </Label>
  );
}
