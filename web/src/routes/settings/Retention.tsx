// How long each kind of data is kept, and when its room is used up.
import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/fields';
import { States } from '@/components/states';
import { bytes } from '@/lib/time';
import { word } from '@/lib/words';
import { useSession } from '@/session/session';

type Row = Schemas['RetentionRow'];

const MB = 1_000_000;

function number(text: string): number | null {
  return text.trim() === '' ? null : Number(text.normalize('NFKC'));
}

function Editor({ row, onClose }: { readonly row: Row; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [days, setDays] = useState(row.keep_days ? String(row.keep_days) : '');
  const [size, setSize] = useState(row.bytes_max ? String(row.bytes_max / MB) : '');
  const [keepDays, megabytes] = [number(days), number(size)];
  const isNumber = (value: number | null) => value === null || (Number.isInteger(value) && value > 0);
  const keep = useMutation({
    mutationFn: () => {
      const body = { keep_days: keepDays, bytes_max: megabytes === null ? null : megabytes * MB };
      return ask(
        client.PUT('/api/v1/settings/retention/{kind}', { params: { path: { kind: row.kind } }, body }),
      );
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['retention'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={word('retention', row.kind)}
      description={t('settings.retention.lead')}
      action={t('common.save')}
      isReady={isNumber(keepDays) && isNumber(megabytes)}
      isBusy={keep.isPending}
      error={keep.error}
      onSubmit={() => keep.mutate()}
      onClose={onClose}
    >
      <TextField label={t('settings.retention.days')} value={days} onChange={setDays} />
      <TextField label={t('settings.retention.size')} value={size} onChange={setSize} />
    </Dialog>
  );
}

export function Retention() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [edited, setEdited] = useState<Row | null>(null);
  const rows = useQuery({
    queryKey: ['retention'],
    queryFn: () => ask(client.GET('/api/v1/settings/retention')),
  });
  const size = (value: number | null | undefined) =>
    value === null || value === undefined ? '—' : bytes(value);
  return (
    <>
      <States of={rows}>
        {({ items }) => (
          <Table variant="compact" aria-label={t('settings.sections.retention')}>
            <Thead>
              <Tr>
                <Th>{t('settings.retention.kind')}</Th>
                <Th>{t('settings.retention.days')}</Th>
                <Th>{t('settings.retention.limit')}</Th>
                <Th>{t('settings.retention.used')}</Th>
                <Th>{t('settings.retention.perDay')}</Th>
                <Th>{t('settings.retention.full')}</Th>
                {may('manage-settings') && <Th screenReaderText={t('common.actions')} />}
              </Tr>
            </Thead>
            <Tbody>
              {items.map((row) => (
                <Tr key={row.kind}>
                  <Td>{word('retention', row.kind)}</Td>
                  <Td>
                    {row.keep_days
                      ? t('settings.retention.nDays', { n: row.keep_days })
                      : t('settings.retention.noLimit')}
                  </Td>
                  <Td>{row.bytes_max ? bytes(row.bytes_max) : t('settings.retention.noLimit')}</Td>
                  <Td>{size(row.bytes)}</Td>
                  <Td>{size(row.bytes_per_day)}</Td>
                  <Td>
                    {row.days_until_full === null || row.days_until_full === undefined
                      ? '—'
                      : t('settings.retention.nDays', { n: Math.floor(row.days_until_full) })}
                  </Td>
                  {may('manage-settings') && (
                    <Td isActionCell>
                      <Button variant="link" size="sm" onClick={() => setEdited(row)}>
                        {t('common.change')}
                      </Button>
                    </Td>
                  )}
                </Tr>
              ))}
            </Tbody>
          </Table>
        )}
      </States>
      {edited && <Editor row={edited} onClose={() => setEdited(null)} />}
    </>
  );
}
