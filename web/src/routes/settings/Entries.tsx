// A list of what people named: shown as a table, changed in a dialog.
import { RowActions } from '@/components/RowActions';
import { RowTable, type RowColumn } from '@/components/RowTable';
import { Button, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useMutation, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, LongTextField, TextField } from '@/components/fields';
import { Hidden } from '@/components/Hidden';
import type { Choice } from '@/components/MultiSelect';
import { Empty, States } from '@/components/states';
import { Told } from '@/components/Told';

export type Values = Readonly<Record<string, string>>;

export interface FieldSpec {
  readonly name: string;
  readonly label: string;
  readonly isRequired?: boolean;
  readonly isLong?: boolean;
  /** With choices the field is a list of these. */
  readonly choices?: readonly Choice[];
  /** What stands for none of them. */
  readonly none?: string;
}

interface EntriesProps<Row> {
  readonly label: string;
  /** The list's key among the queries, to be read anew after a change. */
  readonly list: string;
  readonly rows: UseQueryResult<{ items: Row[]; hidden: number }>;
  readonly columns: readonly RowColumn<Row>[];
  readonly fields: readonly FieldSpec[];
  readonly valuesOf: (row: Row | null) => Values;
  readonly mayChange: boolean;
  readonly noneBody: string;
  readonly add?: (values: Values) => Promise<unknown>;
  readonly change: (row: Row, values: Values) => Promise<unknown>;
  readonly remove?: (row: Row) => Promise<unknown>;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

interface EditorProps<Row> {
  readonly of: EntriesProps<Row>;
  readonly row: Row | null;
  readonly onClose: () => void;
}

function Editor<Row extends Named>({ of, row, onClose }: EditorProps<Row>) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [values, setValues] = useState<Values>(() => of.valuesOf(row));
  const keep = useMutation({
    mutationFn: async () => (row ? of.change(row, values) : of.add?.(values)),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [of.list] });
      onClose();
    },
  });
  return (
    <Dialog
      title={row ? row.name : t('settings.addTo', { list: of.label })}
      action={t('common.save')}
      isReady={of.fields.every((field) => !field.isRequired || (values[field.name] ?? '').trim() !== '')}
      isBusy={keep.isPending}
      error={keep.error}
      onSubmit={() => keep.mutate()}
      onClose={onClose}
    >
      {of.fields.map(({ name, label, isRequired, isLong, choices, none }) => {
        const common = {
          label,
          isRequired,
          value: values[name] ?? '',
          onChange: (value: string) => setValues({ ...values, [name]: value }),
        };
        if (choices)
          return <ChoiceField key={name} {...common} choices={choices} none={none ?? t('asset.noPlace')} />;
        return isLong ? <LongTextField key={name} {...common} /> : <TextField key={name} {...common} />;
      })}
    </Dialog>
  );
}

export function Entries<Row extends Named>(props: EntriesProps<Row>) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [edited, setEdited] = useState<Row | null | undefined>(undefined);
  const { rows, columns, mayChange, label } = props;
  const remove = useMutation({
    mutationFn: async (row: Row) => props.remove?.(row),
    onSuccess: () => queries.invalidateQueries({ queryKey: [props.list] }),
  });
  const actions = (row: Row) => [
    { title: t('common.change'), onClick: () => setEdited(row) },
    ...(props.remove ? [{ title: t('common.remove'), onClick: () => remove.mutate(row) }] : []),
  ];
  return (
    <>
      {mayChange && props.add && (
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <Button variant="primary" onClick={() => setEdited(null)}>
                {t('common.add')}
              </Button>
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
      )}
      <Told error={remove.error} />
      <States of={rows}>
        {({ items, hidden }) => (
          <>
            {items.length === 0 ? (
              <Empty>{props.noneBody}</Empty>
            ) : (
              <RowTable
                label={label}
                columns={columns}
                rows={items}
                keyOf={({ id }) => id}
                actions={mayChange ? (row) => <RowActions items={actions(row)} of={row.name} /> : undefined}
              />
            )}
            <Hidden count={hidden} />
          </>
        )}
      </States>
      {edited !== undefined && <Editor of={props} row={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}
