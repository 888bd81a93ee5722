// What may be done with a row.
import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { EllipsisVIcon } from '@patternfly/react-icons';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { menuHome } from '@/lib/menu';

interface RowAction {
  readonly title: string;
  readonly onClick: () => void;
  readonly isDisabled?: boolean;
}

interface RowActionsProps {
  readonly items: readonly RowAction[];
  /** What the row is called. */
  readonly of: string;
}

export function RowActions({ items, of }: RowActionsProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  if (items.length === 0) return null;
  return (
    <Dropdown
      shouldFocusToggleOnSelect
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right', appendTo: () => menuHome(toggle.current) }}
      toggle={{
        toggleRef: toggle,
        toggleNode: (
          <MenuToggle
            ref={toggle}
            variant="plain"
            aria-label={t('common.actionsOf', { name: of })}
            isExpanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            icon={<EllipsisVIcon />}
          />
        ),
      }}
    >
      <DropdownList>
        {items.map(({ title, onClick, isDisabled }) => (
          <DropdownItem key={title} onClick={onClick} isDisabled={isDisabled}>
            {title}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
