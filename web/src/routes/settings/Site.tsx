// The plant itself: its name and its time zone.
import { Notice } from '@/components/Notice';
import { ActionGroup, Button, Form } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { ChoiceField, LongTextField, TextField } from '@/components/fields';
import { States } from '@/components/states';
import { Told } from '@/components/Told';
import { useSession, useSite } from '@/session/session';

const ZONES = Intl.supportedValuesOf('timeZone');

function SiteForm({ site }: { readonly site: Schemas['SiteRow'] }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const [values, setValues] = useState(site);
  const keep = useMutation({
    mutationFn: () => {
      const { name, code, note, time_zone } = values;
      return ask(client.PUT('/api/v1/site', { body: { name, code, note, time_zone } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['site'] }),
  });
  // Browsers do not list every zone that a site can have, such as UTC.
  const zones = [...new Set([site.time_zone, ...ZONES])].sort();
  const isFixed = !may('edit-structure');
  const field = (name: 'name' | 'code' | 'note' | 'time_zone') => ({
    value: values[name],
    isDisabled: isFixed,
    onChange: (value: string) => setValues({ ...values, [name]: value }),
  });
  return (
    <Form
      isWidthLimited
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate();
      }}
    >
      <Told error={keep.error} />
      {keep.isSuccess && <Notice variant="success" isLiveRegion title={t('common.saved')} />}
      <TextField label={t('settings.plantName')} isRequired {...field('name')} />
      <TextField label={t('settings.code')} {...field('code')} />
      <ChoiceField
        label={t('settings.timeZone')}
        choices={zones.map((name) => ({ value: name, label: name }))}
        isRequired
        {...field('time_zone')}
      />
      <LongTextField label={t('common.note')} {...field('note')} />
      {!isFixed && (
        <ActionGroup>
          <Button type="submit" isDisabled={values.name.trim() === ''} isAriaDisabled={keep.isPending}>
            {t('common.save')}
          </Button>
        </ActionGroup>
      )}
    </Form>
  );
}

export function Site() {
  const site = useSite(true);
  return <States of={site}>{(known) => <SiteForm key={known.id} site={known} />}</States>;
}
