// Risk: what is in danger, why, and what lowers it.
import {
  Button,
  Card,
  CardBody,
  CardTitle,
  Content,
  Grid,
  GridItem,
  PageSection,
  Tab,
  TabContentBody,
  Tabs,
  TabTitleText,
} from '@patternfly/react-core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ExportMenu } from '@/components/ExportMenu';
import { Hidden } from '@/components/Hidden';
import { Notice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { Empty, States } from '@/components/states';
import { Time } from '@/components/Time';
import { riskWord, score, useRisk, useRiskActions, type RiskCell, type RiskSummary } from '@/lib/risk';
import { count } from '@/lib/time';
import { Actions } from './Actions';
import { AssetList } from './AssetList';
import { Chokes } from './Chokes';
import { ConsequencesDialog, type Deciding } from './ConsequencesDialog';
import { useRiskFilter, type RiskQuery } from './filter';
import { Groups } from './Groups';
import { Matrix } from './Matrix';
import { MethodDialog } from './MethodDialog';
import { PartFilter } from './PartFilter';
import { Basis, Posture } from './Standing';
import { Tiles } from './Tiles';

type Filter = ReturnType<typeof useRiskFilter>;

/** The matrix as a filter: a cell shows its devices below, and once more all of them. */
function MatrixCard({ risk, filter, onList }: { risk: RiskSummary; filter: Filter; onList: () => void }) {
  const { t } = useTranslation();
  const { query, choose } = filter;
  const isChosen = ({ likelihood, impact }: RiskCell) =>
    query.likelihood === likelihood && query.impact === impact;
  const shown = risk.cells.find(isChosen);
  const pick = (cell: RiskCell) =>
    choose(isChosen(cell) ? {} : { likelihood: String(cell.likelihood), impact: String(cell.impact) });
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{t('risk.matrix.title')}</CardTitle>
      <CardBody>
        <Matrix
          risk={risk}
          cell={(cell, inside) =>
            cell.count > 0 || isChosen(cell) ? (
              <button
                type="button"
                aria-pressed={isChosen(cell)}
                onClick={() => pick(cell)}
                data-cell={`${cell.likelihood}-${cell.impact}`}
              >
                {inside}
              </button>
            ) : (
              <span>{inside}</span>
            )
          }
        />
        <div className="risk-shown">
          <span role="status">
            {shown ? t('risk.matrix.chosen', { n: count(shown.count) }) : t('risk.matrix.choose')}
          </span>
          {shown && (
            <Button variant="link" isInline onClick={onList}>
              {t('risk.matrix.toList')}
            </Button>
          )}
        </div>
      </CardBody>
    </Card>
  );
}

function ActionsCard({ isPart }: { readonly isPart: boolean }) {
  const { t } = useTranslation();
  const actions = useRiskActions();
  return (
    <Card isFullHeight>
      <CardTitle component="h2">{t('risk.actions.title')}</CardTitle>
      <CardBody>
        <States of={actions}>{(known) => <Actions actions={known} isPart={isPart} />}</States>
      </CardBody>
    </Card>
  );
}

/** What the list is narrowed to, in words. */
function useShown(query: RiskQuery): string {
  const { t } = useTranslation();
  const { likelihood, impact, band, change, unknown } = query;
  const said = [
    likelihood && t('risk.list.likelihoodIs', { n: likelihood }),
    impact && t('risk.list.impactIs', { n: impact }),
    band
      ?.split(',')
      .map((name) => riskWord('band', name))
      .join('・'),
    change && riskWord('change', change),
    unknown && t(`risk.basis.${unknown as 'zone'}`),
  ];
  return said.filter(Boolean).join(t('common.and')) || t('risk.list.all');
}

interface ListsProps {
  readonly risk: RiskSummary;
  readonly filter: Filter;
  readonly onDecide: (deciding: Deciding) => void;
}

