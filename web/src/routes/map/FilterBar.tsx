// What of the traffic is drawn. It stands in the address, so that a link shows the same.
import {
  Button,
  FormSelect,
  FormSelectOption,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { ExchangeAltIcon } from '@patternfly/react-icons';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ProtocolSelect, VerbSelect } from '@/components/VerbSelect';
import { serverNow } from '@/session/session';

const TIMES = { '5m': 300_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
const NAMES = Object.keys(TIMES) as (keyof typeof TIMES)[];

export interface MapFilter {
  readonly protocol: string;
  readonly verb: string;
  /** A name out of `TIMES`, or empty for everything. */
  readonly time: string;
  readonly onlyCrossing: boolean;
}

/** The beginning of the time that is drawn. */
export function sinceOf(time: string): number | null {
  const name = NAMES.find((known) => known === time);
  return name ? serverNow() - TIMES[name] : null;
}

export function useMapFilter() {
  const [params, setParams] = useSearchParams();
  const filter = useMemo<MapFilter>(
    () => ({
      protocol: params.get('protocol') ?? '',
      verb: params.get('verb') ?? '',
      time: params.get('time') ?? '',
      onlyCrossing: params.get('crosses_levels') === 'true',
    }),
    [params],
  );
  const setFilter = (next: MapFilter) => {
    const words = { protocol: next.protocol, verb: next.verb, time: next.time };
    const given = Object.entries(words).filter(([, value]) => value !== '');
    if (next.onlyCrossing) given.push(['crosses_levels', 'true']);
    setParams(Object.fromEntries(given), { replace: true });
  };
  return { filter, setFilter };
}

interface FilterBarProps {
  readonly filter: MapFilter;
  readonly onChange: (filter: MapFilter) => void;
  readonly protocols: readonly string[];
  /** Lets the map find an order by itself again; none where the reader may not. */
  readonly onForget: (() => void) | null;
}

export function FilterBar({ filter, onChange, protocols, onForget }: FilterBarProps) {
  const { t } = useTranslation();
  return (
    <Toolbar>
      <ToolbarContent>
        <ToolbarGroup className="filters">
          <ToolbarItem>
            <Button
              variant={filter.onlyCrossing ? 'secondary' : 'primary'}
              icon={<ExchangeAltIcon />}
              aria-pressed={filter.onlyCrossing}
              onClick={() => onChange({ ...filter, onlyCrossing: !filter.onlyCrossing })}
            >
              {t(filter.onlyCrossing ? 'map.showAll' : 'map.showCrossing')}
            </Button>
          </ToolbarItem>
          <ToolbarItem>
            <ProtocolSelect
              label={t('traffic.protocol')}
              value={filter.protocol}
              onChange={(protocol) => onChange({ ...filter, protocol })}
              protocols={protocols}
            />
          </ToolbarItem>
          <ToolbarItem>
            <VerbSelect
              label={t('traffic.verb')}
              value={filter.verb}
              onChange={(verb) => onChange({ ...filter, verb })}
            />
          </ToolbarItem>
          <ToolbarItem>
            <FormSelect
              aria-label={t('map.time')}
              value={filter.time}
              onChange={(_, time) => onChange({ ...filter, time })}
            >
              <FormSelectOption value="" label={t('map.times.all')} />
              {NAMES.map((name) => (
                <FormSelectOption key={name} value={name} label={t(`map.times.${name}`)} />
              ))}
            </FormSelect>
          </ToolbarItem>
        </ToolbarGroup>
        {onForget && (
          <ToolbarGroup align={{ default: 'alignEnd' }}>
            <ToolbarItem>
              <Button variant="link" onClick={onForget}>
                {t('map.arrange')}
              </Button>
            </ToolbarItem>
          </ToolbarGroup>
        )}
      </ToolbarContent>
    </Toolbar>
  );
}
