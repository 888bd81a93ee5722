// What to install on each asset and when, the most urgent first.
import { Table, Th, Thead, Tr } from '@patternfly/react-table';
import { FormSelect, FormSelectOption, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { ExportMenu } from '@/components/ExportMenu';
import { More } from '@/components/More';
import { MultiSelect } from '@/components/MultiSelect';
import { Empty, States } from '@/components/states';
import { FITS, PATCH_STATES, patchWord, type Open } from '@/lib/patch';
import { useSession } from '@/session/session';
import { Search } from '../Search';
import { DatesButton } from './DatesDialog';
import { Deeds } from './Deeds';
import { usePatchFilter, type PatchFilter } from './filter';
import { PatchRows } from './PatchRows';
import { usePatches } from './usePatches';

type Row = Schemas['PatchRow'];

function Filters({ filter }: { readonly filter: PatchFilter }) {
  const { t } = useTranslation();
  const { query, set } = filter;
  const label = t('patches.fit');
  return (
    <Toolbar>
      <ToolbarContent>
        <ToolbarItem>
          <Search
            label={t('patches.search')}
            kept={query.text ?? ''}
            onChange={(text) => set('text', text)}
          />
        </ToolbarItem>
        <ToolbarItem>
          <MultiSelect
            label={t('vulnerabilities.stateLabel')}
            choices={PATCH_STATES.map((value) => ({ value, label: patchWord('state', value) }))}
            chosen={query.state?.split(',') ?? []}
            onChange={(states) => set('state', states.join(','))}
          />
        </ToolbarItem>
        <ToolbarItem>
          <FormSelect aria-label={label} value={query.fit ?? ''} onChange={(_, fit) => set('fit', fit)}>
            <FormSelectOption value="" label={`${label}: ${t('common.all')}`} />
            {FITS.map((fit) => (
              <FormSelectOption key={fit} value={fit} label={patchWord('fits', fit)} />
            ))}
          </FormSelect>
        </ToolbarItem>
        <ToolbarItem>
          <DatesButton />
        </ToolbarItem>
        <ToolbarItem align={{ default: 'alignEnd' }}>
          <ExportMenu table={{ list: 'patches', filter: query }} />
        </ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  );
}

/** A row as something that a step may be taken with; null without an update. */
function openOf(row: Row): Open | null {
  if (!row.version || !row.state) return null;
  return { asset: row.asset, name: row.name, version: row.version, state: row.state, next: row.next_states };
}

function Rows({ rows }: { readonly rows: readonly Row[] }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const mayDecide = may('decide-risk');
  // What is no longer in the list, or has another version by now, is not chosen any more.
  const shown = rows.map(openOf).filter((open) => open !== null && picked.has(open.asset)) as Open[];
  const version = shown[0]?.version;
  const chosen = shown.filter((open) => open.version === version);
  const pick = (asset: string, isChosen: boolean) => {
    const others = chosen.map((open) => open.asset).filter((other) => other !== asset);
    setPicked(new Set(isChosen ? [...others, asset] : others));
  };
  const picking = (row: Row) =>
    mayDecide
      ? {
          isChosen: chosen.some(({ asset }) => asset === row.asset),
          isOpen: openOf(row) !== null && (version === undefined || version === row.version),
          onPick: (isChosen: boolean) => pick(row.asset, isChosen),
        }
      : undefined;
  const hint = version ? t('patches.chosen', { n: chosen.length, version }) : t('patches.chooseSame');
  return (
    <>
      {mayDecide && <Deeds patches={chosen} hint={hint} onDone={() => setPicked(new Set())} />}
      <Table variant="compact" aria-label={t('patches.title')} className="patch-table">
        <Thead>
          <Tr>
            <Th screenReaderText={t('vulnerabilities.details')} className="patch-tool" />
            {mayDecide && <Th screenReaderText={t('patches.choose')} className="patch-tool" />}
            <Th>{t('vulnerabilities.col.asset')}</Th>
            <Th>{t('patches.col.version')}</Th>
            <Th>{t('vulnerabilities.col.when')}</Th>
            <Th>{t('patches.col.when')}</Th>
            <Th>{t('patches.advisories')}</Th>
          </Tr>
        </Thead>
        {rows.map((row) => (
          <PatchRows key={row.asset} row={row} span={mayDecide ? 7 : 6} picking={picking(row)} />
        ))}
      </Table>
    </>
  );
}

export function PatchList() {
  const { t } = useTranslation();
  const filter = usePatchFilter();
  const list = usePatches(filter.query);
  return (
    <>
      <Filters filter={filter} />
      <States of={list}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          const hidden = pages.at(-1)?.hidden ?? 0;
          if (rows.length === 0)
            return (
              <Empty title={t('patches.none')} hidden={hidden}>
                {t('patches.noneBody')}
              </Empty>
            );
          return (
            <>
              <Rows rows={rows} />
              <More list={list} hidden={hidden} />
            </>
          );
        }}
      </States>
    </>
  );
}
