// Which part of the plant is looked at.
import {
  Button,
  FormSelect,
  FormSelectOption,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { choices, useLines, useSystems, useZones } from '@/lib/places';
import { PART, type useRiskFilter } from './filter';

export function PartFilter({ filter }: { readonly filter: ReturnType<typeof useRiskFilter> }) {
  const { t } = useTranslation();
  const lists = { line: choices(useLines()), zone: choices(useZones()), system: choices(useSystems()) };
  return (
    <Toolbar>
      <ToolbarContent>
        <ToolbarGroup className="filters">
          {PART.map((name) => (
            <ToolbarItem key={name}>
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
            </ToolbarItem>
          ))}
          {filter.isNarrowed && (
            <ToolbarItem>
              <Button variant="link" onClick={filter.clear}>
                {t('risk.filter.clear')}
              </Button>
            </ToolbarItem>
          )}
        </ToolbarGroup>
      </ToolbarContent>
    </Toolbar>
  );
}
