// A role for somebody: which, where, until when.
import { FormGroup } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { asChoices, ChoiceField, TextField } from '@/components/fields';
import { MultiSelect } from '@/components/MultiSelect';
import { choices, useLines, useZones } from '@/lib/places';
import { endOf } from '@/lib/time';
import { word } from '@/lib/words';

const ROLES = ['viewer', 'operator', 'site-leader', 'auditor', 'administrator'];

interface RoleDialogProps {
  readonly user: Schemas['UserRow'];
  readonly onClose: () => void;
}

export function RoleDialog({ user, onClose }: RoleDialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [role, setRole] = useState('viewer');
  const [until, setUntil] = useState('');
  const [lines, setLines] = useState<readonly string[]>([]);
  const [zones, setZones] = useState<readonly string[]>([]);
  const give = useMutation({
    mutationFn: () => {
      const reach = {
        lines: lines.length > 0 ? [...lines] : null,
        zones: zones.length > 0 ? [...zones] : null,
      };
      const body = { role, reach, until: endOf(until) };
      return ask(client.POST('/api/v1/users/{id}/roles', { params: { path: { id: user.id } }, body }));
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['users'] });
      onClose();
    },
  });
  const lineChoices = asChoices(choices(useLines()));
  const zoneChoices = asChoices(choices(useZones()));
  return (
    <Dialog
      title={t('settings.users.giveRoleTo', { name: user.display_name || user.name })}
      action={t('settings.users.giveRole')}
      isReady={role !== 'auditor' || until !== ''}
      isBusy={give.isPending}
      error={give.error}
      onSubmit={() => give.mutate()}
      onClose={onClose}
    >
      <ChoiceField
        label={t('settings.users.role')}
        value={role}
        onChange={setRole}
        choices={ROLES.map((name) => ({ value: name, label: word('role', name) }))}
      />
      <TextField label={t('settings.users.until')} value={until} onChange={setUntil} type="date" />
      {lineChoices.length + zoneChoices.length > 0 && (
        <FormGroup label={t('settings.users.reach')}>
          <MultiSelect
            label={t('assets.columns.line')}
            choices={lineChoices}
            chosen={lines}
            onChange={setLines}
          />{' '}
          <MultiSelect
            label={t('assets.columns.zone')}
            choices={zoneChoices}
            chosen={zones}
            onChange={setZones}
          />
        </FormGroup>
      )}
    </Dialog>
  );
}
