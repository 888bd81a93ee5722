// The plant's own names: lines, cells, zones, systems, networks.
import { Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { asChoices } from '@/components/fields';
import { choices, useCells, useLines, useNetworks, usePlaceNames, useSystems, useZones } from '@/lib/places';
import { level, word } from '@/lib/words';
import { useSession } from '@/session/session';
import { useCalendars } from './calendar/Calendars';
import { PLANT } from './calendar/document';
import { Entries, type Values } from './Entries';

const LEVELS = ['4', 'DMZ', '3', '2', '1', '0'];

function useCommon(list: 'lines' | 'cells' | 'zones' | 'systems' | 'networks') {
  const { t } = useTranslation();
  const { may } = useSession();
  return {
    list,
    label: t(`settings.sections.${list}`),
    mayChange: may('edit-structure'),
    noneBody: t(`settings.none.${list}`),
  };
}

/** Words of a field with several, as people type them. */
function several(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,、，]+/).filter(Boolean);
}

export function Lines() {
  const { t } = useTranslation();
  const body = (given: Values) => ({
    name: given.name ?? '',
    code: given.code ?? '',
    note: given.note ?? '',
    calendar: given.calendar ?? '',
  });
  const calendars = (useCalendars().data?.items ?? []).filter(({ id }) => id !== PLANT);
  return (
    <Entries<Schemas['LineRow']>
      {...useCommon('lines')}
      rows={useLines()}
      columns={[
        { title: t('common.name'), show: (row) => row.name },
        { title: t('settings.code'), show: (row) => row.code },
        {
          title: t('settings.lineCalendar'),
          show: (row) => row.calendar || t('settings.plantCalendar'),
        },
        { title: t('common.note'), show: (row) => row.note },
      ]}
      fields={[
        { name: 'name', label: t('common.name'), isRequired: true },
        { name: 'code', label: t('settings.code') },
        {
          name: 'calendar',
          label: t('settings.lineCalendar'),
          choices: calendars.map(({ id }) => ({ value: id, label: id })),
          none: t('settings.plantCalendar'),
        },
        { name: 'note', label: t('common.note'), isLong: true },
      ]}
      valuesOf={(row) => ({
        name: row?.name ?? '',
        code: row?.code ?? '',
        note: row?.note ?? '',
        calendar: row?.calendar ?? '',
      })}
      add={(given) => ask(client.POST('/api/v1/lines', { body: body(given) }))}
      change={({ id, position }, given) =>
        ask(
          client.PUT('/api/v1/lines/{id}', {
            params: { path: { id } },
            body: { ...body(given), position },
          }),
        )
      }
      remove={({ id }) => ask(client.DELETE('/api/v1/lines/{id}', { params: { path: { id } } }))}
    />
  );
}

export function Cells() {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const lines = asChoices(choices(useLines()));
  const body = (given: Values) => ({
    name: given.name ?? '',
    line: given.line ?? '',
    note: given.note ?? '',
  });
  return (
    <Entries<Schemas['CellRow']>
      {...useCommon('cells')}
      rows={useCells()}
      columns={[
        { title: t('common.name'), show: (row) => row.name },
        { title: t('assets.columns.line'), show: (row) => nameOf(row.line) },
        { title: t('common.note'), show: (row) => row.note },
      ]}
      fields={[
        { name: 'name', label: t('common.name'), isRequired: true },
        { name: 'line', label: t('assets.columns.line'), isRequired: true, choices: lines },
        { name: 'note', label: t('common.note'), isLong: true },
      ]}
      valuesOf={(row) => ({ name: row?.name ?? '', line: row?.line ?? '', note: row?.note ?? '' })}
      add={(given) => ask(client.POST('/api/v1/cells', { body: body(given) }))}
      change={({ id, position, code }, given) =>
        ask(
          client.PUT('/api/v1/cells/{id}', {
            params: { path: { id } },
            body: { ...body(given), position, code },
          }),
        )
      }
      remove={({ id }) => ask(client.DELETE('/api/v1/cells/{id}', { params: { path: { id } } }))}
    />
  );
}

