// What people added one by one, newest first, each with a way to take it away again.
import { Button } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface RemovableListProps<Row> {
  readonly rows: readonly Row[];
  readonly none: string;
  readonly show: (row: Row) => ReactNode;
  /** None where the reader may not. */
  readonly onRemove?: (row: Row) => void;
}

export function RemovableList<Row extends { readonly id: string }>(props: RemovableListProps<Row>) {
  const { rows, none, show, onRemove } = props;
  const { t } = useTranslation();
  if (rows.length === 0) return <p>{none}</p>;
  return (
    <ul className="notes">
      {rows.map((row) => (
        <li key={row.id}>
          {show(row)}
          {onRemove && (
            <Button variant="link" size="sm" onClick={() => onRemove(row)}>
              {t('common.remove')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
