// A filter by one verb, in the floor's words.
import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { en } from '@/i18n/en';
import { protocolName, word } from '@/lib/words';

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function VerbSelect({ label, value, onChange }: SelectProps) {
  const { t } = useTranslation();
  return (
    <FormSelect aria-label={label} value={value} onChange={(_, chosen) => onChange(chosen)}>
      <FormSelectOption value="" label={`${label}: ${t('common.all')}`} />
      {Object.keys(en.words.verb).map((verb) => (
        <FormSelectOption key={verb} value={verb} label={word('verb', verb)} />
      ))}
    </FormSelect>
  );
}

interface ProtocolSelectProps extends SelectProps {
  readonly protocols: readonly string[];
}

export function ProtocolSelect({ label, value, onChange, protocols }: ProtocolSelectProps) {
  const { t } = useTranslation();
  return (
    <FormSelect aria-label={label} value={value} onChange={(_, chosen) => onChange(chosen)}>
      <FormSelectOption value="" label={`${label}: ${t('common.all')}`} />
      {protocols.map((protocol) => (
        <FormSelectOption key={protocol} value={protocol} label={protocolName(protocol)} />
      ))}
    </FormSelect>
  );
}
