// A table of rows: what most lists of the console are.
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface RowColumn<Row> {
  readonly title: string;
  readonly show: (row: Row) => ReactNode;
  /** Share of the width, in percent. */
  readonly width?: 10 | 15 | 20 | 25 | 30 | 35 | 40;
  /** Texts without spaces, such as names of tags, may break anywhere. */
  readonly isWide?: boolean;
}

interface RowTableProps<Row> {
  readonly label: string;
  readonly columns: readonly RowColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row, index: number) => string;
  /** What may be done with a row, in a last column of its own. */
  readonly actions?: (row: Row) => ReactNode;
  /** Window below which rows become cards; empty for never. */
  readonly gridBreakPoint?: '' | 'grid-md';
}

export function RowTable<Row>(props: RowTableProps<Row>) {
  const { label, columns, rows, keyOf, actions, gridBreakPoint = 'grid-md' } = props;
  const { t } = useTranslation();
  return (
    <Table variant="compact" aria-label={label} gridBreakPoint={gridBreakPoint}>
      <Thead>
        <Tr>
          {columns.map(({ title, width }) => (
            <Th key={title} width={width}>
              {title}
            </Th>
          ))}
          {actions && <Th screenReaderText={t('common.actions')} />}
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row, index) => (
          <Tr key={keyOf(row, index)}>
            {columns.map(({ title, show, isWide }) => (
              <Td key={title} dataLabel={title} className={isWide ? 'wide-text' : undefined}>
                {show(row)}
              </Td>
            ))}
            {actions && <Td isActionCell>{actions(row)}</Td>}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
