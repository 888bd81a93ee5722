// One decision about weaknesses of one or many assets, with its reason.
import { Checkbox, Content, FormGroup } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, LongTextField, TextField } from '@/components/fields';
import { endOf } from '@/lib/time';
import { said } from '@/lib/weakness';
import { useDecide } from './useWeaknesses';

const STATES = ['not-affected', 'fixed', 'accepted'] as const;
type State = (typeof STATES)[number];

/** Why a product is not affected, in the words of VEX. */
const JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;

interface DecideDialogProps {
  readonly assets: readonly { readonly id: string; readonly name: string }[];
  /** The weaknesses that may be decided; all of them are chosen at first. */
  readonly weaknesses: readonly string[];
  readonly onDone: (done: Schemas['WeaknessesDecided']) => void;
  readonly onClose: () => void;
}

function Which({
  all,
  chosen,
  onChange,
}: {
  readonly all: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <FormGroup role="group" label={t('vulnerabilities.decide.which')} fieldId="decide-which">
      {all.map((id) => (
        <Checkbox
          key={id}
          id={`decide-${id}`}
          label={id}
          isChecked={chosen.includes(id)}
          onChange={(_, checked) =>
            onChange(checked ? [...chosen, id] : chosen.filter((other) => other !== id))
          }
        />
      ))}
    </FormGroup>
  );
}

export function DecideDialog({ assets, weaknesses, onDone, onClose }: DecideDialogProps) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>('not-affected');
  const [justification, setJustification] = useState('');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>(weaknesses);
  const decide = useDecide(onDone);
  const needsWhy = state === 'not-affected';
  const needsEnd = state === 'accepted';
  const submit = () =>
    decide.mutate({
      assets: assets.map(({ id }) => id),
      weaknesses: [...chosen],
      state,
      justification: needsWhy ? justification : '',
      reason,
      until: needsEnd ? endOf(until) : undefined,
    });
  const isReady =
    reason.trim() !== '' &&
    chosen.length > 0 &&
    (!needsWhy || justification !== '') &&
    (!needsEnd || until !== '');
  return (
    <Dialog
      title={t('vulnerabilities.decide.title')}
      description={t('vulnerabilities.decide.lead')}
      action={t('vulnerabilities.decide.do')}
      isReady={isReady}
      isBusy={decide.isPending}
      error={decide.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Content component="p">
        {t('vulnerabilities.decide.forAssets')}: {assets.map(({ name }) => name).join(t('common.and'))}
      </Content>
      <Which all={weaknesses} chosen={chosen} onChange={setChosen} />
      <ChoiceField
        label={t('vulnerabilities.decide.what')}
        value={state}
        onChange={(value) => setState(STATES.find((known) => known === value) ?? 'not-affected')}
        choices={STATES.map((value) => ({ value, label: t(`vulnerabilities.decide.states.${value}`) }))}
        isRequired
      />
      {needsWhy && (
        <ChoiceField
          label={t('vulnerabilities.decide.justification')}
          value={justification}
          onChange={setJustification}
          none={t('vulnerabilities.decide.choose')}
          choices={JUSTIFICATIONS.map((value) => ({ value, label: said('justification', value) }))}
          isRequired
        />
      )}
      {needsEnd && (
        <TextField
          label={t('vulnerabilities.decide.until')}
          value={until}
          onChange={setUntil}
          type="date"
          isRequired
        />
      )}
      <LongTextField label={t('common.reason')} value={reason} onChange={setReason} isRequired />
    </Dialog>
  );
}
