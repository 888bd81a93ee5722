// Tokens of machines: shown once, ending by themselves, taken back here.
import { Button, Label, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { ChoiceField, TextField } from '@/components/fields';
import { Once } from '@/components/Once';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { endOf } from '@/lib/time';
import { word } from '@/lib/words';
import { useSession } from '@/session/session';

const ROLES = ['reader', 'enricher', 'monitor', 'sensor'];

function Issue({
  onIssued,
  onClose,
}: {
  onIssued: (token: Schemas['IssuedToken']) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [role, setRole] = useState('reader');
  const [until, setUntil] = useState('');
  const issue = useMutation({
    mutationFn: () => ask(client.POST('/api/v1/tokens', { body: { name, role, until: endOf(until) } })),
    onSuccess: onIssued,
  });
  return (
    <Dialog
      title={t('settings.tokens.issue')}
      description={t('settings.tokens.lead')}
      action={t('settings.tokens.issue')}
      isReady={name.trim() !== ''}
      isBusy={issue.isPending}
      error={issue.error}
      onSubmit={() => issue.mutate()}
      onClose={onClose}
    >
      <TextField label={t('common.name')} value={name} onChange={setName} isRequired />
      <ChoiceField
        label={t('settings.users.role')}
        value={role}
        onChange={setRole}
        choices={ROLES.map((value) => ({ value, label: word('role', value) }))}
      />
      <TextField label={t('settings.users.until')} value={until} onChange={setUntil} type="date" />
    </Dialog>
  );
}

export function Tokens() {
  const { t } = useTranslation();
  const { may } = useSession();
  const queries = useQueryClient();
  const [isIssuing, setIssuing] = useState(false);
  const [issued, setIssued] = useState<Schemas['IssuedToken'] | null>(null);
  const tokens = useQuery({
    queryKey: ['tokens'],
    queryFn: () => ask(client.GET('/api/v1/tokens', { params: { query: { limit: 500 } } })),
  });
  const again = () => queries.invalidateQueries({ queryKey: ['tokens'] });
  const revoke = useMutation({
    mutationFn: (id: string) => ask(client.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } })),
    onSuccess: again,
  });
  const done = (token: Schemas['IssuedToken']) => {
    setIssued(token);
    setIssuing(false);
    void again();
  };
  return (
    <>
      {may('manage-tokens') && (
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <Button onClick={() => setIssuing(true)}>{t('settings.tokens.issue')}</Button>
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
      )}
      {issued && <Once title={t('settings.tokens.once', { name: issued.token.name })} secret={issued.text} />}
      <Told error={revoke.error} />
      <States of={tokens}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t('settings.none.tokens')}</Empty>
          ) : (
            <RowTable
              label={t('settings.sections.tokens')}
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                { title: t('common.name'), show: (token) => token.name, isWide: true },
                { title: t('settings.users.role'), show: (token) => word('role', token.role) },
                {
                  title: t('settings.users.until'),
                  show: (token) => (token.until ? <Time at={token.until} /> : t('common.none')),
                },
                {
                  title: t('settings.tokens.lastUsed'),
                  show: (token) => (token.last_used ? <Time at={token.last_used} short /> : t('common.none')),
                },
              ]}
              actions={(token) =>
                token.revoked ? (
                  <Label color="grey">{t('settings.tokens.revoked')}</Label>
                ) : (
                  may('manage-tokens') && (
                    <Button variant="link" isDanger size="sm" onClick={() => revoke.mutate(token.id)}>
                      {t('settings.tokens.revoke')}
                    </Button>
                  )
                )
              }
            />
          )
        }
      </States>
      {isIssuing && <Issue onIssued={done} onClose={() => setIssuing(false)} />}
    </>
  );
}
