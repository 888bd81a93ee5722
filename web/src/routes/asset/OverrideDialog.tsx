// A person knows better than the wire; what is heard later stays visible beside it.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, LongTextField, TextField } from '@/components/fields';
import { en } from '@/i18n/en';
import { level, word } from '@/lib/words';
import type { Field } from './document';
import { useDeed, type AssetDetail } from './useAsset';

const LEVELS = ['0', '1', '2', '3', 'DMZ', '4'];

interface OverrideDialogProps {
  readonly asset: AssetDetail;
  readonly field: Field;
  readonly onClose: () => void;
}

export function OverrideDialog({ asset, field, onClose }: OverrideDialogProps) {
  const { t } = useTranslation();
  const [value, setValue] = useState(
    asset.overrides.find((row) => row.field === field)?.value ?? asset[field],
  );
  const [reason, setReason] = useState('');
  const put = useDeed(
    asset.id,
    () =>
      ask(
        client.PUT('/api/v1/assets/{id}/overrides/{field}', {
          params: { path: { id: asset.id, field } },
          body: { value, reason },
        }),
      ),
    onClose,
  );
  const label = t(`assets.columns.${field as 'name'}`);
  const common = { label, value, onChange: setValue, isRequired: true };
  const kinds = Object.keys(en.words.kind).map((kind) => ({ value: kind, label: word('kind', kind) }));
  const levels = LEVELS.map((name) => ({ value: name, label: level(name) }));
  return (
    <Dialog
      title={t('asset.override.title', { field: label })}
      description={t('asset.override.lead')}
      action={t('common.save')}
      isReady={value.trim() !== '' && reason.trim() !== ''}
      isBusy={put.isPending}
      error={put.error}
      onSubmit={() => put.mutate(undefined)}
      onClose={onClose}
    >
      {field === 'kind' && <ChoiceField {...common} choices={kinds} />}
      {field === 'level' && <ChoiceField {...common} choices={levels} none={level('')} />}
      {field !== 'kind' && field !== 'level' && <TextField {...common} />}
      <LongTextField label={t('common.reason')} value={reason} onChange={setReason} isRequired />
    </Dialog>
  );
}
