// One calendar, changed as a whole: nothing counts before it is saved.
import { ActionGroup, Button, Form } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { ChoiceField, TextField } from '@/components/fields';
import { Told } from '@/components/Told';
import { isWhole, PLANT, type CalendarDocument, type CalendarRow } from './document';
import { CalendarLists } from './Rows';

const ZONES = Intl.supportedValuesOf('timeZone').map((name) => ({ value: name, label: name }));

interface EditorProps {
  /** None for a new calendar. */
  readonly row: CalendarRow | null;
  readonly document: CalendarDocument;
  readonly onDone: () => void;
}

export function Editor({ row, document: given, onDone }: EditorProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(row?.id ?? '');
  const [document, setDocument] = useState(given);
  const keep = useMutation({
    mutationFn: () =>
      ask(client.PUT('/api/v1/calendars/{id}', { params: { path: { id: name.trim() } }, body: document })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['calendars'] });
      onDone();
    },
  });
  const months = Array.from({ length: 12 }, (_, index) => ({
    value: String(index + 1),
    label: t('settings.calendar.month', { n: index + 1 }),
  }));
  const set = (next: Partial<CalendarDocument>) => setDocument({ ...document, ...next });
  const isNamed = name.trim() !== '' && (row !== null || name.trim() !== PLANT);
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (isNamed && isWhole(document)) keep.mutate();
      }}
    >
      {row === null && (
        <TextField label={t('common.name')} value={name} onChange={setName} isRequired maxLength={100} />
      )}
      <div className="calendar-row">
        <ChoiceField
          label={t('settings.calendar.holidays')}
          value={document.holidays}
          onChange={(holidays) => set({ holidays: holidays as CalendarDocument['holidays'] })}
          choices={(['japan', 'none'] as const).map((value) => ({
            value,
            label: t(`settings.calendar.holidayKinds.${value}`),
          }))}
        />
        <ChoiceField
          label={t('settings.calendar.weekStarts')}
          value={document.week_starts}
          onChange={(day) => set({ week_starts: day as CalendarDocument['week_starts'] })}
          choices={(['monday', 'sunday'] as const).map((value) => ({
            value,
            label: t(`settings.calendar.weekdays.${value}`),
          }))}
        />
        <ChoiceField
          label={t('settings.calendar.fiscalMonth')}
          value={String(document.fiscal_year_month)}
          onChange={(month) => set({ fiscal_year_month: Number(month) })}
          choices={months}
        />
        <ChoiceField
          label={t('settings.calendar.fiscalName')}
          value={document.fiscal_year_named_by_end ? 'end' : 'begin'}
          onChange={(by) => set({ fiscal_year_named_by_end: by === 'end' })}
          choices={(['begin', 'end'] as const).map((value) => ({
            value,
            label: t(`settings.calendar.fiscalNames.${value}`),
          }))}
        />
        <ChoiceField
          label={t('settings.timeZone')}
          value={document.time_zone ?? ''}
          onChange={(zone) => set({ time_zone: zone || null })}
          choices={ZONES}
          none={t('settings.calendar.plantsZone')}
        />
      </div>
      <CalendarLists document={document} onChange={setDocument} />
      <Told error={keep.error} />
      <ActionGroup>
        <Button type="submit" isDisabled={!isNamed || !isWhole(document) || keep.isPending}>
          {t('common.save')}
        </Button>
        <Button variant="link" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </ActionGroup>
    </Form>
  );
}
