// Until when what is to be done: days by decision, which the owner may change.
import { Button, Content, Modal, ModalBody, ModalHeader, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { LongTextField } from '@/components/fields';
import { States } from '@/components/states';
import { Time } from '@/components/Time';
import { said } from '@/lib/weakness';
import { useSession } from '@/session/session';

type Dates = Schemas['PatchDates'];
type Due = Schemas['PatchDue'];

const COLUMNS = ['mitigation_days', 'patch_days', 'review_days'] as const;

interface DaysProps {
  readonly rows: readonly Due[];
  /** Changes a number; without it they are only read. */
  readonly onChange?: (decision: string, column: (typeof COLUMNS)[number], days: number | null) => void;
}

function Days({ rows, onChange }: DaysProps) {
  const { t } = useTranslation();
  const cell = (row: Due, column: (typeof COLUMNS)[number]) => {
    const days = row[column] ?? null;
    if (!onChange) return days === null ? t('patches.dates.none') : t('patches.dates.days', { n: days });
    return (
      <TextInput
        type="number"
        min={1}
        max={3650}
        aria-label={`${said('decision', row.decision)} ${t(`patches.dates.${column}`)}`}
        value={days ?? ''}
        onChange={(_, text) => onChange(row.decision, column, text === '' ? null : Number(text))}
      />
    );
  };
  return (
    <Table variant="compact" aria-label={t('patches.dates.title')} gridBreakPoint="">
      <Thead>
        <Tr>
          <Th>{t('vulnerabilities.col.when')}</Th>
          {COLUMNS.map((column) => (
            <Th key={column}>{t(`patches.dates.${column}`)}</Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row) => (
          <Tr key={row.decision}>
            <Th scope="row">{said('decision', row.decision)}</Th>
            {COLUMNS.map((column) => (
              <Td key={column}>{cell(row, column)}</Td>
            ))}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function About({ dates }: { readonly dates: Dates }) {
  const { t } = useTranslation();
  return (
    <Content component="p">
      {t('patches.dates.lead')}{' '}
      {dates.changed_at ? (
        <>
          {t('risk.method.changed')} {dates.changed_by} <Time at={dates.changed_at} /> {dates.reason}
        </>
      ) : (
        t('patches.dates.own')
      )}
    </Content>
  );
}

interface EditProps {
  readonly dates: Dates;
  readonly onClose: () => void;
}

function Edit({ dates, onClose }: EditProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [rows, setRows] = useState(dates.decisions);
  const [reason, setReason] = useState('');
  const change = useMutation({
    mutationFn: () =>
      ask(client.PUT('/api/v1/vulnerabilities/patches/dates', { body: { decisions: rows, reason } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['vulnerabilities'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={t('patches.dates.title')}
      description={t('patches.dates.hint')}
      action={t('common.save')}
      isReady={reason.trim() !== ''}
      isBusy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate()}
      onClose={onClose}
    >
      <About dates={dates} />
      <Days
        rows={rows}
        onChange={(decision, column, days) =>
          setRows(rows.map((row) => (row.decision === decision ? { ...row, [column]: days } : row)))
        }
      />
      <LongTextField label={t('common.reason')} value={reason} onChange={setReason} isRequired />
    </Dialog>
  );
}

function Read({ dates, onClose }: EditProps) {
  const { t } = useTranslation();
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="patch-dates-title">
      <ModalHeader title={t('patches.dates.title')} labelId="patch-dates-title" />
      <ModalBody tabIndex={0} aria-label={t('patches.dates.title')}>
        <About dates={dates} />
        <Days rows={dates.decisions} />
      </ModalBody>
    </Modal>
  );
}

function DatesDialog({ onClose }: { readonly onClose: () => void }) {
  const { may } = useSession();
  const dates = useQuery({
    queryKey: ['vulnerabilities', 'patch dates'],
    queryFn: () => ask(client.GET('/api/v1/vulnerabilities/patches/dates')),
  });
  const Shown = may('edit-risk-method') ? Edit : Read;
  return <States of={dates}>{(known) => <Shown dates={known} onClose={onClose} />}</States>;
}

/** Opens them. */
export function DatesButton() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="secondary" onClick={() => setOpen(true)}>
        {t('patches.dates.title')}
      </Button>
      {isOpen && <DatesDialog onClose={() => setOpen(false)} />}
    </>
  );
}
