// How bad the loss of a line, a zone or a device would be, as its owner decides it.
import { Button, Content } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, LongTextField, TextField } from '@/components/fields';
import { Loading } from '@/components/states';
import { Time } from '@/components/Time';
import { useDecisions } from './useDecisions';

export interface Deciding {
  readonly kind: 'line' | 'zone' | 'asset';
  readonly id: string;
  readonly name: string;
}

type Decision = Schemas['ConsequencesRow'];
const LETTERS = ['safety', 'environment', 'production', 'finance', 'data'] as const;
type Letter = (typeof LETTERS)[number];
type Values = Record<Letter, string>;

function valuesOf(decision: Decision | undefined): Values {
  const entries = LETTERS.map((letter) => [letter, String(decision?.[letter] ?? '')]);
  return Object.fromEntries(entries) as Values;
}

/** Steps of a letter, worst first; what 1, 3 and 5 mean is said, what lies between them lies between them. */
function useSteps(letter: Letter) {
  const { t } = useTranslation();
  const meaning = (n: number) => {
    if (n === 0) return t('risk.consequence.none');
    return n % 2 === 1 ? t(`risk.consequence.${letter}.${n as 1}`) : '';
  };
  return [5, 4, 3, 2, 1, 0].map((n) => ({
    value: String(n),
    label: meaning(n) ? t('risk.consequence.stepIs', { n, meaning: meaning(n) }) : String(n),
  }));
}

interface LetterFieldProps {
  readonly letter: Letter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function LetterField({ letter, value, onChange }: LetterFieldProps) {
  const { t } = useTranslation();
  const steps = useSteps(letter);
  const told = steps.filter(({ value: step }) => ['1', '3', '5'].includes(step)).reverse();
  return (
    <div>
      <ChoiceField
        label={t(`risk.consequence.${letter}.name`)}
        value={value}
        onChange={onChange}
        choices={steps}
        none={t('risk.consequence.open')}
      />
      <Content component="small">{told.map(({ label }) => label).join(t('common.and'))}</Content>
    </div>
  );
}

interface FormProps {
  readonly of: Deciding;
  readonly decision: Decision | undefined;
  readonly onDone: (what: 'saved' | 'removed') => void;
  readonly onClose: () => void;
}

function useDecide({ of, onDone }: FormProps) {
  const queries = useQueryClient();
  const at = { params: { path: { kind: of.kind, id: of.id } } };
  const done = (what: 'saved' | 'removed') => {
    void queries.invalidateQueries({ queryKey: ['risk'] });
    onDone(what);
  };
  const put = useMutation({
    mutationFn: (body: Schemas['ConsequencesWanted']) =>
      ask(client.PUT('/api/v1/risk/consequences/{kind}/{id}', { ...at, body })),
    onSuccess: () => done('saved'),
  });
  const withdraw = useMutation({
    mutationFn: () => ask(client.DELETE('/api/v1/risk/consequences/{kind}/{id}', at)),
    onSuccess: () => done('removed'),
  });
  return { put, withdraw };
}

function DecideForm(props: FormProps) {
  const { of, decision, onClose } = props;
  const { t } = useTranslation();
  const [values, setValues] = useState(() => valuesOf(decision));
  const [tested, setTested] = useState(decision?.standby_tested?.slice(0, 10) ?? '');
  const [reason, setReason] = useState('');
  const { put, withdraw } = useDecide(props);
  const isAny = LETTERS.some((letter) => values[letter] !== '') || tested !== '';
  const save = () => {
    const numbers = LETTERS.map((letter) => [letter, values[letter] === '' ? null : Number(values[letter])]);
    const letters = Object.fromEntries(numbers) as Record<Letter, number | null>;
    put.mutate({ ...letters, standby_tested: tested === '' ? null : `${tested}T00:00:00Z`, reason });
  };
  return (
    <Dialog
      title={t('risk.consequence.title', { name: of.name })}
      description={`${t('risk.consequence.lead')}${of.kind === 'asset' ? ` ${t('risk.consequence.leadAsset')}` : ''}`}
      action={t('common.save')}
      isReady={isAny && reason.trim() !== ''}
      isBusy={put.isPending || withdraw.isPending}
      error={put.error ?? withdraw.error}
      onSubmit={save}
      onClose={onClose}
    >
      {decision && (
        <Content component="p">
          {t('risk.consequence.before', { name: decision.decided_by })} {decision.reason}{' '}
          <small>
            <Time at={decision.decided_at} />
          </small>{' '}
          <Button variant="link" isInline isLoading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {t('risk.consequence.withdraw')}
          </Button>
        </Content>
      )}
      <div className="risk-letters">
        {LETTERS.map((letter) => (
          <LetterField
            key={letter}
            letter={letter}
            value={values[letter]}
            onChange={(value) => setValues({ ...values, [letter]: value })}
          />
        ))}
      </div>
      {of.kind === 'asset' && (
        <TextField
          label={t('risk.consequence.tested')}
          value={tested}
          onChange={setTested}
          type={'date' as 'text'}
        />
      )}
      <LongTextField label={t('common.reason')} value={reason} onChange={setReason} isRequired />
      <Content component="small">{t('risk.consequence.rebase')}</Content>
    </Dialog>
  );
}

/** Opens with what is decided at present: a decision is changed, never overwritten unseen. */
export function ConsequencesDialog(props: Omit<FormProps, 'decision'>) {
  const { of } = props;
  const { t } = useTranslation();
  const decisions = useDecisions();
  if (decisions.data) {
    const decision = decisions.data.items.find((row) => row.kind === of.kind && row.object === of.id);
    return <DecideForm {...props} decision={decision} />;
  }
  return (
    <Dialog
      title={t('risk.consequence.title', { name: of.name })}
      action={t('common.save')}
      isReady={false}
      isBusy={false}
      error={decisions.error}
      onSubmit={props.onClose}
      onClose={props.onClose}
    >
      {decisions.isPending && <Loading />}
    </Dialog>
  );
}
