// The weaknesses that an advisory finds on an asset, each with its score, its exploitation, and what was decided.
import { Checkbox } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { RowTable, type RowColumn } from '@/components/RowTable';
import { percent } from '@/lib/weakness';
import { Base, Exploitation, HowSoon, State } from './marks';

type Weakness = Schemas['WeaknessRow'];

export interface Picking {
  readonly chosen: ReadonlySet<string>;
  readonly onPick: (id: string, isChosen: boolean) => void;
}

interface WeaknessTableProps {
  readonly label: string;
  readonly rows: readonly Weakness[];
  /** What tells the boxes of this table from those of others on the page. */
  readonly of: string;
  /** Without it nothing is chosen. */
  readonly picking?: Picking;
}

export function WeaknessTable({ label, rows, of, picking }: WeaknessTableProps) {
  const { t } = useTranslation();
  const columns: RowColumn<Weakness>[] = [
    {
      title: t('vulnerabilities.col.weakness'),
      width: 25,
      isWide: true,
      show: (row) => (
        <>
          {picking ? (
            <Checkbox
              id={`pick-${of}-${row.id}`}
              label={row.id}
              isChecked={picking.chosen.has(row.id)}
              onChange={(_, checked) => picking.onPick(row.id, checked)}
            />
          ) : (
            row.id
          )}
          <small className="line">{[row.title, row.cwes.join(' ')].filter(Boolean).join(' ')}</small>
        </>
      ),
    },
    {
      title: t('vulnerabilities.col.base'),
      width: 20,
      isWide: true,
      show: (row) => (
        <>
          <Base base={row.base} />
          <small className="line">{row.vector}</small>
        </>
      ),
    },
    { title: t('vulnerabilities.col.exploitation'), show: (row) => <Exploitation weakness={row} /> },
    { title: t('vulnerabilities.col.state'), show: (row) => <State state={row.state} /> },
    { title: t('vulnerabilities.col.when'), show: (row) => <HowSoon decision={row.decision} /> },
    {
      title: t('vulnerabilities.col.share'),
      show: (row) => (row.share === null || row.share === undefined ? '—' : percent(row.share)),
    },
  ];
  return <RowTable label={label} rows={rows} keyOf={(row) => row.id} columns={columns} />;
}
