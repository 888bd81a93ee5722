// The second factor: an app that shows a new code every half minute, and codes on paper for when it is lost.
import { Notice } from '@/components/Notice';
import { ActionGroup, Button, ClipboardCopy, Form, FormGroup, List, ListItem } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { TextField } from '@/components/fields';
import { Told } from '@/components/Told';

function Codes({ codes }: { readonly codes: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <Notice variant="success" isLiveRegion title={t('account.codes')}>
      <List isPlain>
        {codes.map((code) => (
          <ListItem key={code}>
            <code>{code}</code>
          </ListItem>
        ))}
      </List>
    </Notice>
  );
}

export function SecondFactor({ account }: { readonly account: Schemas['Account'] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const again = () => queries.invalidateQueries({ queryKey: ['account'] });
  const begin = useMutation({
    mutationFn: () => ask(client.POST('/api/v1/account/totp', { body: { password } })),
  });
  const confirm = useMutation({
    mutationFn: () => ask(client.POST('/api/v1/account/totp/confirm', { body: { code } })),
    onSuccess: again,
  });
  const remove = useMutation({
    mutationFn: () => ask(client.POST('/api/v1/account/totp/remove', { body: { password } })),
    onSuccess: again,
  });
  const renew = useMutation({
    mutationFn: () => ask(client.POST('/api/v1/account/recovery-codes', { body: { password } })),
    onSuccess: again,
  });
  const codes = renew.data?.recovery_codes ?? confirm.data?.recovery_codes;
  const isStarted = begin.data !== undefined && !account.second_factor;
  return (
    <Form onSubmit={(event) => event.preventDefault()}>
      <Told error={begin.error ?? confirm.error ?? remove.error ?? renew.error} />
      <p>
        {account.second_factor ? t('account.totpOn', { n: account.recovery_codes }) : t('account.totpOff')}
      </p>
      {codes && <Codes codes={codes} />}
      {!isStarted && (
        <TextField
          label={t('account.ownPassword')}
          value={password}
          onChange={setPassword}
          type="password"
          maxLength={256}
          autoComplete="current-password"
        />
      )}
      {isStarted && (
        <>
          <p>{t('account.scan')}</p>
          <img
            className="qr"
            src={`data:image/svg+xml;utf8,${encodeURIComponent(begin.data.qr_svg)}`}
            alt={t('account.qr')}
          />
          <FormGroup label={t('account.secret')}>
            <ClipboardCopy
              isReadOnly
              hoverTip={t('common.copy')}
              clickTip={t('common.copied')}
              textAriaLabel={t('account.secret')}
            >
              {new URL(begin.data.uri).searchParams.get('secret') ?? ''}
            </ClipboardCopy>
          </FormGroup>
          <TextField
            label={t('account.code')}
            value={code}
            onChange={setCode}
            maxLength={12}
            autoComplete="one-time-code"
          />
        </>
      )}
      <ActionGroup>
        {!account.second_factor && !isStarted && (
          <Button isDisabled={password === '' || begin.isPending} onClick={() => begin.mutate()}>
            {t('account.totpBegin')}
          </Button>
        )}
        {isStarted && (
          <Button isDisabled={code.trim() === '' || confirm.isPending} onClick={() => confirm.mutate()}>
            {t('account.totpConfirm')}
          </Button>
        )}
        {account.second_factor && (
          <>
            <Button
              variant="secondary"
              isDisabled={password === '' || renew.isPending}
              onClick={() => renew.mutate()}
            >
              {t('account.renewCodes')}
            </Button>
            <Button
              variant="danger"
              isDisabled={password === '' || remove.isPending}
              onClick={() => remove.mutate()}
            >
              {t('account.totpRemove')}
            </Button>
          </>
        )}
      </ActionGroup>
    </Form>
  );
}
