// One's own account: name and language, password, second factor, passkeys, sessions.
import { Notice } from '@/components/Notice';
import { ActionGroup, Button, Form, Grid, GridItem, PageSection, Title } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, Refused, type Schemas } from '@/api/client';
import { ChoiceField, TextField } from '@/components/fields';
import { PageHead } from '@/components/PageHead';
import { States } from '@/components/states';
import { Told } from '@/components/Told';
import { Passkeys } from './Passkeys';
import { SecondFactor } from './SecondFactor';
import { Sessions } from './Sessions';

interface PartProps {
  readonly title: string;
  readonly children: ReactNode;
}

function Part({ title, children }: PartProps) {
  return (
    <section className="part">
      <Title headingLevel="h2" size="lg">
        {title}
      </Title>
      {children}
    </section>
  );
}

function Profile({ account }: { readonly account: Schemas['Account'] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(account.display_name);
  const [mail, setMail] = useState(account.mail);
  const [language, setLanguage] = useState(account.language);
  const keep = useMutation({
    mutationFn: () => ask(client.PATCH('/api/v1/account', { body: { display_name: name, mail, language } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['account'] });
      await queries.invalidateQueries({ queryKey: ['session'] });
    },
  });
  const languages = (['ja', 'en'] as const).map((value) => ({
    value,
    label: t(`common.languages.${value}`),
  }));
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate();
      }}
    >
      <Told error={keep.error} />
      {keep.isSuccess && <Notice variant="success" isLiveRegion title={t('common.saved')} />}
      <TextField label={t('login.displayName')} value={name} onChange={setName} />
      <TextField label={t('settings.users.mail')} value={mail} onChange={setMail} type="email" />
      <ChoiceField
        label={t('common.language')}
        value={language}
        onChange={setLanguage}
        choices={languages}
        none={t('account.browserLanguage')}
      />
      <ActionGroup>
        <Button type="submit" isAriaDisabled={keep.isPending}>
          {t('common.save')}
        </Button>
      </ActionGroup>
    </Form>
  );
}

function Password() {
  const { t } = useTranslation();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: async () => {
      if (fresh !== again) throw new Refused(0, { code: 'passwords-differ', message: '', advice: '' });
      await ask(client.POST('/api/v1/account/password', { body: { old, new: fresh } }));
    },
    onSuccess: () => [setOld, setFresh, setAgain].forEach((set) => set('')),
  });
  const common = { type: 'password', maxLength: 256, isRequired: true } as const;
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Told error={change.error} />
      {change.isSuccess && <Notice variant="success" isLiveRegion title={t('account.passwordChanged')} />}
      <TextField
        label={t('account.oldPassword')}
        value={old}
        onChange={setOld}
        autoComplete="current-password"
        {...common}
      />
      <TextField
        label={t('login.newPassword')}
        value={fresh}
        onChange={setFresh}
        autoComplete="new-password"
        {...common}
      />
      <TextField
        label={t('login.again')}
        value={again}
        onChange={setAgain}
        autoComplete="new-password"
        {...common}
      />
      <ActionGroup>
        <Button type="submit" isDisabled={change.isPending || old === '' || fresh === ''}>
          {t('account.changePassword')}
        </Button>
      </ActionGroup>
    </Form>
  );
}

function AccountPage() {
  const { t } = useTranslation();
  const account = useQuery({ queryKey: ['account'], queryFn: () => ask(client.GET('/api/v1/account')) });
  return (
    <>
      <PageHead title={t('common.nav.account')} />
      <PageSection>
        <States of={account}>
          {(known) => (
            <Grid hasGutter>
              <GridItem lg={6}>
                <Part title={t('account.profile', { name: known.name })}>
                  <Profile key={known.id} account={known} />
                </Part>
                {known.origin === 'local' && (
                  <Part title={t('login.password')}>
                    <Password />
                  </Part>
                )}
              </GridItem>
              <GridItem lg={6}>
                {known.origin === 'local' && (
                  <>
                    <Part title={t('account.totp')}>
                      <SecondFactor account={known} />
                    </Part>
                    <Part title={t('account.passkeys')}>
                      <Passkeys account={known} />
                    </Part>
                  </>
                )}
              </GridItem>
              <GridItem>
                <Part title={t('account.sessions')}>
                  <Sessions />
                </Part>
              </GridItem>
            </Grid>
          )}
        </States>
      </PageSection>
    </>
  );
}

export { AccountPage as Component };
