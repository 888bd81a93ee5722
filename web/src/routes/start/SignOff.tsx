// The signature under a step: who, when, with which note; the site leader gives it and takes it back.
import { Notice } from '@/components/Notice';
import { Button, Content } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { LongTextField } from '@/components/fields';
import { moment } from '@/lib/time';
import { useSession } from '@/session/session';
import type { Step } from './useSteps';

interface StepProps {
  readonly step: Step;
}

interface DialogProps extends StepProps {
  readonly onClose: () => void;
}

function useDeed(onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['commissioning'] });
      onDone();
    },
  });
}

function Sign({ step, onClose }: DialogProps) {
  const { t } = useTranslation();
  const [note, setNote] = useState('');
  const deed = useDeed(onClose);
  const title = t(`start.steps.${step.name}.title`);
  // The map has no measure of its own: it is open until it is signed.
  const isOpen = step.state !== 'done' && step.name !== 'map';
  const found = `${t(`start.state.${step.state}`)}: ${step.reasons.join(' ')}`.slice(0, 1000);
  const sign = () =>
    ask(
      client.PUT('/api/v1/commissioning/{step}', {
        params: { path: { step: step.name } },
        body: { note, found: step.name === 'map' ? step.reasons.join(' ') : found },
      }),
    );
  return (
    <Dialog
      title={t('start.signOf', { step: title })}
      description={t('start.signLead')}
      action={t('start.sign')}
      isReady={!isOpen || note.trim() !== ''}
      isBusy={deed.isPending}
      error={deed.error}
      onSubmit={() => deed.mutate(sign)}
      onClose={onClose}
    >
      {isOpen && (
        <Notice variant="warning" title={t('start.signOpen', { state: t(`start.state.${step.state}`) })} />
      )}
      <Content component="p">{step.reasons.join(' ')}</Content>
      <LongTextField label={t('common.note')} value={note} onChange={setNote} isRequired={isOpen} />
    </Dialog>
  );
}

function Withdraw({ step, onClose }: DialogProps) {
  const { t } = useTranslation();
  const deed = useDeed(onClose);
  const withdraw = () =>
    ask(client.DELETE('/api/v1/commissioning/{step}', { params: { path: { step: step.name } } }));
  return (
    <Dialog
      title={t('start.withdrawOf', { step: t(`start.steps.${step.name}.title`) })}
      description={t('start.withdrawLead')}
      action={t('start.withdraw')}
      isDanger
      isBusy={deed.isPending}
      error={deed.error}
      onSubmit={() => deed.mutate(withdraw)}
      onClose={onClose}
    >
      {null}
    </Dialog>
  );
}

export function SignOff({ step }: StepProps) {
  const { t } = useTranslation();
  const { may, zone } = useSession();
  const [isOpen, setOpen] = useState(false);
  const { signOff } = step;
  const close = () => setOpen(false);
  return (
    <div className="sign-off">
      {signOff ? (
        <p>
          <strong>{t('start.signedBy', { name: signOff.by_name })}</strong> {moment(signOff.at, zone)}
          {signOff.found && (
            <span className="sign-found">
              {t('start.found')} {signOff.found}
            </span>
          )}
          {signOff.note && (
            <span className="sign-found">
              {t('common.note')}: {signOff.note}
            </span>
          )}
        </p>
      ) : (
        <p className="only-print sign-line">{t('start.notSigned')}</p>
      )}
      {may('sign-off') && (
        <Button
          variant={signOff ? 'link' : 'secondary'}
          size="sm"
          className="no-print"
          onClick={() => setOpen(true)}
        >
          {t(signOff ? 'start.withdraw' : 'start.sign')}
        </Button>
      )}
      {isOpen && (signOff ? <Withdraw step={step} onClose={close} /> : <Sign step={step} onClose={close} />)}
    </div>
  );
}
