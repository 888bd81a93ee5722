// Search and filters above the table.
import { Button, SearchInput, ToolbarGroup, ToolbarItem } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MultiSelect, type Choice } from '@/components/MultiSelect';
import { choices, useLines, useNetworks, useZones } from '@/lib/places';
import { level, word } from '@/lib/words';
import { en } from '@/i18n/en';
import { isNarrowed, type FilterState, type ListName } from './filter';

/** Typing is over when nothing was typed for so long. */
const TYPED_MS = 250;

const LEVELS = ['4', 'DMZ', '3', '2', '1', '0'];

function Search({ filter }: { readonly filter: FilterState }) {
  const { t } = useTranslation();
  const kept = filter.query.text ?? '';
  const [text, setText] = useState(kept);
  const { setOne } = filter;
  useEffect(() => {
    if (text === kept) return undefined;
    const timer = window.setTimeout(() => setOne('text', text || undefined), TYPED_MS);
    return () => window.clearTimeout(timer);
  });
  return (
    <SearchInput
      resetButtonLabel={t('common.clearSearch')}
      submitSearchButtonLabel={t('common.search')}
      aria-label={t('assets.search')}
      placeholder={t('assets.search')}
      value={text}
      onChange={(_, value) => setText(value)}
      onClear={() => setText('')}
      className="search"
    />
  );
}

export function FilterBar({ filter }: { readonly filter: FilterState }) {
  const { t } = useTranslation();
  const named = (list: readonly { id: string; name: string }[]): Choice[] =>
    list.map(({ id, name }) => ({ value: id, label: name }));
  const words = (list: 'kind' | 'hearing'): Choice[] =>
    Object.keys(en.words[list]).map((value) => ({ value, label: word(list, value) }));
  const lists: readonly { name: ListName; choices: Choice[] }[] = [
    { name: 'kind', choices: words('kind') },
    { name: 'level', choices: LEVELS.map((value) => ({ value, label: level(value) })) },
    { name: 'line', choices: named(choices(useLines())) },
    { name: 'zone', choices: named(choices(useZones())) },
    { name: 'network', choices: named(choices(useNetworks())) },
    { name: 'hearing', choices: words('hearing') },
  ];
  return (
    <ToolbarGroup variant="filter-group" className="filters">
      <ToolbarItem>
        <Search key={filter.query.text === undefined ? 'none' : 'text'} filter={filter} />
      </ToolbarItem>
      {lists
        .filter((list) => list.choices.length > 0)
        .map((list) => (
          <ToolbarItem key={list.name}>
            <MultiSelect
              label={t(`assets.columns.${list.name as 'kind'}`)}
              choices={list.choices}
              chosen={filter.query[list.name] ?? []}
              onChange={(chosen) => filter.setList(list.name, chosen)}
            />
          </ToolbarItem>
        ))}
      {isNarrowed(filter.query) && (
        <ToolbarItem>
          <Button variant="link" onClick={filter.clear}>
            {t('common.clear')}
          </Button>
        </ToolbarItem>
      )}
    </ToolbarGroup>
  );
}
