// Opens what belongs to a row of a table. That of PatternFly is called `Details` in every language.
import { Button } from '@patternfly/react-core';
import { AngleDownIcon } from '@patternfly/react-icons';
import { Td } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

interface ExpandCellProps {
  /** What the row is called. */
  readonly of: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function ExpandCell({ of, isOpen, onToggle }: ExpandCellProps) {
  const { t } = useTranslation();
  return (
    <Td className="pf-v6-c-table__toggle">
      <Button
        variant="plain"
        className={isOpen ? 'pf-m-expanded' : undefined}
        aria-label={t('common.detailsOf', { name: of })}
        aria-expanded={isOpen}
        onClick={onToggle}
        icon={
          <div className="pf-v6-c-table__toggle-icon">
            <AngleDownIcon />
          </div>
        }
      />
    </Td>
  );
}
