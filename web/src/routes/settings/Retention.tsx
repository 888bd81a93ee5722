// How long each kind of data is kept, and when its room is used up.
import { Button } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/fields';
import { RowTable } from '@/components/RowTable';
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
          <RowTable
            label={t('settings.sections.retention')}
            rows={items}
            keyOf={({ kind }) => kind}
            columns={[
              { title: t('settings.retention.kind'), show: ({ kind }) => word('retention', kind) },
              {
                title: t('settings.retention.days'),
                show: ({ keep_days: days }) =>
                  days ? t('settings.retention.nDays', { n: days }) : t('settings.retention.noLimit'),
              },
              {
                title: t('settings.retention.limit'),
                show: (row) => (row.bytes_max ? bytes(row.bytes_max) : t('settings.retention.noLimit')),
              },
              { title: t('settings.retention.used'), show: (row) => size(row.bytes) },
              { title: t('settings.retention.perDay'), show: (row) => size(row.bytes_per_day) },
              {
                title: t('settings.retention.full'),
                show: ({ days_until_full: days }) =>
                  typeof days === 'number' ? t('settings.retention.nDays', { n: Math.floor(days) }) : '—',
              },
            ]}
            actions={
              may('manage-settings')
                ? (row) => (
                    <Button variant="link" size="sm" onClick={() => setEdited(row)}>
                      {t('common.change')}
                    </Button>
                  )
                : undefined
            }
          />
        )}
      </States>
      {edited && <Editor row={edited} onClose={() => setEdited(null)} />}
    </>
  );
}
