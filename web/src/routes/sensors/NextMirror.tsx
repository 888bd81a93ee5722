// Which switch a mirror should take in next, and which machines that adds: every number opens its rows.
import { Button, Content, ExpandableSection, Label } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ask, client, type Schemas } from '@/api/client';
import { ExpandCell } from '@/components/ExpandCell';
import { Hidden } from '@/components/Hidden';
import { Notice } from '@/components/Notice';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { count } from '@/lib/time';
import { word } from '@/lib/words';

type Advice = Schemas['MirrorAdvice'];
type Proposal = Schemas['MirrorProposal'];
type Gained = Schemas['GainedAsset'];
type Untold = Schemas['UntoldAsset'];

const AGAIN_MS = 60_000;
const COLUMNS = 6;
const HALF_HEARD =
  '/assets?hearing=one-direction&hearing=only-groups&hearing=only-talked-about&hearing=no-longer-heard';

function useAdvice() {
  return useQuery({
    queryKey: ['mirror-advice'],
    queryFn: () => ask(client.GET('/api/v1/mirrors/advice')),
    refetchInterval: AGAIN_MS,
  });
}

/** How many rows of a long list the server left out. */
function Rest({ n }: { readonly n: number }) {
  const { t } = useTranslation();
  return n > 0 ? <Content component="small">{t('sensors.next.rest', { n: count(n) })}</Content> : null;
}

/** A machine of the register that was never heard has no page of its own. */
function Machine({ row }: { readonly row: Gained | Untold }) {
  const name = row.name || row.address;
  return row.asset ? <Link to={`/assets/${row.asset}`}>{name}</Link> : <>{name}</>;
}

function useHearing() {
  const { t } = useTranslation();
  return (row: Gained | Untold) => (row.asset ? word('hearing', row.hearing) : t('sensors.next.neverHeard'));
}

function Gains({ proposal }: { readonly proposal: Proposal }) {
  const { t } = useTranslation();
  const hearing = useHearing();
  const why = (row: Gained) =>
    row.basis === 'written'
      ? t('sensors.next.why.written', { words: row.evidence })
      : t('sensors.next.why.subnet', { subnet: row.evidence });
  return (
    <>
      <RowTable
        label={t('sensors.next.addsOf', { name: proposal.name })}
        rows={proposal.assets}
        keyOf={(row) => row.asset ?? `${row.name} ${row.address}`}
        columns={[
          {
            title: t('sensors.next.machine'),
            show: (row) => <Machine row={row} />,
            isWide: true,
          },
          { title: t('sensors.next.hearing'), show: hearing },
          {
            title: t('sensors.next.port'),
            show: (row) => row.port ?? t('sensors.next.noPort'),
            isWide: true,
          },
          {
            title: t('sensors.next.reason'),
            show: (row) => (
              <>
                {why(row)}
                {row.is_port_heard && <div>{t('sensors.next.why.portHeard')}</div>}
              </>
            ),
            isWide: true,
          },
        ]}
      />
      <Rest n={proposal.adds - proposal.assets.length} />
      {proposal.heard_well > 0 && (
        <Content component="p">
          {t('sensors.next.wellList')}
          {proposal.heard_well_assets.map((row, index) => (
            <span key={row.asset}>
              {index > 0 && t('common.and')}
              <Link to={`/assets/${row.asset}`}>{row.name}</Link>
            </span>
          ))}
        </Content>
      )}
      <Rest n={proposal.heard_well - proposal.heard_well_assets.length} />
    </>
  );
}