export function Zones() {
  const { t } = useTranslation();
  const levels = LEVELS.map((value) => ({ value, label: level(value) }));
  const targets = ['1', '2', '3', '4'].map((value) => ({ value, label: `SL ${value}` }));
  const body = (given: Values) => ({
    name: given.name ?? '',
    level: given.level ?? '',
    security_target: Number(given.security_target ?? 0),
    note: given.note ?? '',
  });
  return (
    <Entries<Schemas['ZoneRow']>
      {...useCommon('zones')}
      rows={useZones()}
      columns={[
        { title: t('common.name'), show: (row) => row.name },
        {
          title: t('assets.columns.level'),
          show: (row) => (row.level ? level(row.level) : t('settings.severalLevels')),
        },
        {
          title: t('settings.target'),
          show: (row) => (row.security_target ? `SL ${row.security_target}` : '—'),
        },
        { title: t('common.note'), show: (row) => row.note },
      ]}
      fields={[
        { name: 'name', label: t('common.name'), isRequired: true },
        { name: 'level', label: t('assets.columns.level'), choices: levels },
        { name: 'security_target', label: t('settings.target'), choices: targets },
        { name: 'note', label: t('common.note'), isLong: true },
      ]}
      valuesOf={(row) => ({
        name: row?.name ?? '',
        level: row?.level ?? '',
        security_target: row?.security_target ? String(row.security_target) : '',
        note: row?.note ?? '',
      })}
      add={(given) => ask(client.POST('/api/v1/zones', { body: body(given) }))}
      change={({ id }, given) =>
        ask(client.PUT('/api/v1/zones/{id}', { params: { path: { id } }, body: body(given) }))
      }
      remove={({ id }) => ask(client.DELETE('/api/v1/zones/{id}', { params: { path: { id } } }))}
    />
  );
}

export function Systems() {
  const { t } = useTranslation();
  const body = (given: Values) => ({
    name: given.name ?? '',
    purpose: given.purpose ?? '',
    note: given.note ?? '',
  });
  return (
    <Entries<Schemas['SystemRow']>
      {...useCommon('systems')}
      rows={useSystems()}
      columns={[
        { title: t('common.name'), show: (row) => row.name },
        { title: t('settings.purpose'), show: (row) => row.purpose },
      ]}
      fields={[
        { name: 'name', label: t('common.name'), isRequired: true },
        { name: 'purpose', label: t('settings.purpose') },
        { name: 'note', label: t('common.note'), isLong: true },
      ]}
      valuesOf={(row) => ({ name: row?.name ?? '', purpose: row?.purpose ?? '', note: row?.note ?? '' })}
      add={(given) => ask(client.POST('/api/v1/systems', { body: body(given) }))}
      change={({ id }, given) =>
        ask(client.PUT('/api/v1/systems/{id}', { params: { path: { id } }, body: body(given) }))
      }
      remove={({ id }) => ask(client.DELETE('/api/v1/systems/{id}', { params: { path: { id } } }))}
    />
  );
}

/** Saving a network confirms it: until then it is the product's proposal. */
export function Networks() {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const zones = asChoices(choices(useZones()));
  const body = (given: Values) => ({
    name: given.name ?? '',
    zone: given.zone || null,
    interfaces: several(given.interfaces),
    vlans: several(given.vlans).map(Number),
    prefixes: several(given.prefixes),
    note: given.note ?? '',
  });
  return (
    <Entries<Schemas['NetworkRow']>
      {...useCommon('networks')}
      rows={useNetworks()}
      columns={[
        { title: t('common.name'), show: (row) => row.name },
        {
          title: t('settings.state'),
          show: (row) => (
            <Label color={row.state === 'confirmed' ? 'green' : 'orange'}>{word('state', row.state)}</Label>
          ),
        },
        { title: t('assets.columns.zone'), show: (row) => nameOf(row.zone) },
        { title: t('settings.interfaces'), show: (row) => row.interfaces.join(', ') },
        { title: 'VLAN', show: (row) => row.vlans.join(', ') || t('common.all') },
        { title: t('settings.prefixes'), show: (row) => row.prefixes.join(', ') },
      ]}
      fields={[
        { name: 'name', label: t('common.name'), isRequired: true },
        { name: 'zone', label: t('assets.columns.zone'), choices: zones },
        { name: 'interfaces', label: t('settings.interfaces') },
        { name: 'vlans', label: t('settings.vlans') },
        { name: 'prefixes', label: t('settings.prefixes') },
        { name: 'note', label: t('common.note'), isLong: true },
      ]}
      valuesOf={(row) => ({
        name: row?.name ?? '',
        zone: row?.zone ?? '',
        interfaces: row?.interfaces.join(', ') ?? '',
        vlans: row?.vlans.join(', ') ?? '',
        prefixes: row?.prefixes.join(', ') ?? '',
        note: row?.note ?? '',
      })}
      add={(given) => ask(client.POST('/api/v1/networks', { body: body(given) }))}
      change={({ id }, given) =>
        ask(client.PUT('/api/v1/networks/{id}', { params: { path: { id } }, body: body(given) }))
      }
      remove={({ id }) => ask(client.DELETE('/api/v1/networks/{id}', { params: { path: { id } } }))}
    />
  );
}
