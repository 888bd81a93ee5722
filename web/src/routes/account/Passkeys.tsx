// Passkeys of one's own.
import { ActionGroup, Button, Form } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { TextField } from '@/components/fields';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { canUsePasskeys, newPasskey } from '@/routes/login/passkey';

async function addPasskey(name: string) {
  const begun = await ask(client.POST('/api/v1/account/passkeys/begin'));
  const answer = await newPasskey(begun.options);
  return ask(client.POST('/api/v1/account/passkeys', { body: { name, answer } }));
}

export function Passkeys({ account }: { readonly account: Schemas['Account'] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const again = () => queries.invalidateQueries({ queryKey: ['account'] });
  const add = useMutation({ mutationFn: () => addPasskey(name), onSuccess: again });
  const remove = useMutation({
    mutationFn: (id: string) =>
      ask(client.DELETE('/api/v1/account/passkeys/{id}', { params: { path: { id } } })),
    onSuccess: again,
  });
  return (
    <>
      <Told error={add.error ?? remove.error} />
      {account.passkeys.length === 0 && <p>{t('account.noPasskeys')}</p>}
      <ul className="notes">
        {account.passkeys.map((passkey) => (
          <li key={passkey.id}>
            {passkey.name}{' '}
            <small>
              <Time at={passkey.made} />
            </small>
            <Button variant="link" size="sm" onClick={() => remove.mutate(passkey.id)}>
              {t('common.remove')}
            </Button>
          </li>
        ))}
      </ul>
      {canUsePasskeys() && (
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
        >
          <TextField label={t('account.passkeyName')} value={name} onChange={setName} />
          <ActionGroup>
            <Button type="submit" variant="secondary" isDisabled={name.trim() === '' || add.isPending}>
              {t('account.addPasskey')}
            </Button>
          </ActionGroup>
        </Form>
      )}
    </>
  );
}
