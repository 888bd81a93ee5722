// What people add: notes, files, merges and splits, what the register says.
import {
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  FileUpload,
  Form,
  Title,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { LongTextField } from '@/components/fields';
import { RemovableList } from '@/components/RemovableList';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { bytes } from '@/lib/time';
import { useSession } from '@/session/session';
import { useDeed, type AssetDetail } from './useAsset';

interface PartProps {
  readonly asset: AssetDetail;
}

function Notes({ asset }: PartProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [text, setText] = useState('');
  const path = { id: asset.id };
  const add = useDeed(
    asset.id,
    () => ask(client.POST('/api/v1/assets/{id}/notes', { params: { path }, body: { text } })),
    () => setText(''),
  );
  const remove = useDeed(asset.id, (note: string) =>
    ask(client.DELETE('/api/v1/assets/{id}/notes/{note}', { params: { path: { ...path, note } } })),
  );
  return (
    <section className="part">
      <Title headingLevel="h2" size="lg">
        {t('asset.notes.title')}
      </Title>
      <RemovableList
        rows={asset.notes}
        none={t('asset.notes.none')}
        onRemove={may('edit-assets') ? ({ id }) => remove.mutate(id) : undefined}
        show={(note) => (
          <>
            <p className="note-text">{note.text}</p>
            <small>
              <Time at={note.made_at} />
            </small>
          </>
        )}
      />
      <Told error={add.error ?? remove.error} />
      {may('edit-assets') && (
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '') add.mutate(undefined);
          }}
        >
          <LongTextField label={t('asset.notes.new')} value={text} onChange={setText} />
          <div>
            <Button type="submit" variant="secondary" isDisabled={text.trim() === '' || add.isPending}>
              {t('common.add')}
            </Button>
          </div>
        </Form>
      )}
    </section>
  );
}

function Files({ asset }: PartProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const path = { id: asset.id };
  const add = useDeed(asset.id, (file: File) =>
    ask(
      client.POST('/api/v1/assets/{id}/files', {
        params: { path, query: { name: file.name } },
        // The interface takes the bytes as they are.
        body: file as unknown as string,
        bodySerializer: (body) => body as unknown as File,
        headers: { 'content-type': 'application/octet-stream' },
      }),
    ),
  );
  const remove = useDeed(asset.id, (file: string) =>
    ask(client.DELETE('/api/v1/assets/{id}/files/{file}', { params: { path: { ...path, file } } })),
  );
  return (
    <section className="part">
      <Title headingLevel="h2" size="lg">
        {t('asset.files.title')}
      </Title>
      <RemovableList
        rows={asset.files}
        none={t('asset.files.none')}
        onRemove={may('edit-assets') ? ({ id }) => remove.mutate(id) : undefined}
        show={(file) => (
          <>
            <a href={`/api/v1/assets/${asset.id}/files/${file.id}`} download={file.name}>
              {file.name}
            </a>{' '}
            <small>
              {bytes(file.size)} <Time at={file.made_at} />
            </small>
          </>
        )}
      />
      <Told error={add.error ?? remove.error} />
      {may('edit-assets') && (
        <FileUpload
          id="asset-file"
          aria-label={t('asset.files.add')}
          filenamePlaceholder={t('asset.files.add')}
          browseButtonText={t('asset.files.browse')}
          clearButtonText={t('common.clearOne')}
          hideDefaultPreview
          isClearButtonDisabled
          // Its own handler of a chosen file would be called twice: by the input and by the place to drop on.
          dropzoneProps={{ onDropAccepted: ([file]) => file && add.mutate(file) }}
        />
      )}
    </section>
  );
}

function Regroupings({ asset }: PartProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const undo = useDeed(asset.id, (regrouping: string) =>
    ask(
      client.POST('/api/v1/assets/{id}/regroupings/{regrouping}/undo', {
        params: { path: { id: asset.id, regrouping } },
      }),
    ),
  );
  if (asset.regroupings.length === 0) return null;
  return (
    <section className="part">
      <Title headingLevel="h2" size="lg">
        {t('asset.regroup.title')}
      </Title>
      <Told error={undo.error} />
      <ul className="notes">
        {asset.regroupings.map((row) => (
          <li key={row.id}>
            {t(`asset.regroup.${row.kind === 'merge' ? 'merge' : 'split'}`, { reason: row.reason })}{' '}
            <Time at={row.made_at} />{' '}
            {row.undone_at ? (
              <em>{t('asset.regroup.undone')}</em>
            ) : (
              may('merge-assets') && (
                <Button
                  variant="link"
                  size="sm"
                  isAriaDisabled={undo.isPending}
                  onClick={() => undo.mutate(row.id)}
                >
                  {t('common.undo')}
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Register({ asset }: PartProps) {
  const { t } = useTranslation();
  if (asset.register.length === 0) return null;
  return (
    <section className="part">
      <Title headingLevel="h2" size="lg">
        {t('asset.register')}
      </Title>
      {asset.register.map((row) => (
        <DescriptionList key={row.id} isHorizontal isCompact>
          {Object.entries(row.says).map(([key, value]) => (
            <DescriptionListGroup key={key}>
              <DescriptionListTerm>{key}</DescriptionListTerm>
              <DescriptionListDescription>{String(value)}</DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
      ))}
    </section>
  );
}

export function NotesTab({ asset }: PartProps) {
  return (
    <>
      <Notes asset={asset} />
      <Files asset={asset} />
      <Regroupings asset={asset} />
      <Register asset={asset} />
    </>
  );
}
