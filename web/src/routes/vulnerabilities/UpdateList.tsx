// What to do: one update or one mitigation for all the assets that it helps, the most urgent first.
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { Hidden } from '@/components/Hidden';
import { RiskBand } from '@/components/RiskBand';
import { RowTable } from '@/components/RowTable';
import { ExpandCell } from '@/components/ExpandCell';
import { Empty, States } from '@/components/states';
import { usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { said, score } from '@/lib/weakness';
import { useAsked } from './asked';
import { Exploited, HowSoon } from './marks';
import { useUpdates } from './useWeaknesses';

type Row = Schemas['UpdateRow'];

const SPAN = 7;

function Answered({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  return (
    <>
      <p className="wide-text">
        {row.advisories.map((advisory) => (
          <span key={advisory}>
            <Link to={`/vulnerabilities/${encodeURIComponent(advisory)}`}>{advisory}</Link>{' '}
          </span>
        ))}
        <small>{row.weaknesses.join(t('common.and'))}</small>
      </p>
      <RowTable
        label={t('vulnerabilities.col.assetCount')}
        rows={row.assets}
        keyOf={(asset) => asset.asset}
        columns={[
          {
            title: t('vulnerabilities.col.asset'),
            width: 30,
            isWide: true,
            show: (asset) => <Link to={`/assets/${asset.asset}?tab=risk`}>{asset.name}</Link>,
          },
          { title: t('vulnerabilities.col.line'), show: (asset) => nameOf(asset.line) || t('asset.noPlace') },
          {
            title: t('vulnerabilities.col.firmware'),
            show: (asset) => asset.firmware || t('weakness.notYet'),
          },
          {
            title: t('vulnerabilities.col.band'),
            show: (asset) => (
              <span className="nowrap">
                <RiskBand band={asset.band} /> {score(asset.score)}
              </span>
            ),
          },
        ]}
      />
    </>
  );
}

function UpdateRows({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const step = row.version
    ? `${said('step', row.step)} ${t('vulnerabilities.toVersion', { version: row.version })}`
    : said('step', row.step);
  return (
    <Tbody isExpanded={isOpen}>
      <Tr>
        <ExpandCell
          of={row.product || t('vulnerabilities.unknownProduct')}
          isOpen={isOpen}
          onToggle={() => setOpen(!isOpen)}
        />
        <Td dataLabel={t('vulnerabilities.col.product')} className="wide-text">
          {row.product || t('vulnerabilities.unknownProduct')}
          <small className="line">{row.vendor}</small>
        </Td>
        <Td dataLabel={t('vulnerabilities.col.step')} className="wide-text">
          {step}
        </Td>
        <Td dataLabel={t('vulnerabilities.col.stop')}>{said('stop', row.stop)}</Td>
        <Td dataLabel={t('vulnerabilities.col.when')}>
          <HowSoon decision={row.decision} />
        </Td>
        <Td dataLabel={t('vulnerabilities.col.answers')}>
          {t('vulnerabilities.answersN', {
            n: count(row.weaknesses.length),
            m: count(row.advisories.length),
          })}
          <div>
            <Exploited count={row.exploited} due="" />
          </div>
        </Td>
        <Td dataLabel={t('vulnerabilities.col.assetCount')}>{count(row.assets.length)}</Td>
      </Tr>
      <Tr isExpanded={isOpen}>
        <Td colSpan={SPAN}>
          <ExpandableRowContent>{isOpen && <Answered row={row} />}</ExpandableRowContent>
        </Td>
      </Tr>
    </Tbody>
  );
}

export function UpdateList() {
  const { t } = useTranslation();
  const { query } = useAsked();
  const updates = useUpdates(query.line);
  return (
    <States of={updates}>
      {({ items, hidden }) =>
        items.length === 0 ? (
          <Empty title={t('vulnerabilities.noUpdates')} hidden={hidden}>
            {t('vulnerabilities.noneBody')}
          </Empty>
        ) : (
          <>
            <Table variant="compact" aria-label={t('vulnerabilities.updates')}>
              <Thead>
                <Tr>
                  <Th screenReaderText={t('vulnerabilities.details')} />
                  <Th width={25}>{t('vulnerabilities.col.product')}</Th>
                  <Th>{t('vulnerabilities.col.step')}</Th>
                  <Th>{t('vulnerabilities.col.stop')}</Th>
                  <Th>{t('vulnerabilities.col.when')}</Th>
                  <Th>{t('vulnerabilities.col.answers')}</Th>
                  <Th>{t('vulnerabilities.col.assetCount')}</Th>
                </Tr>
              </Thead>
              {items.map((row) => (
                <UpdateRows key={`${row.vendor} ${row.product} ${row.step} ${row.version ?? ''}`} row={row} />
              ))}
            </Table>
            <Hidden count={hidden} />
          </>
        )
      }
    </States>
  );
}
