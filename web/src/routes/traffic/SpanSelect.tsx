// How far back a list of history reaches.
import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { SPANS, type Asked, type Span } from './asked';

export function SpanSelect({ asked }: { readonly asked: Asked }) {
  const { t } = useTranslation();
  return (
    <FormSelect
      aria-label={t('map.time')}
      value={asked.span}
      onChange={(_, value) => asked.set('span', value)}
    >
      {(Object.keys(SPANS) as Span[]).map((name) => (
        <FormSelectOption key={name} value={name} label={t(`map.times.${name}`)} />
      ))}
    </FormSelect>
  );
}
