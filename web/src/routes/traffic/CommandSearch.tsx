// Every decoded command of the time chosen, searchable by words, verb and protocol.
import {
  SearchInput,
  Switch,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CommandTable } from '@/components/CommandTable';
import { SavedViews } from '@/components/SavedViews';
import { ProtocolSelect, VerbSelect } from '@/components/VerbSelect';
import { useProtocols } from '@/routes/sensors/Protocols';
import { useAsked } from './asked';
import { Counted } from './Counted';
import { SpanSelect } from './SpanSelect';

export function CommandSearch() {
  const { t } = useTranslation();
  const asked = useAsked();
  const { query, set } = asked;
  const [typed, setTyped] = useState(query.text ?? '');
  const protocols = (useProtocols().data?.items ?? []).map((row) => row.protocol);
  // A span ends now, whenever a view is opened: it is no part of what is kept.
  const kept = () => {
    const filter: Record<string, string | boolean> = {};
    for (const name of ['text', 'verb', 'protocol'] as const) {
      if (query[name]) filter[name] = query[name];
    }
    if (query.crosses_levels) filter.crosses_levels = true;
    return { filter, sort: null, descending: false, columns: [] };
  };
  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ToolbarGroup className="filters">
            <ToolbarItem>
              <SearchInput
                resetButtonLabel={t('common.clearSearch')}
                submitSearchButtonLabel={t('common.search')}
                aria-label={t('traffic.search')}
                placeholder={t('traffic.search')}
                value={typed}
                onChange={(_, value) => setTyped(value)}
                onSearch={() => set('text', typed)}
                onClear={() => {
                  setTyped('');
                  set('text', '');
                }}
                className="search"
              />
            </ToolbarItem>
            <ToolbarItem>
              <VerbSelect
                label={t('traffic.verb')}
                value={query.verb ?? ''}
                onChange={(verb) => set('verb', verb)}
              />
            </ToolbarItem>
            <ToolbarItem>
              <ProtocolSelect
                label={t('traffic.protocol')}
                value={query.protocol ?? ''}
                onChange={(protocol) => set('protocol', protocol)}
                protocols={protocols}
              />
            </ToolbarItem>
            {!asked.isCounted && (
              <ToolbarItem>
                <SpanSelect asked={asked} />
              </ToolbarItem>
            )}
            <ToolbarItem alignSelf="center">
              <Switch
                id="crossing-commands"
                label={t('traffic.onlyCrossing')}
                isChecked={query.crosses_levels ?? false}
                onChange={(_, checked) => set('crosses_levels', checked ? 'true' : '')}
              />
            </ToolbarItem>
          </ToolbarGroup>
          <ToolbarGroup align={{ default: 'alignEnd' }}>
            <ToolbarItem>
              <SavedViews
                noun="history/commands"
                shown={kept}
                onOpen={({ filter }) => {
                  const params = new URLSearchParams({ tab: 'commands' });
                  Object.entries(filter).forEach(([name, value]) => params.set(name, String(value)));
                  setTyped(String(filter.text ?? ''));
                  asked.replace(params);
                }}
              />
            </ToolbarItem>
          </ToolbarGroup>
        </ToolbarContent>
      </Toolbar>
      <Counted asked={asked} />
      <CommandTable query={query} />
    </>
  );
}
