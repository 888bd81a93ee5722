// A calendar as people change it: weekdays, shifts, stops, holidays.
import type { Schemas } from '@/api/client';

export type CalendarRow = Schemas['CalendarRow'];
export type CalendarDocument = Required<Schemas['CalendarDocument']>;
export type Shift = Schemas['ShiftDocument'];
export type Stop = Schemas['StopDocument'];
export type StopWhen = Schemas['StopWhen'];
export type Weekday = Schemas['Weekday'];

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[];

export const REPEATS = [
  'yearly',
  'weekly',
  'monthly',
  'once',
] as const satisfies readonly StopWhen['repeats'][];
export type Repeats = (typeof REPEATS)[number];

/** The id of the plant's own calendar. */
export const PLANT = 'plant';

export const EMPTY: CalendarDocument = {
  time_zone: null,
  fiscal_year_month: 4,
  fiscal_year_named_by_end: false,
  week_starts: 'monday',
  holidays: 'japan',
  own_holidays: [],
  shifts: [],
  stops: [],
};

/** A calendar of the interface, where what is usual may be left out. */
export function filled(document: Schemas['CalendarDocument']): CalendarDocument {
  return { ...EMPTY, ...document };
}

export function newShift(): Shift {
  return { name: '', days: WEEKDAYS.slice(0, 5), from: '08:30', to: '17:30', on_holidays: false };
}

/** A stop of another kind of repetition begins with what is usual for it. */
export function usualWhen(repeats: Repeats): StopWhen {
  switch (repeats) {
    case 'yearly':
      return { repeats, first: '12-29', last: '01-04' };
    case 'weekly':
      return { repeats, day: 'sunday', from: '08:00', to: '17:00' };
    case 'monthly':
      return { repeats, nth: 1, day: 'sunday', from: '08:00', to: '17:00' };
    case 'once': {
      const today = new Date().toISOString().slice(0, 10);
      return { repeats, from: `${today}T00:00`, to: `${today}T23:59` };
    }
  }
}

export function newStop(): Stop {
  return { name: '', kind: 'shut-down', when: usualWhen('yearly') };
}

/** The same list with one row replaced, or without it. */
export function replaced<Row>(rows: readonly Row[], at: number, row: Row | null): Row[] {
  return rows.flatMap((known, index) => (index !== at ? [known] : row === null ? [] : [row]));
}

/** Whether everything has a name, and each shift a day. */
export function isWhole(document: CalendarDocument): boolean {
  const named = [...document.own_holidays, ...document.shifts, ...document.stops];
  return (
    named.every(({ name }) => name.trim() !== '') &&
    document.own_holidays.every(({ date }) => date !== '') &&
    document.shifts.every(({ days }) => days.length > 0)
  );
}
