// One change for all selected assets: where they stand and whose they are.
import {
  Button,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Told } from '@/components/Told';
import { choices, useCells, useLines, useSystems, useZones } from '@/lib/places';

type Say = Schemas['Say'];

/** The server takes so many changes in one request. */
const BATCH = 500;

async function placeAll(ids: readonly string[], set: Say) {
  for (let at = 0; at < ids.length; at += BATCH) {
    const items = ids.slice(at, at + BATCH).map((id) => ({ id, change: { set } }));
    await ask(client.PATCH('/api/v1/assets', { body: { items } }));
  }
}

interface BulkEditProps {
  readonly ids: readonly string[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function BulkEdit({ ids, onDone, onClose }: BulkEditProps) {
  const { t } = useTranslation();
  const [say, setSay] = useState<Say>({});
  const work = useMutation({ mutationFn: () => placeAll(ids, say), onSuccess: onDone });
  const set = (name: keyof Say, value: string) => {
    const { [name]: _, ...others } = say;
    setSay(value === '' ? others : { ...others, [name]: value });
  };
  const selects = [
    { name: 'line', list: choices(useLines()) },
    { name: 'cell', list: choices(useCells()) },
    { name: 'zone', list: choices(useZones()) },
    { name: 'system', list: choices(useSystems()) },
  ] as const;
  const texts = ['building', 'panel', 'owner'] as const;
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="bulk-title">
      <ModalHeader title={t('assets.bulk.title', { count: ids.length })} labelId="bulk-title" />
      <ModalBody>
        <Form id="bulk" onSubmit={(event) => event.preventDefault()}>
          <Told error={work.error} />
          {selects.map(({ name, list }) => (
            <FormGroup key={name} label={t(`assets.columns.${name}`)} fieldId={`bulk-${name}`}>
              <FormSelect
                id={`bulk-${name}`}
                value={say[name] ?? ''}
                onChange={(_, value) => set(name, value)}
                isDisabled={list.length === 0}
              >
                <FormSelectOption value="" label={t('assets.bulk.keep')} />
                {list.map((place) => (
                  <FormSelectOption key={place.id} value={place.id} label={place.name} />
                ))}
              </FormSelect>
            </FormGroup>
          ))}
          {texts.map((name) => (
            <FormGroup key={name} label={t(`assets.columns.${name}`)} fieldId={`bulk-${name}`}>
              <TextInput
                id={`bulk-${name}`}
                maxLength={200}
                placeholder={t('assets.bulk.keep')}
                value={say[name] ?? ''}
                onChange={(_, value) => set(name, value)}
              />
            </FormGroup>
          ))}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button
          variant="primary"
          isDisabled={Object.keys(say).length === 0 || work.isPending}
          isLoading={work.isPending}
          onClick={() => work.mutate()}
        >
          {t('common.change')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
