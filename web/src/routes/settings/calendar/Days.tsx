// A month of a calendar, day by day: what the plant works, and why not.
import { Button, Content, Flex, Label, Title } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { currentLanguage } from '@/i18n';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';

type Day = Schemas['DayRow'];

const COLORS = { working: 'green', stop: 'orange', holiday: 'red', off: 'grey' } as const;

const pad = (n: number) => String(n).padStart(2, '0');

/** First and last day of a month that lies so many months from the one of `now`. */
function monthAt(now: number, zone: string, offset: number) {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit' });
  const [year = 1970, month = 1] = parts.format(new Date(now)).split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + offset, 1));
  const last = new Date(Date.UTC(year, month + offset, 0));
  const text = (day: Date) =>
    `${day.getUTCFullYear()}-${pad(day.getUTCMonth() + 1)}-${pad(day.getUTCDate())}`;
  return { from: text(first), until: text(last), first };
}

/** A day of no zone: it is written as it is. */
function written(date: string, options: Intl.DateTimeFormatOptions): string {
  const locale = currentLanguage() === 'ja' ? 'ja-JP' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

export function Days({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const now = useNow();
  const [offset, setOffset] = useState(0);
  const { from, until } = monthAt(now, zone, offset);
  const days = useQuery({
    queryKey: ['calendars', id, 'days', from],
    queryFn: () =>
      ask(client.GET('/api/v1/calendars/{id}/days', { params: { path: { id }, query: { from, until } } })),
  });
  const why = (row: Day) => {
    const holiday = currentLanguage() === 'ja' ? row.holiday : (row.holiday_english ?? row.holiday);
    return [holiday, ...row.stops].filter(Boolean).join(t('common.and'));
  };
  const month = written(from, { year: 'numeric', month: 'long' });
  return (
    <section>
      <Flex alignItems={{ default: 'alignItemsCenter' }}>
        <Button variant="secondary" size="sm" onClick={() => setOffset(offset - 1)}>
          {t('settings.calendar.before')}
        </Button>
        <Title headingLevel="h3" aria-live="polite">
          {month}
        </Title>
        <Button variant="secondary" size="sm" onClick={() => setOffset(offset + 1)}>
          {t('settings.calendar.after')}
        </Button>
      </Flex>
      <States of={days}>
        {({ items, working_days: working }) => (
          <>
            <Content component="p">{t('settings.calendar.workingDays', { n: working })}</Content>
            <RowTable
              label={month}
              rows={items}
              keyOf={({ date }) => date}
              columns={[
                {
                  title: t('settings.calendar.date'),
                  show: ({ date }) => written(date, { month: 'long', day: 'numeric', weekday: 'short' }),
                },
                ...(currentLanguage() === 'ja'
                  ? [{ title: t('settings.calendar.era'), show: (row: Day) => row.era_date ?? '' }]
                  : []),
                {
                  title: t('settings.calendar.day'),
                  show: ({ kind }) => (
                    <Label color={COLORS[kind as keyof typeof COLORS] ?? 'grey'} variant="outline">
                      {t(`settings.calendar.dayKinds.${kind as 'off'}`)}
                    </Label>
                  ),
                },
                { title: t('common.reason'), show: why, isWide: true },
                {
                  title: t('settings.calendar.fiscal'),
                  show: (row) =>
                    t('settings.calendar.fiscalOf', { year: row.fiscal_year, quarter: row.fiscal_quarter }),
                },
              ]}
            />
          </>
        )}
      </States>
    </section>
  );
}
