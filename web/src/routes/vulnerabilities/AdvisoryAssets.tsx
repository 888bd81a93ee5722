// The assets that an advisory means, why, and one decision for those that are chosen.
import {
  Button,
  Checkbox,
  DescriptionList,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { ExpandCell } from '@/components/ExpandCell';
import { Hidden } from '@/components/Hidden';
import { RiskBand } from '@/components/RiskBand';
import { Empty } from '@/components/states';
import { usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { score } from '@/lib/weakness';
import { useSession } from '@/session/session';
import { Decided } from './Decided';
import { DecideDialog } from './DecideDialog';
import { Grade } from './marks';
import { MatchFacts } from './MatchFacts';
import { WeaknessTable } from './WeaknessTable';

type Asset = Schemas['AdvisoryAsset'];

const SPAN = 8;

interface AssetRowsProps {
  readonly row: Asset;
  readonly index: number;
  readonly isChosen: boolean;
  /** None where the reader may not decide. */
  readonly onPick?: (isChosen: boolean) => void;
}

function AssetRows({ row, index, isChosen, onPick }: AssetRowsProps) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const [isOpen, setOpen] = useState(index === 0);
  const open = row.weaknesses.filter(({ state }) => state === 'open').length;
  return (
    <Tbody isExpanded={isOpen}>
      <Tr>
        <ExpandCell of={row.name} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} />
        {onPick && (
          <Td>
            <Checkbox
              id={`pick-${row.asset}`}
              aria-label={t('vulnerabilities.page.selectOne', { name: row.name })}
              isChecked={isChosen}
              onChange={(_, checked) => onPick(checked)}
            />
          </Td>
        )}
        <Td dataLabel={t('vulnerabilities.col.asset')} className="wide-text">
          <Link to={`/assets/${row.asset}?tab=risk`}>{row.name}</Link>
          <small className="line">{row.model || t('vulnerabilities.unknownProduct')}</small>
        </Td>
        <Td dataLabel={t('vulnerabilities.col.firmware')}>{row.firmware || t('weakness.notYet')}</Td>
        <Td dataLabel={t('vulnerabilities.col.line')}>{nameOf(row.line) || t('asset.noPlace')}</Td>
        <Td dataLabel={t('vulnerabilities.col.grades')}>
          <Grade grade={row.grade} />
        </Td>
        <Td dataLabel={t('vulnerabilities.col.weaknesses')}>
          {t('vulnerabilities.page.openOf', { open: count(open), all: count(row.weaknesses.length) })}
        </Td>
        <Td dataLabel={t('vulnerabilities.col.band')}>
          <span className="nowrap">
            <RiskBand band={row.band} /> {score(row.score)}
          </span>
        </Td>
      </Tr>
      <Tr isExpanded={isOpen}>
        <Td colSpan={SPAN}>
          <ExpandableRowContent>
            {isOpen && (
              <>
                <DescriptionList isHorizontal isCompact horizontalTermWidthModifier={{ default: '10rem' }}>
                  <MatchFacts reason={row.reason} source={row.source} fixedIn={row.fixed_in} />
                </DescriptionList>
                <WeaknessTable
                  label={t('vulnerabilities.page.weaknessesOf', { name: row.name })}
                  rows={row.weaknesses}
                  of={row.asset}
                />
              </>
            )}
          </ExpandableRowContent>
        </Td>
      </Tr>
    </Tbody>
  );
}

interface ChoosingProps {
  readonly chosen: number;
  readonly isWhole: boolean;
  readonly onDecide: () => void;
  /** Chooses all, or none when all are chosen. */
  readonly onChoose: () => void;
}

function Choosing({ chosen, isWhole, onDecide, onChoose }: ChoosingProps) {
  const { t } = useTranslation();
  return (
    <Toolbar>
      <ToolbarContent>
        <ToolbarItem>
          <Button variant="secondary" isAriaDisabled={chosen === 0} onClick={onDecide}>
            {chosen === 0
              ? t('vulnerabilities.decide.open')
              : t('vulnerabilities.decide.openN', { n: count(chosen) })}
          </Button>
        </ToolbarItem>
        <ToolbarItem>
          <Button variant="link" onClick={onChoose}>
            {t(isWhole ? 'vulnerabilities.page.selectNone' : 'vulnerabilities.page.selectAll')}
          </Button>
        </ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  );
}

export function AdvisoryAssets({ detail }: { readonly detail: Schemas['VulnerabilityDetail'] }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isDeciding, setDeciding] = useState(false);
  const [done, setDone] = useState<Schemas['WeaknessesDecided'] | null>(null);
  const rows = detail.assets.filter(({ asset }) => chosen.has(asset));
  const weaknesses = [...new Set(rows.flatMap((row) => row.weaknesses.map(({ id }) => id)))].sort();
  const isWhole = rows.length === detail.assets.length;
  const pick = (id: string, isChosen: boolean) =>
    setChosen(new Set(isChosen ? [...chosen, id] : [...chosen].filter((other) => other !== id)));
  if (detail.assets.length === 0)
    return <Empty title={t('vulnerabilities.page.noAssets')} hidden={detail.hidden} />;
  const finish = (decided: Schemas['WeaknessesDecided']) => {
    setDone(decided);
    setDeciding(false);
    setChosen(new Set());
  };
  return (
    <>
      <Decided done={done} />
      {may('decide-risk') && (
        <Choosing
          chosen={rows.length}
          isWhole={isWhole}
          onDecide={() => setDeciding(true)}
          onChoose={() => setChosen(new Set(isWhole ? [] : detail.assets.map(({ asset }) => asset)))}
        />
      )}
      <Table variant="compact" aria-label={t('vulnerabilities.page.assets')}>
        <Thead>
          <Tr>
            <Th screenReaderText={t('vulnerabilities.details')} />
            {may('decide-risk') && <Th screenReaderText={t('assets.select')} />}
            <Th width={25}>{t('vulnerabilities.col.asset')}</Th>
            <Th>{t('vulnerabilities.col.firmware')}</Th>
            <Th>{t('vulnerabilities.col.line')}</Th>
            <Th>{t('vulnerabilities.col.grades')}</Th>
            <Th>{t('vulnerabilities.col.weaknesses')}</Th>
            <Th>{t('vulnerabilities.col.band')}</Th>
          </Tr>
        </Thead>
        {detail.assets.map((row, index) => (
          <AssetRows
            key={row.asset}
            row={row}
            index={index}
            isChosen={chosen.has(row.asset)}
            onPick={may('decide-risk') ? (isChosen) => pick(row.asset, isChosen) : undefined}
          />
        ))}
      </Table>
      <Hidden count={detail.hidden} />
      {isDeciding && (
        <DecideDialog
          assets={rows.map((row) => ({ id: row.asset, name: row.name }))}
          weaknesses={weaknesses}
          onDone={finish}
          onClose={() => setDeciding(false)}
        />
      )}
    </>
  );
}
