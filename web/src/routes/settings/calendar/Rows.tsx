// Lists inside of a calendar: shifts, stops, own holidays; each row is changed in place.
import { Button, Checkbox, FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ChoiceField, TextField } from '@/components/fields';
import {
  newShift,
  newStop,
  REPEATS,
  replaced,
  usualWhen,
  WEEKDAYS,
  type CalendarDocument,
  type Repeats,
  type Shift,
  type Stop,
  type StopWhen,
} from './document';

interface ListProps<Row> {
  readonly title: string;
  readonly lead: string;
  readonly rows: readonly Row[];
  readonly fresh: () => Row;
  readonly onChange: (rows: Row[]) => void;
  readonly show: (row: Row, change: (row: Row) => void) => ReactNode;
  readonly nameOf: (row: Row) => string;
}

function RowList<Row>({ title, lead, rows, fresh, onChange, show, nameOf }: ListProps<Row>) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <FormFieldGroup
      header={
        <FormFieldGroupHeader
          titleText={{ text: title, id }}
          titleDescription={lead}
          actions={
            <Button variant="secondary" size="sm" onClick={() => onChange([...rows, fresh()])}>
              {t('settings.calendar.addTo', { list: title })}
            </Button>
          }
        />
      }
    >
      {rows.map((row, at) => (
        <div key={at} className="calendar-row" role="group" aria-label={nameOf(row) || `${title} ${at + 1}`}>
          {show(row, (next) => onChange(replaced(rows, at, next)))}
          <Button
            variant="link"
            isDanger
            aria-label={`${t('common.remove')} ${nameOf(row) || `${title} ${at + 1}`}`}
            onClick={() => onChange(replaced(rows, at, null))}
          >
            {t('common.remove')}
          </Button>
        </div>
      ))}
    </FormFieldGroup>
  );
}

/** Fields of dates and times are those of the browser, so that each device shows its own. */
const NATIVE = (type: 'date' | 'time') => type as 'text';