function Lists({ risk, filter, onDecide }: ListsProps) {
  const { t } = useTranslation();
  const shown = useShown(filter.query);
  const group = (kind: 'line' | 'zone' | 'system') => (
    <Groups kind={kind} groups={risk[`${kind}s`]} onDecide={onDecide} />
  );
  const devices = (
    <>
      <Content component="p">{t('risk.list.shown', { what: shown })}</Content>
      <AssetList query={filter.query} onDecide={onDecide} />
    </>
  );
  const tabs = [
    { name: 'devices', title: t('risk.list.title'), show: devices },
    { name: 'lines', title: t('risk.groups.lines'), show: group('line') },
    { name: 'zones', title: t('risk.groups.zones'), show: group('zone') },
    { name: 'systems', title: t('risk.groups.systems'), show: group('system') },
    { name: 'chokes', title: t('risk.chokes.title'), show: <Chokes /> },
  ];
  return (
    <Tabs
      activeKey={filter.params.get('tab') ?? 'devices'}
      onSelect={(_, key) => filter.setTab(String(key))}
      aria-label={t('risk.list.title')}
      mountOnEnter
      unmountOnExit
    >
      {tabs.map(({ name, title, show }) => (
        <Tab key={name} eventKey={name} title={<TabTitleText>{title}</TabTitleText>}>
          <TabContentBody hasPadding>{show}</TabContentBody>
        </Tab>
      ))}
    </Tabs>
  );
}

/** The one number beside the tiles, and the way back to all of it. */
function Below({ risk, filter }: { readonly risk: RiskSummary; readonly filter: Filter }) {
  const { t } = useTranslation();
  const { posture } = risk;
  const told = posture && {
    n: score(posture.value),
    grade: t(`risk.posture.grade.${posture.grade as 'secure'}`),
  };
  return (
    <div className="risk-shown">
      {told && (
        <span>
          {t('risk.posture.line', told)} <a href="#posture">{t('risk.posture.open')}</a>
        </span>
      )}
      {filter.isNarrowed && (
        <Button variant="link" isInline onClick={filter.clear}>
          {t('risk.filter.clear')}
        </Button>
      )}
    </div>
  );
}

function Shown({ risk, filter, onDecide }: ListsProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const toList = () => {
    list.current?.focus({ preventScroll: true });
    list.current?.scrollIntoView({ block: 'start' });
  };
  if (risk.time === null) return <Empty title={t('risk.notYet')}>{t('risk.notYetBody')}</Empty>;
  return (
    <>
      {risk.is_rebaseline && (
        <Notice variant="info" title={t('risk.rebaseline')}>
          {t('risk.rebaselineBody')}
        </Notice>
      )}
      <Tiles risk={risk} params={filter.params} isHere />
      <Below risk={risk} filter={filter} />
      <Hidden count={risk.hidden} />
      <Grid hasGutter>
        <GridItem lg={7}>
          <MatrixCard risk={risk} filter={filter} onList={toList} />
        </GridItem>
        <GridItem lg={5}>
          <ActionsCard isPart={Object.keys(filter.part).length > 0} />
        </GridItem>
      </Grid>
      <div ref={list} tabIndex={-1}>
        <Lists risk={risk} filter={filter} onDecide={onDecide} />
      </div>
      <Grid hasGutter>
        <GridItem lg={6}>
          <Posture risk={risk} params={filter.params} onList={toList} />
        </GridItem>
        <GridItem lg={6}>
          <Basis risk={risk} params={filter.params} onList={toList} />
        </GridItem>
      </Grid>
    </>
  );
}

function RiskPage() {
  const { t } = useTranslation();
  const filter = useRiskFilter();
  const risk = useRisk(filter.part);
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  const [isMethod, setMethod] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const lead = risk.data?.time ? (
    <>
      {t('risk.computed')} <Time at={risk.data.time} />
    </>
  ) : (
    t('risk.lead')
  );
  return (
    <>
      <PageHead title={t('common.nav.risk')} lead={lead}>
        <div className="risk-head">
          <PartFilter filter={filter} />
          <Button variant="secondary" onClick={() => setMethod(true)}>
            {t('risk.method.title')}
          </Button>
          <ExportMenu table={{ list: 'risk', filter: filter.query }} />
        </div>
      </PageHead>
      <PageSection isFilled>
        <div className="risk">
          {told && <Notice variant="success" isLiveRegion title={told} />}
          <States of={risk}>
            {(known) => <Shown risk={known} filter={filter} onDecide={setDeciding} />}
          </States>
        </div>
      </PageSection>
      {deciding && (
        <ConsequencesDialog
          of={deciding}
          onDone={(what) => {
            setTold(t(`risk.consequence.${what}`));
            setDeciding(null);
          }}
          onClose={() => setDeciding(null)}
        />
      )}
      {isMethod && (
        <MethodDialog
          onSaved={() => {
            setTold(t('risk.method.saved'));
            setMethod(false);
          }}
          onClose={() => setMethod(false)}
        />
      )}
    </>
  );
}

export { RiskPage as Component };
