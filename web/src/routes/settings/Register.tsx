// The register (the Excel ledger): read, compared with what was heard, applied, taken back.
import { Notice } from '@/components/Notice';
import { Button, FileUpload, Label, Title } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { word } from '@/lib/words';
import { useSession } from '@/session/session';
import { ImportPreview } from './ImportPreview';

function useImports() {
  return useQuery({
    queryKey: ['imports'],
    queryFn: () => ask(client.GET('/api/v1/register/imports', { params: { query: { limit: 100 } } })),
  });
}

function Upload({ onRead }: { readonly onRead: (id: string) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isRefused, setRefused] = useState(false);
  const add = useMutation({
    mutationFn: (file: File) =>
      ask(
        client.POST('/api/v1/register/imports', {
          params: { query: { file_name: file.name } },
          // The interface takes the file as it is.
          body: file as unknown as string,
          bodySerializer: (body) => body as unknown as File,
          headers: { 'content-type': 'application/octet-stream' },
        }),
      ),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['imports'] });
      onRead(id);
    },
  });
  return (
    <section className="part">
      <p>{t('settings.register.lead')}</p>
      <FileUpload
        id="register-file"
        filenamePlaceholder={t('settings.register.choose')}
        browseButtonText={t('asset.files.browse')}
        clearButtonText={t('common.clearOne')}
        hideDefaultPreview
        isClearButtonDisabled
        isLoading={add.isPending}
        // Its own handler of a chosen file would be called twice: by the input and by the place to drop on.
        dropzoneProps={{
          onDropAccepted: ([file]) => {
            setRefused(false);
            if (file) add.mutate(file);
          },
          onDropRejected: () => setRefused(true),
          accept: { 'text/csv': ['.csv', '.txt'], 'application/octet-stream': ['.xlsx', '.xlsm'] },
        }}
      />
      <Told error={add.error} />
      {isRefused && <Notice variant="danger" isLiveRegion title={t('troubles.badFile')} />}
    </section>
  );
}

export function Register() {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const [open, setOpen] = useState<string | null>(null);
  const imports = useImports();
  const undo = useMutation({
    mutationFn: (id: string) =>
      ask(client.POST('/api/v1/register/imports/{id}/undo', { params: { path: { id } }, body: {} })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['imports'] });
      void queries.invalidateQueries({ queryKey: ['assets'] });
    },
  });
  return (
    <>
      <Upload onRead={setOpen} />
      {open && <ImportPreview key={open} id={open} onDone={() => setOpen(null)} />}
      <Title headingLevel="h3">{t('settings.register.past')}</Title>
      <Told error={undo.error} />
      {undo.isSuccess && <Notice variant="success" isLiveRegion title={t('settings.register.undone')} />}
      <States of={imports}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t('settings.none.register')}</Empty>
          ) : (
            <RowTable
              label={t('settings.register.past')}
              rows={[...items].reverse()}
              keyOf={({ id }) => id}
              columns={[
                { title: t('settings.register.file'), show: (row) => row.file_name, isWide: true },
                { title: t('settings.register.readAt'), show: (row) => <Time at={row.made_at} /> },
                {
                  title: t('settings.state'),
                  show: (row) => (
                    <Label color={row.state === 'applied' ? 'green' : 'grey'}>
                      {word('state', row.state)}
                    </Label>
                  ),
                },
              ]}
              actions={(row) => (
                <>
                  {row.state === 'previewed' && (
                    <Button variant="link" size="sm" onClick={() => setOpen(row.id)}>
                      {t('settings.register.open')}
                    </Button>
                  )}
                  {row.state === 'applied' && may('undo-import') && (
                    <Button
                      variant="link"
                      size="sm"
                      isAriaDisabled={undo.isPending}
                      onClick={() => undo.mutate(row.id)}
                    >
                      {t('common.undo')}
                    </Button>
                  )}
                </>
              )}
            />
          )
        }
      </States>
    </>
  );
}
