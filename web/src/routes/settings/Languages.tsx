// Languages: which one is shown here and in one's own account, and how dates and numbers are then written.
import { Notice } from '@/components/Notice';
import { ActionGroup, Button, Content, Form, FormGroup, Title } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { LanguageSwitch } from '@/app/LanguageSwitch';
import { ChoiceField } from '@/components/fields';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { Told } from '@/components/Told';
import { chooseLanguage, LANGUAGES } from '@/i18n';
import { count, day, moment } from '@/lib/time';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';

function Own({ account }: { readonly account: Schemas['Account'] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [language, setLanguage] = useState(account.language);
  const keep = useMutation({
    mutationFn: () => ask(client.PATCH('/api/v1/account', { body: { language } })),
    onSuccess: async () => {
      const chosen = LANGUAGES.find((known) => known === language);
      if (chosen) chooseLanguage(chosen);
      await queries.invalidateQueries({ queryKey: ['account'] });
      await queries.invalidateQueries({ queryKey: ['session'] });
    },
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
      <FormGroup label={t('settings.languages.here')} role="group">
        <LanguageSwitch />
      </FormGroup>
      <ChoiceField
        label={t('settings.languages.account')}
        value={language}
        onChange={setLanguage}
        choices={LANGUAGES.map((value) => ({ value, label: t(`common.languages.${value}`) }))}
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

export function Languages() {
  const { t } = useTranslation();
  const { zone } = useSession();
  const now = useNow();
  const account = useQuery({ queryKey: ['account'], queryFn: () => ask(client.GET('/api/v1/account')) });
  const forms = [
    { name: t('settings.languages.date'), form: day(now, zone) },
    { name: t('settings.languages.time'), form: moment(new Date(now).toISOString(), zone) },
    { name: t('settings.languages.number'), form: count(1_234_567) },
    { name: t('settings.timeZone'), form: zone },
  ];
  return (
    <>
      <Content component="p">{t('settings.languages.lead')}</Content>
      <States of={account}>{(known) => <Own key={known.id} account={known} />}</States>
      <Title headingLevel="h3">{t('settings.languages.forms')}</Title>
      <RowTable
        label={t('settings.languages.forms')}
        rows={forms}
        keyOf={({ name }) => name}
        columns={[
          { title: t('settings.languages.what'), show: ({ name }) => name },
          { title: t('settings.languages.written'), show: ({ form }) => form },
        ]}
      />
    </>
  );
}
