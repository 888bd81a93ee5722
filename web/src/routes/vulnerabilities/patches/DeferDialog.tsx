// A patch that comes later: why, who answers for it, until when, and what protects in the meantime.
import { Content } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { LongTextField, TextField } from '@/components/fields';
import { DEFERRAL_DAYS_MAX, lastDeferralDay, linesOf, type Open } from '@/lib/patch';
import { calendarDay, endOf } from '@/lib/time';
import { serverNow } from '@/session/session';
import { Which } from './StepDialog';
import { useDefer } from './usePatches';

interface DeferDialogProps {
  /** Patches of the same version. */
  readonly patches: readonly Open[];
  readonly onDone: (changed: number) => void;
  readonly onClose: () => void;
}

export function DeferDialog({ patches, onDone, onClose }: DeferDialogProps) {
  const { t } = useTranslation();
  const [latest] = useState(() => lastDeferralDay(serverNow()));
  const [reason, setReason] = useState('');
  const [owner, setOwner] = useState('');
  const [until, setUntil] = useState('');
  const [mitigations, setMitigations] = useState('');
  const [rest, setRest] = useState('');
  const defer = useDefer(patches, onDone);
  const end = endOf(until);
  const isReady = reason.trim() !== '' && owner.trim() !== '' && end !== undefined;
  const submit = () =>
    defer.mutate({
      reason,
      owner,
      until: end ?? '',
      mitigations: linesOf(mitigations),
      residual_risk: rest,
    });
  return (
    <Dialog
      title={t('patches.defer.title')}
      description={t('patches.defer.lead', { n: DEFERRAL_DAYS_MAX })}
      action={t('patches.defer.do')}
      isReady={isReady}
      isBusy={defer.isPending}
      error={defer.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Which patches={patches} />
      <LongTextField label={t('common.reason')} value={reason} onChange={setReason} isRequired />
      <TextField label={t('patches.owner')} value={owner} onChange={setOwner} isRequired />
      <TextField
        label={t('patches.defer.until', { day: calendarDay(latest) })}
        value={until}
        onChange={setUntil}
        type="date"
        max={latest}
        isRequired
      />
      <LongTextField label={t('patches.defer.mitigations')} value={mitigations} onChange={setMitigations} />
      {linesOf(mitigations).length === 0 && (
        <Content component="small">{t('patches.defer.unprotected')}</Content>
      )}
      <LongTextField label={t('patches.residual')} value={rest} onChange={setRest} />
    </Dialog>
  );
}
