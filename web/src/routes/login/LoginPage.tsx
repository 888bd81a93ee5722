// The door: password with a second factor, passkey, or an identity provider.
import { Notice } from '@/components/Notice';
import {
  ActionGroup,
  Button,
  Divider,
  Form,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  TextInput,
} from '@patternfly/react-core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { ask, client } from '@/api/client';
import { States } from '@/components/states';
import { Told } from '@/components/Told';
import { DoorFrame } from './DoorFrame';
import { canUsePasskeys, passkeyAnswer } from './passkey';

/** Codes of an app have six digits; recovery codes are longer. */
const APP_CODE_DIGITS = 6;

function secondFactor(code: string) {
  const bare = code.replace(/\s/g, '');
  if (bare === '') return {};
  return bare.length > APP_CODE_DIGITS ? { recovery_code: bare } : { code: bare };
}

function useEnter() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const location = useLocation();
  const state = location.state as { from?: string } | null;
  return async () => {
    await queries.invalidateQueries({ queryKey: ['session'] });
    void navigate(state?.from ?? '/', { replace: true });
  };
}

function PasswordForm({ mayUsePasskey }: { readonly mayUsePasskey: boolean }) {
  const { t } = useTranslation();
  const enter = useEnter();
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [name, setName] = useState('');
  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      await enter();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const [password, code] = [String(given.get('password')), String(given.get('code'))];
    const body = { name, password, ...secondFactor(code) };
    void attempt(() => ask(client.POST('/api/v1/auth/login', { body })));
  };
  const byPasskey = async () => {
    const begun = await ask(client.POST('/api/v1/auth/passkey/begin', { body: { name } }));
    const answer = await passkeyAnswer(begun.options);
    return ask(client.POST('/api/v1/auth/passkey/finish', { body: { challenge: begun.challenge, answer } }));
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
          value={name}
          onChange={(_, value) => setName(value)}
          autoFocus
        />
      </FormGroup>
      <FormGroup label={t('login.password')} fieldId="password" isRequired>
        <TextInput
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          maxLength={256}
        />
      </FormGroup>
      <FormGroup label={t('login.code')} fieldId="code">
        <TextInput id="code" name="code" autoComplete="one-time-code" maxLength={32} />
        <FormHelperText>
          <HelperText>
            <HelperTextItem>{t('login.codeHelp')}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      </FormGroup>
      <ActionGroup>
        <Button type="submit" variant="primary" isBlock isLoading={isBusy} isDisabled={isBusy}>
          {t('login.enter')}
        </Button>
        {mayUsePasskey && (
          <Button
            variant="secondary"
            isBlock
            isDisabled={isBusy || name === ''}
            onClick={() => void attempt(byPasskey)}
          >
            {t('login.passkey')}
          </Button>
        )}
      </ActionGroup>
    </Form>
  );
}

/** The identity provider's answer comes by a redirect: what was refused stands behind the #. */
const REFUSED = '#no-role';

function LoginPage() {
  const { t } = useTranslation();
  const isRefused = useLocation().hash === REFUSED;
  const methods = useQuery({
    queryKey: ['methods'],
    queryFn: () => ask(client.GET('/api/v1/auth/methods')),
  });
  return (
    <DoorFrame title={t('login.title')}>
      {isRefused && <Notice variant="warning" title={t('login.noRole')} />}
      <States of={methods}>
        {({ needs_first_user, passkey, provider, directory }) => (
          <>
            {needs_first_user && <Notice variant="info" title={t('login.first')} />}
            {directory && <Notice variant="info" isPlain title={t('login.directory')} />}
            <PasswordForm mayUsePasskey={passkey && canUsePasskeys()} />
            {provider && (
              <>
                <Divider />
                <Button component="a" href="/api/v1/auth/oidc/begin" variant="secondary" isBlock>
                  {provider}
                </Button>
              </>
            )}
          </>
        )}
      </States>
    </DoorFrame>
  );
}

export { LoginPage as Component };