function SwitchRows({ proposal }: { readonly proposal: Proposal }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const toggle = () => setOpen(!isOpen);
  const ports = proposal.ports.flatMap((row) => (row.port ? [row.port] : []));
  const number = (n: number) =>
    n === 0 ? (
      0
    ) : (
      <Button variant="link" isInline onClick={toggle} aria-expanded={isOpen}>
        {count(n)}
      </Button>
    );
  return (
    <Tbody isExpanded={isOpen}>
      <Tr>
        <ExpandCell of={proposal.name} isOpen={isOpen} onToggle={toggle} />
        <Th scope="row" dataLabel={t('sensors.next.switch')} className="wide-text">
          {proposal.switch ? (
            <Link to={`/assets/${proposal.switch}`}>{proposal.name}</Link>
          ) : (
            <>
              {proposal.name}
              <Label variant="outline" className="beside">
                {t('sensors.next.onlyWritten')}
              </Label>
            </>
          )}
          {proposal.chassis.length > 0 && (
            <Content component="small">{proposal.chassis.join(t('common.and'))}</Content>
          )}
        </Th>
        <Td dataLabel={t('sensors.next.ports')} className="wide-text">
          {ports.length > 0 ? ports.join(t('common.and')) : t('sensors.next.noPort')}
        </Td>
        <Td dataLabel={t('sensors.next.adds')}>
          {number(proposal.adds)}
          {proposal.supposed > 0 && (
            <Content component="small">{t('sensors.next.supposed', { n: count(proposal.supposed) })}</Content>
          )}
        </Td>
        <Td dataLabel={t('sensors.next.well')}>{number(proposal.heard_well)}</Td>
        <Td dataLabel={t('sensors.next.heardPorts')} className="wide-text">
          {proposal.heard_ports.length > 0
            ? proposal.heard_ports.join(t('common.and'))
            : t('sensors.next.noneHeard')}
        </Td>
      </Tr>
      <Tr isExpanded={isOpen}>
        <Td colSpan={COLUMNS}>
          <ExpandableRowContent>{isOpen && <Gains proposal={proposal} />}</ExpandableRowContent>
        </Td>
      </Tr>
    </Tbody>
  );
}

function Proposals({ advice }: { readonly advice: Advice }) {
  const { t } = useTranslation();
  return (
    <>
      <Table variant="compact" aria-label={t('sensors.next.title')} gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th screenReaderText={t('sensors.next.open')} />
            <Th width={25}>{t('sensors.next.switch')}</Th>
            <Th>{t('sensors.next.ports')}</Th>
            <Th>{t('sensors.next.adds')}</Th>
            <Th>{t('sensors.next.well')}</Th>
            <Th>{t('sensors.next.heardPorts')}</Th>
          </Tr>
        </Thead>
        {advice.proposals.map((proposal) => (
          <SwitchRows key={proposal.switch ?? proposal.name} proposal={proposal} />
        ))}
      </Table>
      <Rest n={advice.proposals_more} />
      <Content component="small">{t('sensors.next.atMost')}</Content>
    </>
  );
}

function UntoldList({ advice }: { readonly advice: Advice }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const hearing = useHearing();
  if (advice.untold === 0) return null;
  const why = (row: Untold) => t(`sensors.next.untoldWhy.${row.why as 'no-data'}`, { words: row.written });
  return (
    <>
      <ExpandableSection
        toggleText={t('sensors.next.untold', { n: count(advice.untold) })}
        isExpanded={isOpen}
        onToggle={(_, open) => setOpen(open)}
      >
        <RowTable
          label={t('sensors.next.untold', { n: count(advice.untold) })}
          rows={advice.untold_assets}
          keyOf={(row) => row.asset ?? `${row.name} ${row.address}`}
          columns={[
            {
              title: t('sensors.next.machine'),
              show: (row) => <Machine row={row} />,
              isWide: true,
            },
            { title: t('sensors.next.hearing'), show: hearing },
            { title: t('sensors.next.reason'), show: why, isWide: true },
          ]}
        />
        <Rest n={advice.untold - advice.untold_assets.length} />
      </ExpandableSection>
      <Content component="small">{t('sensors.next.whatToDo')}</Content>
    </>
  );
}

export function NextMirror() {
  const { t } = useTranslation();
  return (
    <States of={useAdvice()}>
      {(advice) => (
        <>
          <div>
            {advice.half_heard + advice.never_heard === 0 ? (
              t('sensors.next.allHeard')
            ) : (
              <>
                {t('sensors.next.halfHeard')}{' '}
                {advice.half_heard > 0 ? <Link to={HALF_HEARD}>{count(advice.half_heard)}</Link> : 0}
                {advice.never_heard > 0 && (
                  <div>{t('sensors.next.expected', { n: count(advice.never_heard) })}</div>
                )}
              </>
            )}
          </div>
          {advice.half_heard + advice.never_heard > 0 && advice.proposals.length === 0 && (
            <Notice variant="info" title={t('sensors.next.nothing')}>
              {t(advice.announcing + advice.written === 0 ? 'sensors.next.noData' : 'sensors.next.noMatch', {
                announcing: count(advice.announcing),
                written: count(advice.written),
              })}
            </Notice>
          )}
          {advice.proposals.length > 0 && <Proposals advice={advice} />}
          <UntoldList advice={advice} />
          <Hidden count={advice.hidden} />
        </>
      )}
    </States>
  );
}
