// The method by which risk is computed: what the owner may edit, and the rest as a formula.
import {
  Content,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalHeader,
  Title,
} from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { BandLabel } from '@/components/BandLabel';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, LongTextField, TextField } from '@/components/fields';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { Time } from '@/components/Time';
import { BANDS, LEVELS, riskWord } from '@/lib/risk';
import { useSession } from '@/session/session';

type Method = Schemas['RiskMethod'];

const DOWNWARDS = [...LEVELS].reverse();

function About({ method }: { readonly method: Method }) {
  const { t } = useTranslation();
  return (
    <>
      <Content component="p">{t('risk.method.formula')}</Content>
      <Content component="p">{t('risk.index')}</Content>
      <Content component="p">
        {t('risk.method.version')} {method.version}{' '}
        {method.changed_at ? (
          <>
            {t('risk.method.changed')} {method.changed_by} <Time at={method.changed_at} /> {method.reason}
          </>
        ) : (
          t('risk.method.own')
        )}
      </Content>
    </>
  );
}

interface MatrixProps {
  readonly matrix: readonly (readonly string[])[];
  /** Changes a cell; without it the matrix is only read. */
  readonly onChange?: (likelihood: number, impact: number, band: string) => void;
}

function BandMatrix({ matrix, onChange }: MatrixProps) {
  const { t } = useTranslation();
  const cell = (likelihood: number, impact: number) => {
    const band = matrix[likelihood - 1]?.[impact - 1] ?? '';
    if (!onChange) return <BandLabel band={band} />;
    return (
      <FormSelect
        aria-label={t('risk.method.cell', { likelihood, impact })}
        value={band}
        onChange={(_, chosen) => onChange(likelihood, impact, chosen)}
      >
        {BANDS.map((name) => (
          <FormSelectOption key={name} value={name} label={riskWord('band', name)} />
        ))}
      </FormSelect>
    );
  };
  return (
    <table className="risk-method-matrix" aria-label={t('risk.method.matrix')}>
      <tbody>
        {DOWNWARDS.map((likelihood) => (
          <tr key={likelihood}>
            <th scope="row">{t('risk.method.likelihood', { n: likelihood })}</th>
            {LEVELS.map((impact) => (
              <td key={impact}>{cell(likelihood, impact)}</td>
            ))}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td />
          {LEVELS.map((impact) => (
            <th key={impact} scope="col">
              {t('risk.method.impact', { n: impact })}
            </th>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}

function Read({ method, onClose }: { readonly method: Method; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="method-title">
      <ModalHeader title={t('risk.method.title')} labelId="method-title" />
      <ModalBody tabIndex={0} aria-label={t('risk.method.title')}>
        <About method={method} />
        <RowTable
          label={t('risk.method.weights')}
          rows={method.weights}
          keyOf={(row) => row.class}
          columns={[
            { title: t('risk.method.class'), show: (row) => riskWord('class', row.class) },
            { title: t('risk.method.weights'), show: (row) => row.weight },
          ]}
        />
        <BandMatrix matrix={method.matrix} />
        <Content component="p">
          {t('risk.method.tolerable')} <BandLabel band={method.tolerable} />
        </Content>
      </ModalBody>
    </Modal>
  );
}

interface EditProps {
  readonly method: Method;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

function useChange(onSaved: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['RiskMethodWanted']) => ask(client.PUT('/api/v1/risk/method', { body })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['risk'] });
      onSaved();
    },
  });
}

function Edit({ method, onSaved, onClose }: EditProps) {
  const { t } = useTranslation();
  const [weights, setWeights] = useState(() =>
    method.weights.map((row) => ({ class: row.class, text: String(row.weight) })),
  );
  const [matrix, setMatrix] = useState(method.matrix);
  const [tolerable, setTolerable] = useState(method.tolerable);
  const [reason, setReason] = useState('');
  const change = useChange(onSaved);
  const numbers = weights.map((row) => ({ class: row.class, weight: Number(row.text) }));
  const isWritten = weights.every(({ text }) => text.trim() !== '' && Number.isFinite(Number(text)));
  const setCell = (likelihood: number, impact: number, band: string) =>
    setMatrix(
      matrix.map((row, at) =>
        at === likelihood - 1 ? row.map((old, i) => (i === impact - 1 ? band : old)) : row,
      ),
    );
  return (
    <Dialog
      title={t('risk.method.title')}
      description={t('risk.method.lead')}
      action={t('risk.method.save')}
      isReady={isWritten && reason.trim() !== ''}
      isBusy={change.isPending}
      error={change.error}
      onSubmit={() => change.mutate({ weights: numbers, matrix, tolerable, reason })}
      onClose={onClose}
    >
      <About method={method} />
      <Title headingLevel="h2" size="md">
        {t('risk.method.weights')}
      </Title>
      <div className="risk-method-weights">
        {weights.map((row, at) => (
          <TextField
            key={row.class}
            label={riskWord('class', row.class)}
            value={row.text}
            onChange={(text) => setWeights(weights.map((old, i) => (i === at ? { ...old, text } : old)))}
            maxLength={8}
          />
        ))}
      </div>
      <Title headingLevel="h2" size="md">
        {t('risk.method.matrix')}
      </Title>
      <BandMatrix matrix={matrix} onChange={setCell} />
      <ChoiceField
        label={t('risk.method.tolerable')}
        value={tolerable}
        onChange={setTolerable}
        choices={BANDS.map((band) => ({ value: band, label: riskWord('band', band) }))}
      />
      <LongTextField label={t('common.reason')} value={reason} onChange={setReason} isRequired />
    </Dialog>
  );
}

interface MethodDialogProps {
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

export function MethodDialog({ onSaved, onClose }: MethodDialogProps) {
  const { may } = useSession();
  const method = useQuery({
    queryKey: ['risk', 'method'],
    queryFn: () => ask(client.GET('/api/v1/risk/method')),
    // What is being edited does not change under the hand.
    staleTime: Infinity,
    refetchOnMount: 'always',
  });
  return (
    <States of={method}>
      {(known) =>
        may('edit-risk-method') ? (
          <Edit method={known} onSaved={onSaved} onClose={onClose} />
        ) : (
          <Read method={known} onClose={onClose} />
        )
      }
    </States>
  );
}
