// Calendars: the plant's own and those of lines; what a change in the plant means depends on whether it works then.
import { Button, Content, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { RowActions } from '@/components/RowActions';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { Told } from '@/components/Told';
import { useSession } from '@/session/session';
import { Days } from './Days';
import { filled, PLANT, type CalendarRow } from './document';
import { Editor } from './Editor';

export function useCalendars() {
  return useQuery({
    queryKey: ['calendars'],
    queryFn: () => ask(client.GET('/api/v1/calendars', { params: { query: { limit: 500 } } })),
  });
}

export function Calendars() {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const calendars = useCalendars();
  // The calendar that is changed; `null` for a new one.
  const [edited, setEdited] = useState<CalendarRow | null | undefined>(undefined);
  const [shown, setShown] = useState(PLANT);
  const remove = useMutation({
    mutationFn: (id: string) => ask(client.DELETE('/api/v1/calendars/{id}', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['calendars'] }),
  });
  const nameOf = ({ id }: CalendarRow) => (id === PLANT ? t('settings.calendar.plant') : id);
  const actions = (row: CalendarRow) => [
    { title: t('settings.calendar.show'), onClick: () => setShown(row.id) },
    ...(may('edit-calendars')
      ? [
          { title: t('common.change'), onClick: () => setEdited(row) },
          ...(row.source === 'set'
            ? [
                {
                  title: t(row.id === PLANT ? 'settings.calendar.asConfigured' : 'common.remove'),
                  onClick: () => remove.mutate(row.id),
                },
              ]
            : []),
        ]
      : []),
  ];
  if (edited !== undefined) {
    return (
      <Editor row={edited} document={filled(edited?.calendar ?? {})} onDone={() => setEdited(undefined)} />
    );
  }
  return (
    <>
      <Content component="p">{t('settings.calendar.lead')}</Content>
      {may('edit-calendars') && (
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <Button onClick={() => setEdited(null)}>{t('settings.calendar.add')}</Button>
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
      )}
      <Told error={remove.error} />
      <States of={calendars}>
        {({ items }) => (
          <>
            <RowTable
              label={t('settings.sections.calendars')}
              rows={items.map((row) => ({ ...row, calendar: filled(row.calendar) }))}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: t('common.name'),
                  show: (row) => (
                    <>
                      {nameOf(row)}
                      {row.source === 'configuration' && (
                        <Content component="small">{t('settings.calendar.configured')}</Content>
                      )}
                    </>
                  ),
                },
                {
                  title: t('settings.sections.lines'),
                  width: 30,
                  show: (row) => row.lines.join(t('common.and')),
                },
                {
                  title: t('settings.calendar.shifts'),
                  show: ({ calendar }) =>
                    calendar.shifts.length === 0
                      ? t('settings.calendar.always')
                      : calendar.shifts
                          .map(({ name, from, to }) => `${name} ${from}–${to}`)
                          .join(t('common.and')),
                },
                {
                  title: t('settings.calendar.stops'),
                  show: ({ calendar }) => calendar.stops.map(({ name }) => name).join(t('common.and')),
                },
                {
                  title: t('settings.calendar.holidays'),
                  show: ({ calendar }) => t(`settings.calendar.holidayKinds.${calendar.holidays}`),
                },
                {
                  title: t('settings.calendar.fiscalMonth'),
                  show: ({ calendar }) => t('settings.calendar.month', { n: calendar.fiscal_year_month }),
                },
              ]}
              actions={(row) => <RowActions items={actions(row)} of={nameOf(row)} />}
            />
            <Days key={shown} id={items.some(({ id }) => id === shown) ? shown : PLANT} />
          </>
        )}
      </States>
    </>
  );
}
