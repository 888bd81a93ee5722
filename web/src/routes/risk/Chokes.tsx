// What most paths to critical processes pass: what is done there breaks most of them.
import { Content } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ask, client } from '@/api/client';
import { Empty, States } from '@/components/states';
import { Hidden } from '@/components/Hidden';
import { RowTable } from '@/components/RowTable';
import { Time } from '@/components/Time';
import { usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { word } from '@/lib/words';

function useChokes() {
  return useQuery({
    queryKey: ['risk', 'choke-points'],
    queryFn: () => ask(client.GET('/api/v1/risk/choke-points')),
  });
}

export function Chokes() {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  return (
    <States of={useChokes()}>
      {({ items, hidden, time, targets_left_out: left }) => (
        <>
          <Content component="p">{t('risk.chokes.lead')}</Content>
          {items.length === 0 ? (
            <Empty title={t(time ? 'risk.chokes.none' : 'risk.chokes.notYet')} hidden={hidden}>
              {t('risk.chokes.noneBody')}
            </Empty>
          ) : (
            <RowTable
              label={t('risk.chokes.title')}
              rows={items}
              keyOf={(row) => row.asset}
              columns={[
                {
                  title: t('risk.chokes.asset'),
                  width: 40,
                  isWide: true,
                  show: (row) => (
                    <>
                      <Link to={`/assets/${row.asset}?tab=risk`}>{row.name}</Link>
                      <small className="line">{word('kind', row.kind)}</small>
                    </>
                  ),
                },
                { title: t('risk.chokes.line'), show: (row) => (row.line ? nameOf(row.line) : '') },
                { title: t('risk.chokes.weight'), show: (row) => row.weight.toFixed(2) },
              ]}
            />
          )}
          {left > 0 && <Content component="small">{t('risk.chokes.leftOut', { n: count(left) })}</Content>}
          {time && (
            <Content component="small">
              {t('risk.chokes.at')} <Time at={time} />
            </Content>
          )}
          {items.length > 0 && <Hidden count={hidden} />}
        </>
      )}
    </States>
  );
}
