// The table itself: any number of rows, of which only those on screen are drawn.
import { Checkbox } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { called, usePlaceNames } from '@/lib/places';
import { COLUMNS, columnsOf, features, isSortable, widthOf, type AssetRow, type ColumnName } from './columns';

/** Height of a row of one line; what needs more lines is measured when it is drawn. */
const ROW_REM = 2.5;
/** Rows drawn beyond the edge, so that scrolling never shows a gap. */
const OVERSCAN = 12;
/** The next page is asked for when so few rows are left below. */
const AHEAD = 300;

/** Pixels of the page's unit, which is larger on wall screens. */
function rem(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string, isSelected: boolean) => void;
}

interface AssetTableProps {
  readonly rows: AssetRow[];
  readonly visible: readonly ColumnName[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly onNearEnd: () => void;
  /** None where the reader may change nothing. */
  readonly selection: Selection | null;
}

export function AssetTable({ rows, visible, sort, onSort, onNearEnd, selection }: AssetTableProps) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const columns = useMemo(() => columnsOf(nameOf), [nameOf]);
  const columnVisibility = useMemo(
    () => Object.fromEntries(COLUMNS.map((name) => [name, visible.includes(name)])),
    [visible],
  );
  const table = useTable({
    features,
    columns,
    data: rows,
    state: { columnVisibility },
    getRowId: (row: AssetRow) => row.id,
  });
  const scroller = useRef<HTMLDivElement>(null);
  const model = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: model.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_REM * rem(),
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastShown >= model.length - AHEAD) onNearEnd();
  }, [lastShown, model.length, onNearEnd]);
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const shown = COLUMNS.filter((name) => visible.includes(name));
  const isDescending = sort.startsWith('-');
  const sorted = shown.indexOf((isDescending ? sort.slice(1) : sort) as ColumnName);
  const span = shown.length + (selection ? 1 : 0);
  return (
    // A region that scrolls must be reachable with the keyboard.
    <div
      ref={scroller}
      className="table-scroll"
      tabIndex={0}
      role="region"
      aria-label={t('common.nav.assets')}
    >
      <Table
        aria-label={t('common.nav.assets')}
        aria-rowcount={model.length}
        variant="compact"
        isStickyHeader
        gridBreakPoint=""
        className="table-fixed"
      >
        <colgroup>
          {selection && <col style={{ width: '3rem' }} />}
          {shown.map((name) => (
            <col key={name} style={{ width: widthOf(name) }} />
          ))}
        </colgroup>
        <Thead>
          <Tr>
            {selection && <Th screenReaderText={t('assets.select')} />}
            {shown.map((name, index) => (
              <Th
                key={name}
                sort={
                  isSortable(name)
                    ? {
                        columnIndex: index,
                        sortBy: { index: sorted, direction: isDescending ? 'desc' : 'asc' },
                        onSort: (_, __, direction) => onSort(direction === 'desc' ? `-${name}` : name),
                      }
                    : undefined
                }
              >
                {t(`assets.columns.${name}`)}
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {above > 0 && <Spacer height={above} span={span} />}
          {items.map(({ index }) => {
            const row = model[index];
            if (!row) return null;
            const { id } = row.original;
            return (
              <Tr
                key={id}
                ref={virtual.measureElement}
                data-index={index}
                aria-rowindex={index + 2}
                className="table-row"
              >
                {selection && (
                  <Td>
                    <Checkbox
                      id={`select-${id}`}
                      aria-label={t('assets.selectOne', { name: called(row.original) })}
                      isChecked={selection.ids.has(id)}
                      onChange={(_, isSelected) => selection.toggle(id, isSelected)}
                    />
                  </Td>
                )}
                {row.getVisibleCells().map((cell) => (
                  <Td key={cell.id} dataLabel={cell.column.id}>
                    <table.FlexRender cell={cell} />
                  </Td>
                ))}
              </Tr>
            );
          })}
          {below > 0 && <Spacer height={below} span={span} />}
        </Tbody>
      </Table>
    </div>
  );
}

function Spacer({ height, span }: { readonly height: number; readonly span: number }) {
  return (
    <tr aria-hidden="true" style={{ height }}>
      <td colSpan={span} />
    </tr>
  );
}
