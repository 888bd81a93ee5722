// Every decoded command of the time chosen, searchable by words, verb and protocol.
import {
  FormSelect,
  FormSelectOption,
  SearchInput,
  Switch,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CommandTable, type CommandQuery } from '@/components/CommandTable';
import { ProtocolSelect, VerbSelect } from '@/components/VerbSelect';
import { useProtocols } from '@/routes/sensors/Protocols';
import { serverNow } from '@/session/session';

const HOURS = { '1h': 1, '24h': 24, '7d': 168 } as const;
type Span = keyof typeof HOURS;

export function CommandSearch() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [text, setText] = useState('');
  const [verb, setVerb] = useState('');
  const [protocol, setProtocol] = useState('');
  const [span, setSpan] = useState<Span>('24h');
  const [isCrossing, setCrossing] = useState(false);
  const protocols = (useProtocols().data?.items ?? []).map((row) => row.protocol);
  const query = useMemo<CommandQuery>(
    () => ({
      text: text || undefined,
      verb: verb || undefined,
      protocol: protocol || undefined,
      crosses_levels: isCrossing || undefined,
      from: new Date(serverNow() - HOURS[span] * 3_600_000).toISOString(),
    }),
    [text, verb, protocol, isCrossing, span],
  );
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
                onSearch={() => setText(typed)}
                onClear={() => {
                  setTyped('');
                  setText('');
                }}
                className="search"
              />
            </ToolbarItem>
            <ToolbarItem>
              <VerbSelect label={t('traffic.verb')} value={verb} onChange={setVerb} />
            </ToolbarItem>
            <ToolbarItem>
              <ProtocolSelect
                label={t('traffic.protocol')}
                value={protocol}
                onChange={setProtocol}
                protocols={protocols}
              />
            </ToolbarItem>
            <ToolbarItem>
              <FormSelect
                aria-label={t('map.time')}
                value={span}
                onChange={(_, value) => setSpan(value as Span)}
              >
                {(Object.keys(HOURS) as Span[]).map((name) => (
                  <FormSelectOption key={name} value={name} label={t(`map.times.${name}`)} />
                ))}
              </FormSelect>
            </ToolbarItem>
            <ToolbarItem alignSelf="center">
              <Switch
                id="crossing-commands"
                label={t('traffic.onlyCrossing')}
                isChecked={isCrossing}
                onChange={(_, checked) => setCrossing(checked)}
              />
            </ToolbarItem>
          </ToolbarGroup>
        </ToolbarContent>
      </Toolbar>
      <CommandTable query={query} />
    </>
  );
}
