// A verdict in words, with a form and a colour of its own.
import { Label } from '@patternfly/react-core';
import {
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  QuestionCircleIcon,
} from '@patternfly/react-icons';
import { word } from '@/lib/words';

const FORMS = {
  good: { status: 'success', icon: <CheckCircleIcon /> },
  degraded: { status: 'warning', icon: <ExclamationTriangleIcon /> },
  down: { status: 'danger', icon: <ExclamationCircleIcon /> },
  unknown: { status: 'info', icon: <QuestionCircleIcon /> },
} as const;

export function Verdict({ verdict }: { readonly verdict: string }) {
  const form = FORMS[verdict as keyof typeof FORMS] ?? FORMS.unknown;
  return (
    <Label status={form.status} icon={form.icon}>
      {word('verdict', verdict)}
    </Label>
  );
}
