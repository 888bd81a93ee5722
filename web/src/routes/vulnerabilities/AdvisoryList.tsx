// Advisories that mean assets of this plant: known-exploited ones first, as the server sorts them.
import {
  FormSelect,
  FormSelectOption,
  Switch,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { ExportMenu } from '@/components/ExportMenu';
import { More } from '@/components/More';
import { RowTable, type RowColumn } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { count } from '@/lib/time';
import { epss } from '@/lib/weakness';
import { STATES_ASKED, useAsked, type Asked } from './asked';
import { Base, Exploited, HowSoon } from './marks';
import { Search } from './Search';
import { useAdvisories } from './useWeaknesses';

type Row = Schemas['VulnerabilityRow'];

/** The state when none is chosen. */
const USUAL_STATE = 'open';
const GRADES = ['exact', 'range', 'family'] as const;

function Filters({ asked }: { readonly asked: Asked }) {
  const { t } = useTranslation();
  const { query } = asked;
  return (
    <Toolbar>
      <ToolbarContent>
        <ToolbarItem>
          <Search
            label={t('vulnerabilities.search')}
            kept={query.text ?? ''}
            onChange={(text) => asked.set('text', text)}
          />
        </ToolbarItem>
        <ToolbarItem>
          <FormSelect
            aria-label={t('vulnerabilities.stateLabel')}
            value={query.state ?? USUAL_STATE}
            onChange={(_, value) => asked.set('state', value === USUAL_STATE ? '' : value)}
          >
            {STATES_ASKED.map((state) => (
              <FormSelectOption key={state} value={state} label={t(`vulnerabilities.states.${state}`)} />
            ))}
          </FormSelect>
        </ToolbarItem>
        <ToolbarItem alignSelf="center">
          <Switch
            id="only-exploited"
            label={t('vulnerabilities.onlyExploited')}
            isChecked={query.exploited ?? false}
            onChange={(_, checked) => asked.set('exploited', checked ? 'true' : '')}
          />
        </ToolbarItem>
        <ToolbarItem align={{ default: 'alignEnd' }}>
          {/* A file holds every state unless it is told which. */}
          <ExportMenu
            table={{ list: 'vulnerabilities', filter: { ...query, state: query.state ?? USUAL_STATE } }}
            documents={{ line: query.line }}
          />
        </ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  );
}

function useColumns(): RowColumn<Row>[] {
  const { t } = useTranslation();
  return [
    {
      title: t('vulnerabilities.col.advisory'),
      width: 35,
      isWide: true,
      show: (row) => (
        <>
          <Link to={`/vulnerabilities/${encodeURIComponent(row.advisory)}`}>{row.advisory}</Link>{' '}
          <small>{row.publisher}</small>
          <div>{row.title}</div>
          <Exploited count={row.exploited} due={row.due} />
        </>
      ),
    },
    { title: t('vulnerabilities.col.base'), show: (row) => <Base base={row.base} /> },
    { title: t('vulnerabilities.col.epss'), show: (row) => epss(row.epss) },
    { title: t('vulnerabilities.col.when'), show: (row) => <HowSoon decision={row.decision} /> },
    {
      title: t('vulnerabilities.col.assets'),
      show: (row) => `${count(row.open)} / ${count(row.decided)}`,
    },
    {
      title: t('vulnerabilities.col.grades'),
      show: (row) =>
        GRADES.filter((grade) => row[grade] > 0).map((grade) => (
          <div key={grade} className="nowrap">
            {t(`vulnerabilities.gradeCount.${grade}`, { n: count(row[grade]) })}
          </div>
        )),
    },
    {
      title: t('vulnerabilities.col.fix'),
      show: (row) => t(row.has_fix ? 'vulnerabilities.hasFix' : 'vulnerabilities.noFix'),
    },
  ];
}

export function AdvisoryList() {
  const { t } = useTranslation();
  const asked = useAsked();
  const list = useAdvisories(asked.query);
  const columns = useColumns();
  return (
    <>
      <Filters asked={asked} />
      <States of={list}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          const hidden = pages.at(-1)?.hidden ?? 0;
          if (rows.length === 0)
            return (
              <Empty title={t('vulnerabilities.none')} hidden={hidden}>
                {t('vulnerabilities.noneBody')}
              </Empty>
            );
          return (
            <>
              <RowTable
                label={t('vulnerabilities.advisories')}
                rows={rows}
                keyOf={(row) => row.advisory}
                columns={columns}
              />
              <More list={list} hidden={hidden} />
            </>
          );
        }}
      </States>
    </>
  );
}