function ShiftFields({ row, change }: { readonly row: Shift; readonly change: (row: Shift) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const toggle = (day: (typeof WEEKDAYS)[number], isOn: boolean) =>
    change({ ...row, days: WEEKDAYS.filter((known) => (known === day ? isOn : row.days.includes(known))) });
  return (
    <>
      <TextField
        label={t('common.name')}
        value={row.name}
        isRequired
        maxLength={100}
        onChange={(name) => change({ ...row, name })}
      />
      <TextField
        label={t('settings.calendar.from')}
        value={row.from}
        type={NATIVE('time')}
        onChange={(from) => change({ ...row, from })}
      />
      <TextField
        label={t('settings.calendar.to')}
        value={row.to}
        type={NATIVE('time')}
        onChange={(to) => change({ ...row, to })}
      />
      <fieldset className="calendar-days">
        <legend>{t('settings.calendar.days')}</legend>
        {WEEKDAYS.map((day) => (
          <Checkbox
            key={day}
            id={`${id}-${day}`}
            label={t(`settings.calendar.weekdaysShort.${day}`)}
            isChecked={row.days.includes(day)}
            onChange={(_, isOn) => toggle(day, isOn)}
          />
        ))}
        <Checkbox
          id={`${id}-holidays`}
          label={t('settings.calendar.onHolidays')}
          isChecked={row.on_holidays ?? false}
          onChange={(_, isOn) => change({ ...row, on_holidays: isOn })}
        />
      </fieldset>
    </>
  );
}

function WhenFields({
  when,
  change,
}: {
  readonly when: StopWhen;
  readonly change: (when: StopWhen) => void;
}) {
  const { t } = useTranslation();
  const days = WEEKDAYS.map((value) => ({ value, label: t(`settings.calendar.weekdays.${value}`) }));
  const text = (label: string, value: string, type: string, set: (value: string) => StopWhen) => (
    <TextField label={label} value={value} type={type as 'text'} onChange={(next) => change(set(next))} />
  );
  const [from, to] = [t('settings.calendar.from'), t('settings.calendar.to')];
  if (when.repeats === 'once') {
    return (
      <>
        {text(from, when.from, 'datetime-local', (next) => ({ ...when, from: next }))}
        {text(to, when.to, 'datetime-local', (next) => ({ ...when, to: next }))}
      </>
    );
  }
  if (when.repeats === 'yearly') {
    return (
      <>
        {text(t('settings.calendar.firstDay'), when.first, 'text', (first) => ({ ...when, first }))}
        {text(t('settings.calendar.lastDay'), when.last, 'text', (last) => ({ ...when, last }))}
      </>
    );
  }
  return (
    <>
      {when.repeats === 'monthly' && (
        <ChoiceField
          label={t('settings.calendar.nth')}
          value={String(when.nth)}
          onChange={(nth) => change({ ...when, nth: Number(nth) })}
          choices={[1, 2, 3, 4, 5].map((n) => ({
            value: String(n),
            label: t('settings.calendar.nthOf', { n }),
          }))}
        />
      )}
      <ChoiceField
        label={t('settings.calendar.weekday')}
        value={when.day}
        onChange={(day) => change({ ...when, day: day as typeof when.day })}
        choices={days}
      />
      {text(from, when.from, 'time', (next) => ({ ...when, from: next }))}
      {text(to, when.to, 'time', (next) => ({ ...when, to: next }))}
    </>
  );
}

function StopFields({ row, change }: { readonly row: Stop; readonly change: (row: Stop) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={t('common.name')}
        value={row.name}
        isRequired
        maxLength={100}
        onChange={(name) => change({ ...row, name })}
      />
      <ChoiceField
        label={t('settings.calendar.kind')}
        value={row.kind ?? 'shut-down'}
        onChange={(kind) => change({ ...row, kind: kind as Stop['kind'] })}
        choices={(['shut-down', 'maintenance'] as const).map((value) => ({
          value,
          label: t(`settings.calendar.kinds.${value}`),
        }))}
      />
      <ChoiceField
        label={t('settings.calendar.repeats')}
        value={row.when.repeats}
        onChange={(repeats) => change({ ...row, when: usualWhen(repeats as Repeats) })}
        choices={REPEATS.map((value) => ({ value, label: t(`settings.calendar.repeat.${value}`) }))}
      />
      <WhenFields when={row.when} change={(when) => change({ ...row, when })} />
    </>
  );
}

interface CalendarListsProps {
  readonly document: CalendarDocument;
  readonly onChange: (document: CalendarDocument) => void;
}

export function CalendarLists({ document, onChange }: CalendarListsProps) {
  const { t } = useTranslation();
  return (
    <>
      <RowList
        title={t('settings.calendar.shifts')}
        lead={t('settings.calendar.shiftsLead')}
        rows={document.shifts}
        fresh={newShift}
        nameOf={({ name }) => name}
        onChange={(shifts) => onChange({ ...document, shifts })}
        show={(row, change) => <ShiftFields row={row} change={change} />}
      />
      <RowList
        title={t('settings.calendar.stops')}
        lead={t('settings.calendar.stopsLead')}
        rows={document.stops}
        fresh={newStop}
        nameOf={({ name }) => name}
        onChange={(stops) => onChange({ ...document, stops })}
        show={(row, change) => <StopFields row={row} change={change} />}
      />
      <RowList
        title={t('settings.calendar.ownHolidays')}
        lead={t('settings.calendar.ownHolidaysLead')}
        rows={document.own_holidays}
        fresh={() => ({ date: '', name: '' })}
        nameOf={({ name }) => name}
        onChange={(holidays) => onChange({ ...document, own_holidays: holidays })}
        show={(row, change) => (
          <>
            <TextField
              label={t('settings.calendar.date')}
              value={row.date}
              type={NATIVE('date')}
              isRequired
              onChange={(date) => change({ ...row, date })}
            />
            <TextField
              label={t('common.name')}
              value={row.name}
              isRequired
              maxLength={100}
              onChange={(name) => change({ ...row, name })}
            />
          </>
        )}
      />
    </>
  );
}
