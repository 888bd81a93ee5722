// Fields of forms: a text, a long text, a choice.
import { FormGroup, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useId } from 'react';
import type { Choice } from './MultiSelect';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
}

interface TextFieldProps extends FieldProps {
  readonly maxLength?: number;
  readonly type?: 'text' | 'password' | 'url' | 'number' | 'date' | 'datetime-local' | 'email';
  readonly autoComplete?: string;
  /** The latest date. */
  readonly max?: string;
}

export function TextField({ label, value, onChange, isRequired, maxLength = 200, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <FormGroup label={label} fieldId={id} isRequired={isRequired}>
      <TextInput
        id={id}
        value={value}
        maxLength={maxLength}
        isRequired={isRequired}
        onChange={(_, text) => onChange(text)}
        {...rest}
      />
    </FormGroup>
  );
}

export function LongTextField({ label, value, onChange, isRequired, isDisabled }: FieldProps) {
  const id = useId();
  return (
    <FormGroup label={label} fieldId={id} isRequired={isRequired}>
      <TextArea
        id={id}
        value={value}
        maxLength={1000}
        resizeOrientation="vertical"
        isRequired={isRequired}
        isDisabled={isDisabled}
        onChange={(_, text) => onChange(text)}
      />
    </FormGroup>
  );
}

interface ChoiceFieldProps extends FieldProps {
  readonly choices: readonly Choice[];
  /** What stands for no choice; without it one must be chosen. */
  readonly none?: string;
}

export function ChoiceField({
  label,
  value,
  onChange,
  choices,
  none,
  isRequired,
  isDisabled,
}: ChoiceFieldProps) {
  const id = useId();
  return (
    <FormGroup label={label} fieldId={id} isRequired={isRequired}>
      <FormSelect id={id} value={value} isDisabled={isDisabled} onChange={(_, chosen) => onChange(chosen)}>
        {none !== undefined && <FormSelectOption value="" label={none} />}
        {choices.map((choice) => (
          <FormSelectOption key={choice.value} value={choice.value} label={choice.label} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}

/** Names of the plant as choices. */
export function asChoices(list: readonly { id: string; name: string }[]): Choice[] {
  return list.map(({ id, name }) => ({ value: id, label: name }));
}
