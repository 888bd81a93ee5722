// Which part of the plant is looked at.
import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { choices, useLines, useSystems, useZones } from '@/lib/places';
import { PART, type useRiskFilter } from './filter';

export function PartFilter({ filter }: { readonly filter: ReturnType<typeof useRiskFilter> }) {
  const { t } = useTranslation();
  const lists = { line: choices(useLines()), zone: choices(useZones()), system: choices(useSystems()) };
  return (
    <>
      {PART.map((name) => (
        <div key={name} className="risk-part">
          <FormSelect
            aria-label={t(`assets.columns.${name}`)}
            value={filter.part[name] ?? ''}
            onChange={(_, value) => filter.setPart(name, value)}
          >
            <FormSelectOption value="" label={`${t(`assets.columns.${name}`)}: ${t('common.all')}`} />
            {lists[name].map((place) => (
              <FormSelectOption key={place.id} value={place.id} label={place.name} />
            ))}
          </FormSelect>
        </div>
      ))}
    </>
  );
}
