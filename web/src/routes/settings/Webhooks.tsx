// Where changes are sent, signed with a secret that is shown once.
import { Label } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Once } from '@/components/Once';
import { useSession } from '@/session/session';
import { Entries, type Values } from './Entries';

export function Webhooks() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [made, setMade] = useState<Schemas['WebhookSecret'] | null>(null);
  const webhooks = useQuery({ queryKey: ['webhooks'], queryFn: () => ask(client.GET('/api/v1/webhooks')) });
  const body = (given: Values) => ({
    name: given.name ?? '',
    url: given.url ?? '',
    enabled: given.enabled !== 'off',
    kinds: (given.kinds ?? '').split(/[\s,、，]+/).filter(Boolean),
  });
  return (
    <>
      {made && (
        <Once title={t('settings.webhooks.secret', { name: made.webhook.name })} secret={made.secret} />
      )}
      <Entries<Schemas['WebhookRow']>
        label={t('settings.sections.webhooks')}
        list="webhooks"
        rows={webhooks}
        mayChange={may('manage-webhooks')}
        noneBody={t('settings.none.webhooks')}
        columns={[
          { title: t('common.name'), show: (row) => row.name },
          { title: 'URL', show: (row) => row.url },
          { title: t('settings.webhooks.kinds'), show: (row) => row.kinds.join(', ') || t('common.all') },
          {
            title: t('settings.state'),
            show: (row) => (
              <Label color={row.enabled ? 'green' : 'grey'}>
                {t(row.enabled ? 'settings.webhooks.on' : 'settings.webhooks.off')}
              </Label>
            ),
          },
        ]}
        fields={[
          { name: 'name', label: t('common.name'), isRequired: true },
          { name: 'url', label: 'URL', isRequired: true },
          { name: 'kinds', label: t('settings.webhooks.kindsHelp') },
          {
            name: 'enabled',
            label: t('settings.state'),
            isRequired: true,
            choices: [
              { value: 'on', label: t('settings.webhooks.on') },
              { value: 'off', label: t('settings.webhooks.off') },
            ],
          },
        ]}
        valuesOf={(row) => ({
          name: row?.name ?? '',
          url: row?.url ?? '',
          kinds: row?.kinds.join(', ') ?? '',
          enabled: row && !row.enabled ? 'off' : 'on',
        })}
        add={async (given) => setMade(await ask(client.POST('/api/v1/webhooks', { body: body(given) })))}
        change={({ id }, given) =>
          ask(client.PUT('/api/v1/webhooks/{id}', { params: { path: { id } }, body: body(given) }))
        }
        remove={({ id }) => ask(client.DELETE('/api/v1/webhooks/{id}', { params: { path: { id } } }))}
      />
    </>
  );
}
