// Two entries that are one machine, and one entry that is two: said by people, taken back in the notes.
import { Checkbox, FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, LongTextField, TextField } from '@/components/fields';
import { called } from '@/lib/places';
import { word } from '@/lib/words';
import { read } from '@/routes/assets/filter';
import { useDeed, type AssetDetail } from './useAsset';

interface RegroupProps {
  readonly asset: AssetDetail;
  readonly onClose: () => void;
}

const FOUND = 20;

function useCandidates(text: string, except: string) {
  const query = { ...read(new URLSearchParams()), text, limit: FOUND };
  return useQuery({
    queryKey: ['candidates', text, except],
    queryFn: () => ask(client.GET('/api/v1/assets', { params: { query } })),
    select: (page) => page.items.filter((row) => row.id !== except),
    enabled: text.trim() !== '',
  });
}

export function MergeDialog({ asset, onClose }: RegroupProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [other, setOther] = useState('');
  const [reason, setReason] = useState('');
  const found = useCandidates(text, asset.id).data ?? [];
  const merge = useDeed(
    asset.id,
    () =>
      ask(
        client.POST('/api/v1/assets/{id}/merge', {
          params: { path: { id: asset.id } },
          body: { other, reason },
        }),
      ),
    onClose,
  );
  const label = (row: Schemas['AssetRow']) => `${called(row)}（${row.address}・${word('kind', row.kind)}）`;
  return (
    <Dialog
      title={t('asset.actions.merge')}
      description={t('asset.merge.lead', { name: called(asset) })}
      action={t('asset.merge.do')}
      isReady={other !== '' && reason.trim() !== ''}
      isBusy={merge.isPending}
      error={merge.error}
      onSubmit={() => merge.mutate(undefined)}
      onClose={onClose}
    >
      <TextField label={t('assets.search')} value={text} onChange={setText} />
      <ChoiceField
        label={t('asset.merge.other')}
        value={other}
        onChange={setOther}
        choices={found.map((row) => ({ value: row.id, label: label(row) }))}
        none={t('asset.merge.choose')}
        isRequired
        isDisabled={found.length === 0}
      />
      <LongTextField label={t('common.reason')} value={reason} onChange={setReason} isRequired />
    </Dialog>
  );
}

export function SplitDialog({ asset, onClose }: RegroupProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [reason, setReason] = useState('');
  const addresses = asset.addresses.filter((_, index) => chosen.includes(index));
  const split = useDeed(
    asset.id,
    () =>
      ask(
        client.POST('/api/v1/assets/{id}/split', {
          params: { path: { id: asset.id } },
          body: { addresses, reason },
        }),
      ),
    onClose,
  );
  const toggle = (index: number, isChosen: boolean) =>
    setChosen(isChosen ? [...chosen, index] : chosen.filter((other) => other !== index));
  return (
    <Dialog
      title={t('asset.actions.split')}
      description={t('asset.split.lead')}
      action={t('asset.split.do')}
      isReady={chosen.length > 0 && chosen.length < asset.addresses.length && reason.trim() !== ''}
      isBusy={split.isPending}
      error={split.error}
      onSubmit={() => split.mutate(undefined)}
      onClose={onClose}
    >
      <FormFieldGroup
        header={
          <FormFieldGroupHeader titleText={{ text: t('asset.split.addresses'), id: 'split-addresses' }} />
        }
      >
        {asset.addresses.map(({ kind, address }, index) => (
          <Checkbox
            key={`${kind} ${address}`}
            id={`split-${index}`}
            label={`${word('addressKind', kind)} ${address}`}
            isChecked={chosen.includes(index)}
            onChange={(_, isChosen) => toggle(index, isChosen)}
          />
        ))}
      </FormFieldGroup>
      <LongTextField label={t('common.reason')} value={reason} onChange={setReason} isRequired />
    </Dialog>
  );
}
