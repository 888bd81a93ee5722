// Process values of the asset: the newest of each target, and its trend.
import { Grid, GridItem, Title } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Chart } from '@/components/Chart';
import { Empty, States } from '@/components/states';
import { Time } from '@/components/Time';
import { clock } from '@/lib/time';
import { useSession } from '@/session/session';

type Value = Schemas['HistoryValue'];

const LIMIT = 500;

function useValues(id: string, text?: string) {
  return useQuery({
    queryKey: ['values', id, text],
    queryFn: () =>
      ask(client.GET('/api/v1/history/values', { params: { query: { asset: id, text, limit: LIMIT } } })),
  });
}

/** What is measured: one variable of one part. */
function keyOf(row: Value): string {
  return [row.protocol, row.part, row.space, row.target].join(' ').replace(/\s+/g, ' ');
}

function text(row: Value): string {
  if (row.text !== null && row.text !== undefined) return row.text;
  return row.number === null || row.number === undefined ? '—' : String(row.number);
}

function Trend({ id, newest }: { readonly id: string; readonly newest: Value }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const values = useValues(id, newest.target || newest.space);
  const option = useMemo(() => {
    const rows = (values.data?.items ?? []).filter((row) => keyOf(row) === keyOf(newest)).reverse();
    const points = rows.flatMap((row) => [
      [new Date(row.first_seen).getTime(), row.min ?? row.number],
      [new Date(row.last_seen).getTime(), row.number],
    ]);
    const axisLabel = { formatter: (at: number) => clock(at, zone), hideOverlap: true };
    return {
      grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
      xAxis: { type: 'time', axisLabel },
      yAxis: { type: 'value', scale: true },
      series: [{ type: 'line', step: 'end', showSymbol: points.length < 60, data: points }],
    };
  }, [values.data, newest, zone]);
  return (
    <section className="part">
      <Title headingLevel="h2" size="lg">
        {keyOf(newest)}
      </Title>
      <States of={values}>
        {() => <Chart option={option} label={t('asset.values.trend', { name: keyOf(newest) })} />}
      </States>
    </section>
  );
}

export function ValuesTab({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const values = useValues(id);
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <States of={values}>
      {({ items }) => {
        const newest = [...new Map([...items].reverse().map((row) => [keyOf(row), row])).values()];
        newest.sort((left, right) => keyOf(left).localeCompare(keyOf(right), 'en', { numeric: true }));
        const first =
          newest.find((row) => keyOf(row) === chosen) ?? newest.find((row) => row.number !== null);
        if (newest.length === 0)
          return <Empty title={t('asset.values.none')}>{t('asset.values.noneBody')}</Empty>;
        return (
          <Grid hasGutter>
            <GridItem xl={6}>
              <Table variant="compact" aria-label={t('asset.tabs.values')}>
                <Thead>
                  <Tr>
                    <Th>{t('asset.values.variable')}</Th>
                    <Th>{t('asset.values.value')}</Th>
                    <Th>{t('asset.values.at')}</Th>
                  </Tr>
                </Thead>
                <Tbody>
                  {newest.map((row) => (
                    <Tr
                      key={keyOf(row)}
                      isClickable
                      isRowSelected={row === first}
                      onRowClick={() => setChosen(keyOf(row))}
                    >
                      <Td>{keyOf(row)}</Td>
                      <Td>{text(row)}</Td>
                      <Td>
                        <Time at={row.last_seen} short />
                      </Td>
                    </Tr>
                  ))}
                </Tbody>
              </Table>
            </GridItem>
            <GridItem xl={6}>{first && <Trend key={keyOf(first)} id={id} newest={first} />}</GridItem>
          </Grid>
        );
      }}
    </States>
  );
}
