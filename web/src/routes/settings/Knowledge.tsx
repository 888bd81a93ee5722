// Public knowledge: what is here, whose signature is trusted, and a newer bundle from a stick.
import { Button, Content, FileUpload, Title } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { CommandLine } from '@/components/CommandLine';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/fields';
import { KnowledgeAge } from '@/components/KnowledgeAge';
import { Notice } from '@/components/Notice';
import { RemovableList } from '@/components/RemovableList';
import { States } from '@/components/states';
import { Told } from '@/components/Told';
import { count } from '@/lib/time';
import { dayOf } from '@/lib/weakness';
import { useSession } from '@/session/session';

function Bring() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const bring = useMutation({
    mutationFn: (file: File) =>
      ask(
        client.PUT('/api/v1/knowledge/bundle', {
          // The interface takes the file as it is.
          body: file as unknown as string,
          bodySerializer: (body) => body as unknown as File,
          headers: { 'content-type': 'application/octet-stream' },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['knowledge'] }),
  });
  const taken = bring.data;
  return (
    <>
      <Title headingLevel="h3">{t('settings.knowledge.bring')}</Title>
      <Content component="p">{t('settings.knowledge.bringLead')}</Content>
      <FileUpload
        id="knowledge-bundle"
        aria-label={t('settings.knowledge.choose')}
        filenamePlaceholder={t('settings.knowledge.choose')}
        browseButtonText={t('asset.files.browse')}
        clearButtonText={t('common.clearOne')}
        hideDefaultPreview
        isClearButtonDisabled
        isLoading={bring.isPending}
        // Its own handler of a chosen file would be called twice: by the input and by the place to drop on.
        dropzoneProps={{ onDropAccepted: ([file]) => file && bring.mutate(file) }}
      />
      <Told error={bring.error} />
      {taken && (
        <Notice
          variant="success"
          isLiveRegion
          title={t('settings.knowledge.taken', { n: count(taken.serial), day: dayOf(taken.created) })}
        />
      )}
      <CommandLine label={t('settings.knowledge.make')} text="yagura feeds import --bundle FILE SOURCE…" />
    </>
  );
}

interface TrustProps {
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onAdd: (key: string) => void;
  readonly onClose: () => void;
}

function Trust({ isBusy, error, onAdd, onClose }: TrustProps) {
  const { t } = useTranslation();
  const [key, setKey] = useState('');
  return (
    <Dialog
      title={t('settings.knowledge.trust')}
      description={t('settings.knowledge.trustLead')}
      action={t('settings.knowledge.trust')}
      isReady={key.trim() !== ''}
      isBusy={isBusy}
      error={error}
      onSubmit={() => onAdd(key.trim())}
      onClose={onClose}
    >
      <TextField label={t('settings.knowledge.key')} value={key} onChange={setKey} isRequired />
    </Dialog>
  );
}

function Keys() {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const keys = useQuery({
    queryKey: ['knowledge', 'keys'],
    queryFn: () => ask(client.GET('/api/v1/knowledge/keys')),
  });
  const set = useMutation({
    mutationFn: (wanted: readonly string[]) =>
      ask(client.PUT('/api/v1/knowledge/keys', { body: { keys: [...wanted] } })),
    onSuccess: (now) => {
      setAdding(false);
      queries.setQueryData(['knowledge', 'keys'], now);
    },
  });
  const held = keys.data?.items.map(({ key }) => key) ?? [];
  const mayChange = may('manage-settings');
  return (
    <>
      <Title headingLevel="h3">{t('settings.knowledge.keys')}</Title>
      <Content component="p">{t('settings.knowledge.keysLead')}</Content>
      <States of={keys}>
        {({ items }) => (
          <RemovableList
            rows={items.map(({ key }) => ({ id: key }))}
            none={t('settings.knowledge.noKeys')}
            show={({ id }) => <code className="wide-text">{id}</code>}
            onRemove={mayChange ? ({ id }) => set.mutate(held.filter((key) => key !== id)) : undefined}
          />
        )}
      </States>
      {!isAdding && <Told error={set.error} />}
      {mayChange && (
        <div>
          <Button
            variant="secondary"
            onClick={() => {
              set.reset();
              setAdding(true);
            }}
          >
            {t('settings.knowledge.trust')}
          </Button>
        </div>
      )}
      {isAdding && (
        <Trust
          isBusy={set.isPending}
          error={set.error}
          onAdd={(key) => set.mutate([...held, key])}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

export function Knowledge() {
  const { may } = useSession();
  return (
    <>
      <KnowledgeAge />
      {may('manage-settings') && <Bring />}
      <Keys />
    </>
  );
}
