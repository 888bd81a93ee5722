// People, their roles, and the one-time links that let them in.
import { RowActions } from '@/components/RowActions';
import { Button, Label, LabelGroup, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/fields';
import { Once } from '@/components/Once';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { word } from '@/lib/words';
import { useSession } from '@/session/session';
import { RoleDialog } from './RoleDialog';

type User = Schemas['UserRow'];

function useUsers() {
  return useQuery({
    queryKey: ['users'],
    queryFn: () => ask(client.GET('/api/v1/users', { params: { query: { limit: 500 } } })),
  });
}

function AddUser({
  onAdded,
  onClose,
}: {
  onAdded: (given: Schemas['UserWithLink']) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [mail, setMail] = useState('');
  const add = useMutation({
    mutationFn: () => ask(client.POST('/api/v1/users', { body: { name, display_name: displayName, mail } })),
    onSuccess: onAdded,
  });
  return (
    <Dialog
      title={t('settings.users.add')}
      description={t('settings.users.addLead')}
      action={t('common.add')}
      isReady={name.trim() !== ''}
      isBusy={add.isPending}
      error={add.error}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      <TextField label={t('login.name')} value={name} onChange={setName} maxLength={64} isRequired />
      <TextField label={t('login.displayName')} value={displayName} onChange={setDisplayName} />
      <TextField label={t('settings.users.mail')} value={mail} onChange={setMail} type="email" />
    </Dialog>
  );
}

interface RolesProps {
  readonly user: User;
  readonly onEnd: ((grant: string) => void) | undefined;
}

function Roles({ user, onEnd }: RolesProps) {
  const { t } = useTranslation();
  if (user.roles.length === 0) return <>{t('settings.users.noRole')}</>;
  return (
    <LabelGroup numLabels={6} aria-label={t('settings.users.roles')}>
      {user.roles.map((grant) => {
        const isLimited = grant.reach.lines || grant.reach.zones;
        const name = `${word('role', grant.role)}${isLimited ? t('settings.users.limited') : ''}`;
        return (
          <Label
            key={grant.id}
            onClose={onEnd ? () => onEnd(grant.id) : undefined}
            closeBtnAriaLabel={t('settings.users.endRole', { name })}
          >
            {name}
          </Label>
        );
      })}
    </LabelGroup>
  );
}

export function Users() {
  const { t } = useTranslation();
  const { may, who } = useSession();
  const queries = useQueryClient();
  const users = useUsers();
  const [isAdding, setAdding] = useState(false);
  const [given, setGiven] = useState<Schemas['UserWithLink'] | null>(null);
  const [granted, setGranted] = useState<User | null>(null);
  const again = () => queries.invalidateQueries({ queryKey: ['users'] });
  const deed = useMutation({ mutationFn: (work: () => Promise<unknown>) => work(), onSuccess: again });
  const path = (id: string) => ({ params: { path: { id } } });
  const added = (user: Schemas['UserWithLink']) => {
    setAdding(false);
    setGiven(user);
    void again();
  };
  const reset = async (id: string) => setGiven(await ask(client.POST('/api/v1/users/{id}/reset', path(id))));
  const actions = (user: User) => [
    { title: t('settings.users.giveRole'), onClick: () => setGranted(user) },
    { title: t('settings.users.reset'), onClick: () => deed.mutate(() => reset(user.id)) },
    {
      title: t('settings.users.endSessions'),
      onClick: () => deed.mutate(() => ask(client.DELETE('/api/v1/users/{id}/sessions', path(user.id)))),
    },
    {
      title: t(user.locked ? 'settings.users.unlock' : 'settings.users.lock'),
      isDisabled: user.id === who.id,
      onClick: () =>
        deed.mutate(() =>
          ask(client.PATCH('/api/v1/users/{id}', { ...path(user.id), body: { locked: !user.locked } })),
        ),
    },
  ];
  const endRole = (user: User) => (grant: string) =>
    deed.mutate(() =>
      ask(client.DELETE('/api/v1/users/{id}/roles/{grant}', { params: { path: { id: user.id, grant } } })),
    );
  return (
    <>
      {may('manage-users') && (
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <Button onClick={() => setAdding(true)}>{t('settings.users.add')}</Button>
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
      )}
      {given && <Once title={t('settings.users.link', { name: given.user.name })} secret={given.link} />}
      <Told error={deed.error} />
      <States of={users}>
        {({ items }) => (
          <RowTable
            label={t('settings.sections.users')}
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              {
                title: t('login.name'),
                show: (user) => (
                  <>
                    {user.name} {user.locked && <Label color="red">{t('settings.users.locked')}</Label>}
                  </>
                ),
              },
              { title: t('login.displayName'), show: (user) => user.display_name },
              {
                title: t('settings.users.roles'),
                width: 25,
                show: (user) => <Roles user={user} onEnd={may('manage-users') ? endRole(user) : undefined} />,
              },
              { title: t('settings.users.origin'), show: (user) => word('origin', user.origin) },
              {
                title: t('settings.users.secondFactor'),
                show: (user) => t(user.second_factor ? 'common.yes' : 'common.no'),
              },
              {
                title: t('settings.users.lastLogin'),
                show: (user) => (user.last_login ? <Time at={user.last_login} short /> : t('common.none')),
              },
            ]}
            actions={
              may('manage-users') ? (user) => <RowActions items={actions(user)} of={user.name} /> : undefined
            }
          />
        )}
      </States>
      {isAdding && <AddUser onAdded={added} onClose={() => setAdding(false)} />}
      {granted && <RoleDialog user={granted} onClose={() => setGranted(null)} />}
    </>
  );
}
