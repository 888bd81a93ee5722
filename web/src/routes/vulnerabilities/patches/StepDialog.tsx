// The next state of a patch, of one or many assets at once: for all of them or for none.
import { Content } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, LongTextField, TextField } from '@/components/fields';
import { commonNext, needsApprover, needsReason, patchWord, type Open } from '@/lib/patch';
import { useStep } from './usePatches';

interface StepDialogProps {
  /** Patches of the same version. */
  readonly patches: readonly Open[];
  readonly onDone: (changed: number) => void;
  readonly onClose: () => void;
}

/** Which assets, and from which states. */
export function Which({ patches }: { readonly patches: readonly Open[] }) {
  const { t } = useTranslation();
  const states = [...new Set(patches.map(({ state }) => patchWord('state', state)))];
  return (
    <div>
      <div>
        {t('patches.version')}: <strong>{patches[0]?.version}</strong>
      </div>
      <div>
        {t('vulnerabilities.decide.forAssets')}: {patches.map(({ name }) => name).join(t('common.and'))}
      </div>
      <div>
        {t('patches.step.from')}: {states.join(t('common.and'))}
      </div>
    </div>
  );
}

export function StepDialog({ patches, onDone, onClose }: StepDialogProps) {
  const { t } = useTranslation();
  const choices = commonNext(patches);
  const [chosen, setTo] = useState('');
  const [note, setNote] = useState('');
  const [approver, setApprover] = useState('');
  const step = useStep(patches, onDone);
  const to = choices.includes(chosen) ? chosen : '';
  const [asksWhy, asksWho] = [needsReason(patches, to), needsApprover(patches, to)];
  const isReady = to !== '' && (!asksWhy || note.trim() !== '') && (!asksWho || approver.trim() !== '');
  return (
    <Dialog
      title={t('patches.step.title')}
      description={t('patches.step.lead')}
      action={t('patches.step.do')}
      isReady={isReady}
      isBusy={step.isPending}
      error={step.error}
      onSubmit={() => step.mutate({ to, note, approver: asksWho ? approver : '' })}
      onClose={onClose}
    >
      <Which patches={patches} />
      <ChoiceField
        label={t('patches.step.to')}
        value={to}
        onChange={setTo}
        none={t('vulnerabilities.decide.choose')}
        choices={choices.map((value) => ({ value, label: patchWord('state', value) }))}
        isRequired
      />
      {to === 'installed' && <Content component="small">{t('patches.step.installed')}</Content>}
      {asksWho && (
        <>
          <Content component="small">{t('patches.step.skips')}</Content>
          <TextField label={t('patches.approver')} value={approver} onChange={setApprover} isRequired />
        </>
      )}
      <LongTextField label={t('patches.note')} value={note} onChange={setNote} isRequired={asksWhy} />
    </Dialog>
  );
}
