// What an import would do, row by row, before anything changes.
import { Notice } from '@/components/Notice';
import {
  Button,
  Checkbox,
  Flex,
  FlexItem,
  FormSelect,
  FormSelectOption,
  Label,
  Title,
} from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ask, client, type Schemas } from '@/api/client';
import { States } from '@/components/states';
import { Told } from '@/components/Told';
import { word } from '@/lib/words';
import { useSession } from '@/session/session';

const COUNTS = ['rows', 'matched', 'conflicts', 'never_seen', 'unchanged', 'refused', 'absent'] as const;
const COLORS = { matched: 'green', conflict: 'orange', 'never-seen': 'grey' } as const;
/** Rows shown; the counts tell of the rest. */
const LIMIT = 500;

type Decisions = Readonly<Record<number, string>>;

function title(row: Schemas['RowWords']): string {
  const { name, ip, mac, serial } = row.says;
  return [name, ip, mac, serial].filter(Boolean).join(' ・ ') || Object.values(row.says)[0] || '';
}

interface RowsProps {
  readonly rows: readonly Schemas['RowWords'][];
  readonly decisions: Decisions;
  readonly onDecide: (row: number, action: string) => void;
}

function Rows({ rows, decisions, onDecide }: RowsProps) {
  const { t } = useTranslation();
  return (
    <Table variant="compact" aria-label={t('settings.register.rows')}>
      <Thead>
        <Tr>
          <Th>{t('settings.register.row')}</Th>
          <Th>{t('settings.register.says')}</Th>
          <Th>{t('settings.register.verdict')}</Th>
          <Th>{t('settings.register.decision')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row) => (
          <Tr key={row.row}>
            <Td>{row.row}</Td>
            <Td className="wide-text">{title(row)}</Td>
            <Td>
              <Label color={COLORS[row.verdict as keyof typeof COLORS] ?? 'grey'}>
                {word('state', row.verdict === 'never-seen' ? 'not-seen' : row.verdict)}
              </Label>{' '}
              {row.asset && <Link to={`/assets/${row.asset}`}>{t('settings.register.asset')}</Link>}
            </Td>
            <Td>
              {row.verdict === 'conflict' && (
                <FormSelect
                  aria-label={t('settings.register.decisionFor', { row: row.row })}
                  value={decisions[row.row] ?? 'skip'}
                  onChange={(_, action) => onDecide(row.row, action)}
                >
                  <FormSelectOption value="skip" label={t('settings.register.skip')} />
                  <FormSelectOption value="keep" label={t('settings.register.keep')} />
                  {row.asset && <FormSelectOption value="attach" label={t('settings.register.attach')} />}
                </FormSelect>
              )}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

export function ImportPreview({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const [decisions, setDecisions] = useState<Decisions>({});
  const [doesFill, setFill] = useState(true);
  const [doesRemove, setRemove] = useState(false);
  const path = { id };
  const found = useQuery({
    queryKey: ['import', id],
    queryFn: () => ask(client.GET('/api/v1/register/imports/{id}', { params: { path } })),
  });
  const rows = useQuery({
    queryKey: ['import', id, 'rows'],
    queryFn: () =>
      ask(client.GET('/api/v1/register/imports/{id}/rows', { params: { path, query: { limit: LIMIT } } })),
  });
  const apply = useMutation({
    mutationFn: () => {
      const given = (rows.data?.items ?? []).filter((row) => row.verdict === 'conflict');
      const decided = given.map((row) => ({
        row: row.row,
        action: decisions[row.row] ?? 'skip',
        asset: decisions[row.row] === 'attach' ? row.asset : undefined,
      }));
      const body = { decisions: decided, fill_placements: doesFill, remove_absent: doesRemove };
      return ask(client.POST('/api/v1/register/imports/{id}/apply', { params: { path }, body }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['imports'] });
      void queries.invalidateQueries({ queryKey: ['assets'] });
      onDone();
    },
  });
  return (
    <section className="part">
      <States of={found}>
        {({ file_name: name, preview }) => (
          <>
            <Title headingLevel="h3">{t('settings.register.preview', { name })}</Title>
            <Flex>
              {COUNTS.map((count) => (
                <FlexItem key={count}>
                  {t(`settings.register.counts.${count}`)} <strong>{preview[count]}</strong>
                </FlexItem>
              ))}
            </Flex>
            {preview.faults.slice(0, 20).map((fault) => (
              <Notice
                key={`${fault.row} ${fault.column} ${fault.code}`}
                variant={fault.is_doubt ? 'info' : 'warning'}
                isPlain
                title={t('settings.register.fault', {
                  row: fault.row,
                  title: fault.title,
                  value: fault.value,
                })}
              />
            ))}
          </>
        )}
      </States>
      <States of={rows}>
        {({ items, next }) => (
          <>
            <Rows
              rows={items}
              decisions={decisions}
              onDecide={(row, action) => setDecisions({ ...decisions, [row]: action })}
            />
            {next && <p>{t('settings.register.firstRows', { n: LIMIT })}</p>}
          </>
        )}
      </States>
      <Checkbox
        id="import-fill"
        label={t('settings.register.fill')}
        isChecked={doesFill}
        onChange={(_, checked) => setFill(checked)}
      />
      <Checkbox
        id="import-remove"
        label={t('settings.register.removeAbsent')}
        isChecked={doesRemove}
        onChange={(_, checked) => setRemove(checked)}
      />
      <Told error={apply.error} />
      <Flex>
        {may('apply-import') && (
          <Button isLoading={apply.isPending} isAriaDisabled={apply.isPending} onClick={() => apply.mutate()}>
            {t('common.apply')}
          </Button>
        )}
        <Button variant="link" onClick={onDone}>
          {t('common.close')}
        </Button>
      </Flex>
    </section>
  );
}
