// A filter by any of several values.
import { Badge, MenuToggle, Select, SelectList, SelectOption } from '@patternfly/react-core';
import { useRef, useState } from 'react';
import { menuHome } from '@/lib/menu';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface MultiSelectProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

export function MultiSelect({ label, choices, chosen, onChange }: MultiSelectProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const toggle = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <Select
      role="menu"
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={(_, value) => toggle(String(value))}
      isScrollable
      popperProps={{ appendTo: () => menuHome(button.current) }}
      toggle={{
        toggleRef: button,
        toggleNode: (
          <MenuToggle
            ref={button}
            isExpanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            badge={chosen.length > 0 ? <Badge isRead>{chosen.length}</Badge> : undefined}
          >
            {label}
          </MenuToggle>
        ),
      }}
    >
      <SelectList>
        {choices.map(({ value, label: text }) => (
          <SelectOption key={value} value={value} hasCheckbox isSelected={chosen.includes(value)}>
            {text}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}
