// What to install on one asset, and when; it opens to what helps until then and to what remains.
import {
  Button,
  Checkbox,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import { AngleDownIcon, AngleRightIcon } from '@patternfly/react-icons';
import { ExpandableRowContent, Tbody, Td, Tr } from '@patternfly/react-table';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { RiskBand } from '@/components/RiskBand';
import { usePlaceNames } from '@/lib/places';
import { said, score } from '@/lib/weakness';
import { Exploited } from '../marks';
import { Advisories, Decision, DeferralFacts, PatchState, When } from './marks';

type Row = Schemas['PatchRow'];

/** Advisories that a row names; the others follow when it is opened. */
const ADVISORIES = 2;

/** How a row is chosen; nobody chooses where nothing may be done. */
export interface Picking {
  readonly isChosen: boolean;
  /** Without a version there is nothing to take a step with; of another version than the chosen ones it is not taken along. */
  readonly isOpen: boolean;
  readonly onPick: (isChosen: boolean) => void;
}

interface PatchRowsProps {
  readonly row: Row;
  readonly span: number;
  readonly picking: Picking | undefined;
}

function Fact({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{title}</DescriptionListTerm>
      <DescriptionListDescription className="wide-text">{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

function Texts({ texts, none }: { readonly texts: readonly string[]; readonly none: string }) {
  if (texts.length === 0) return <>{none}</>;
  return (
    <ul className="reasons">
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

function Details({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  return (
    <>
      <DescriptionList isHorizontal isCompact horizontalTermWidthModifier={{ default: '11rem' }}>
        <Fact title={t('patches.mitigations')}>
          <Texts texts={row.mitigations} none={t('patches.noMitigations')} />
        </Fact>
        <Fact title={t('patches.remaining')}>
          {row.remaining.length === 0
            ? t('patches.noneRemains', { n: row.weaknesses.length })
            : row.remaining.join(t('common.and'))}
        </Fact>
        <Fact title={t('patches.deferral')}>
          {row.deferral ? <DeferralFacts deferral={row.deferral} /> : t('patches.notDeferred')}
        </Fact>
        <Fact title={t('patches.advisories')}>
          <Advisories ids={row.advisories} />
        </Fact>
      </DescriptionList>
      <Link to={`/assets/${row.asset}?tab=risk`}>{t('patches.toHistory')}</Link>
    </>
  );
}

function Version({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  return (
    <>
      {row.product || t('vulnerabilities.unknownProduct')}
      <small className="line">{row.vendor}</small>
      <div>
        {row.installed || t('patches.versionUnknown')}
        <span aria-label={t('patches.to')} role="img">
          {' → '}
        </span>
        {row.version ? <strong>{row.version}</strong> : said('step', row.step)}
      </div>
      {!row.version && row.mitigations[0] && <small className="line">{row.mitigations[0]}</small>}
    </>
  );
}

function Asset({ row }: { readonly row: Row }) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  return (
    <>
      <Link to={`/assets/${row.asset}?tab=risk`}>{row.name}</Link>
      <small className="line">{nameOf(row.line) || t('asset.noPlace')}</small>
      <span className="nowrap">
        <RiskBand band={row.band} /> {score(row.score)}
      </span>
    </>
  );
}

export function PatchRows({ row, span, picking }: PatchRowsProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <Tbody isExpanded={isOpen}>
      <Tr>
        <Td>
          <Button
            variant="plain"
            size="sm"
            aria-expanded={isOpen}
            aria-label={t('common.detailsOf', { name: row.name })}
            icon={isOpen ? <AngleDownIcon /> : <AngleRightIcon />}
            onClick={() => setOpen(!isOpen)}
          />
        </Td>
        {picking && (
          <Td>
            <Checkbox
              id={`pick-${row.asset}`}
              aria-label={t('vulnerabilities.page.selectOne', { name: row.name })}
              isChecked={picking.isChosen}
              isDisabled={!picking.isOpen}
              onChange={(_, isChosen) => picking.onPick(isChosen)}
            />
          </Td>
        )}
        <Td dataLabel={t('vulnerabilities.col.asset')} className="wide-text">
          <Asset row={row} />
        </Td>
        <Td dataLabel={t('patches.col.version')} className="wide-text">
          <Version row={row} />
        </Td>
        <Td dataLabel={t('vulnerabilities.col.when')}>
          <Decision row={row} />
        </Td>
        <Td dataLabel={t('patches.col.when')} className="wide-text">
          {row.state && <PatchState state={row.state} />}
          <div>
            <When row={row} />
          </div>
        </Td>
        <Td dataLabel={t('patches.advisories')} className="wide-text">
          <Exploited count={row.exploited} due="" />
          <Advisories ids={row.advisories} limit={ADVISORIES} />
        </Td>
      </Tr>
      <Tr isExpanded={isOpen}>
        <Td colSpan={span}>
          <ExpandableRowContent>{isOpen && <Details row={row} />}</ExpandableRowContent>
        </Td>
      </Tr>
    </Tbody>
  );
}
