// Sensors on other machines: a link to join with, what became of each, and the way to shut one out.
import { Notice } from '@/components/Notice';
import { Button, Content, Label, Title, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { CommandLine } from '@/components/CommandLine';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/fields';
import { RowActions } from '@/components/RowActions';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { Time } from '@/components/Time';
import { bytes, count } from '@/lib/time';
import { trouble } from '@/lib/troubles';

type Sensor = Schemas['SensorRow'];

const AGAIN_MS = 10_000;

type State = 'local' | 'revoked' | 'connected' | 'away';
const COLORS = { local: 'blue', revoked: 'grey', connected: 'green', away: 'orange' } as const;

function stateOf(sensor: Sensor): State {
  if (sensor.revoked) return 'revoked';
  if (sensor.is_local) return 'local';
  return sensor.connected ? 'connected' : 'away';
}

function useSensors() {
  return useQuery({
    queryKey: ['sensors'],
    queryFn: () => ask(client.GET('/api/v1/sensors')),
    refetchInterval: AGAIN_MS,
  });
}

interface DoneProps {
  readonly onClose: () => void;
}

function Join({ onMade, onClose }: DoneProps & { readonly onMade: (link: Schemas['SensorLink']) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [host, setHost] = useState(window.location.hostname);
  const make = useMutation({
    mutationFn: () =>
      ask(client.POST('/api/v1/sensors/links', { body: { name, host: host.trim() || null } })),
    onSuccess: onMade,
  });
  return (
    <Dialog
      title={t('settings.sensors.add')}
      description={t('settings.sensors.addLead')}
      action={t('settings.sensors.makeLink')}
      isReady={name.trim() !== ''}
      isBusy={make.isPending}
      error={make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <TextField label={t('common.name')} value={name} onChange={setName} isRequired maxLength={100} />
      <TextField label={t('settings.sensors.host')} value={host} onChange={setHost} maxLength={253} />
    </Dialog>
  );
}

function Rename({ sensor, onClose }: DoneProps & { readonly sensor: Sensor }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(sensor.name);
  const keep = useMutation({
    mutationFn: () =>
      ask(client.PATCH('/api/v1/sensors/{id}', { params: { path: { id: sensor.id } }, body: { name } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['sensors'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={sensor.name}
      action={t('common.save')}
      isReady={name.trim() !== ''}
      isBusy={keep.isPending}
      error={keep.error}
      onSubmit={() => keep.mutate()}
      onClose={onClose}
    >
      <TextField label={t('common.name')} value={name} onChange={setName} isRequired maxLength={100} />
    </Dialog>
  );
}

function ShutOut({ sensor, onClose }: DoneProps & { readonly sensor: Sensor }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () =>
      ask(client.POST('/api/v1/sensors/{id}/revoke', { params: { path: { id: sensor.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['sensors'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={t('settings.sensors.revokeOf', { name: sensor.name })}
      description={t('settings.sensors.revokeLead')}
      action={t('settings.sensors.revoke')}
      isDanger
      isBusy={revoke.isPending}
      error={revoke.error}
      onSubmit={() => revoke.mutate()}
      onClose={onClose}
    >
      {null}
    </Dialog>
  );
}

function Spool({ sensor }: { readonly sensor: Sensor }) {
  const { t } = useTranslation();
  if (sensor.is_local) return <>—</>;
  return (
    <>
      {t('settings.sensors.waiting', { n: count(sensor.spooled_batches), size: bytes(sensor.spooled_bytes) })}
      {sensor.lost_batches > 0 && (
        <Label color="red" className="beside">
          {t('settings.sensors.lost', { n: count(sensor.lost_batches) })}
        </Label>
      )}
      {sensor.remarks.map((remark) => (
        <div key={remark}>{trouble(remark)}</div>
      ))}
    </>
  );
}

export function RemoteSensors() {
  const { t } = useTranslation();
  const sensors = useSensors();
  const [isJoining, setJoining] = useState(false);
  const [made, setMade] = useState<Schemas['SensorLink'] | null>(null);
  const [renamed, setRenamed] = useState<Sensor | null>(null);
  const [revoked, setRevoked] = useState<Sensor | null>(null);
  const actions = (sensor: Sensor) => [
    { title: t('settings.sensors.rename'), onClick: () => setRenamed(sensor) },
    ...(sensor.is_local || sensor.revoked
      ? []
      : [{ title: t('settings.sensors.revoke'), onClick: () => setRevoked(sensor) }]),
  ];
  return (
    <>
      <Content component="p">{t('settings.sensors.lead')}</Content>
      <Toolbar>
        <ToolbarContent>
          <ToolbarItem>
            <Button onClick={() => setJoining(true)}>{t('settings.sensors.add')}</Button>
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {made && (
        <>
          <Notice variant="success" isLiveRegion title={t('settings.sensors.once')}>
            {t('settings.sensors.until')} <Time at={made.until} />
          </Notice>
          <Title headingLevel="h3">{t('settings.sensors.onSensor')}</Title>
          <CommandLine
            label={t('settings.sensors.onSensor')}
            text={`yagura sensor enrol --link '${made.link}' --folder /var/lib/yagura-sensor`}
          />
        </>
      )}
      <States of={sensors}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{t('settings.none.sensors')}</Empty>
          ) : (
            <RowTable
              label={t('settings.sections.sensors')}
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                { title: t('common.name'), show: (row) => row.name, isWide: true },
                {
                  title: t('settings.state'),
                  show: (row) => (
                    <Label color={COLORS[stateOf(row)]}>{t(`settings.sensors.states.${stateOf(row)}`)}</Label>
                  ),
                },
                { title: t('settings.sensors.ports'), show: (row) => row.interfaces.join(t('common.and')) },
                {
                  title: t('settings.sensors.heard'),
                  show: (row) => (row.last_heard ? <Time at={row.last_heard} short /> : t('common.none')),
                },
                { title: t('settings.sensors.spool'), show: (row) => <Spool sensor={row} /> },
                { title: t('sensors.version'), show: (row) => row.version },
              ]}
              actions={(row) => <RowActions items={actions(row)} of={row.name} />}
            />
          )
        }
      </States>
      {isJoining && (
        <Join
          onMade={(link) => {
            setMade(link);
            setJoining(false);
          }}
          onClose={() => setJoining(false)}
        />
      )}
      {renamed && <Rename sensor={renamed} onClose={() => setRenamed(null)} />}
      {revoked && <ShutOut sensor={revoked} onClose={() => setRevoked(null)} />}
    </>
  );
}
