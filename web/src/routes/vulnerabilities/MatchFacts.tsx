// Why an advisory means a device: the reason, the text that decided, and the versions that mend it.
import {
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { matchReason } from '@/lib/weakness';
import { FixedIn } from './marks';

interface MatchFactsProps {
  readonly reason: string;
  readonly source: string;
  readonly fixedIn: readonly string[];
}

/** Groups of a list of descriptions. */
export function MatchFacts({ reason, source, fixedIn }: MatchFactsProps) {
  const { t } = useTranslation();
  const facts = [
    { title: t('vulnerabilities.page.reason'), text: matchReason(reason) },
    { title: t('vulnerabilities.page.source'), text: <q>{source}</q> },
    { title: t('vulnerabilities.page.fixedIn'), text: <FixedIn versions={fixedIn} /> },
  ];
  return (
    <>
      {facts.map(({ title, text }) => (
        <DescriptionListGroup key={title}>
          <DescriptionListTerm>{title}</DescriptionListTerm>
          <DescriptionListDescription className="wide-text">{text}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </>
  );
}
