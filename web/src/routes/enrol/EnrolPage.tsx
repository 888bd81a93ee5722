// The use of a one-time link: the first administrator, a new user, or a lost password.
import { ActionGroup, Button, Form, FormGroup, TextInput } from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ask, client, Refused, type Schemas } from '@/api/client';
import { States } from '@/components/states';
import { Told } from '@/components/Told';
import { DoorFrame } from '@/routes/login/DoorFrame';

/** The link out of the address, which must not stay in the list of visited pages. */
function takeLink(): string {
  const link = window.location.hash.slice(1);
  window.history.replaceState(window.history.state, '', window.location.pathname);
  return link;
}

const link = takeLink();

function EnrolForm({ purpose }: { readonly purpose: Schemas['LinkPurpose'] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const isKnown = typeof purpose.name === 'string';
  const enrol = async (given: FormData) => {
    const text = (name: string) => String(given.get(name) ?? '');
    if (text('password') !== text('again')) {
      throw new Refused(0, { code: 'passwords-differ', message: '', advice: '' });
    }
    const names = isKnown ? {} : { name: text('name'), display_name: text('display_name') };
    const body = { link, password: text('password'), ...names };
    await ask(client.POST('/api/v1/auth/enrolment', { body }));
    await queries.invalidateQueries({ queryKey: ['session'] });
    void navigate('/', { replace: true });
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    enrol(new FormData(event.currentTarget))
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return (
    <Form onSubmit={submit}>
      <Told error={error} />
      <FormGroup label={t('login.name')} fieldId="name" isRequired>
        <TextInput
          id="name"
          name="name"
          autoComplete="username"
          maxLength={64}
          defaultValue={purpose.name ?? ''}
          readOnlyVariant={isKnown ? 'default' : undefined}
        />
      </FormGroup>
      {!isKnown && (
        <FormGroup label={t('login.displayName')} fieldId="display_name">
          <TextInput id="display_name" name="display_name" autoComplete="name" maxLength={200} />
        </FormGroup>
      )}
      <FormGroup label={t('login.newPassword')} fieldId="password" isRequired>
        <TextInput
          id="password"
          name="password"
          type="password"
          autoComplete="new-password"
          maxLength={256}
        />
      </FormGroup>
      <FormGroup label={t('login.again')} fieldId="again" isRequired>
        <TextInput id="again" name="again" type="password" autoComplete="new-password" maxLength={256} />
      </FormGroup>
      <ActionGroup>
        <Button type="submit" variant="primary" isBlock isLoading={isBusy} isDisabled={isBusy}>
          {t('login.enrol')}
        </Button>
      </ActionGroup>
    </Form>
  );
}

function EnrolPage() {
  const { t } = useTranslation();
  const purpose = useQuery({
    queryKey: ['link'],
    queryFn: () => ask(client.POST('/api/v1/auth/enrolment/look', { body: { link } })),
  });
  return (
    <DoorFrame title={t('login.enrolTitle')}>
      <States of={purpose}>{(known) => <EnrolForm purpose={known} />}</States>
    </DoorFrame>
  );
}

export { EnrolPage as Component };
