// Backups: when the last one was, what there is, one now, and how to go back to it.
import { Notice } from '@/components/Notice';
import { Button, Content, Label, Title } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { CommandLine } from '@/components/CommandLine';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { bytes } from '@/lib/time';
import { word } from '@/lib/words';

/** While one is being made, the list is asked for again so often. */
const AGAIN_MS = 3_000;
const COLORS = { done: 'green', failed: 'red', removed: 'grey' } as const;

function useBackups(waitsFor: string | undefined) {
  return useQuery({
    queryKey: ['backups'],
    queryFn: () => ask(client.GET('/api/v1/backups')),
    refetchInterval: ({ state }) =>
      waitsFor !== undefined && !state.data?.items.some((row) => row.time >= waitsFor) ? AGAIN_MS : false,
  });
}

export function Backups() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => ask(client.POST('/api/v1/backups')),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['backups'] }),
  });
  const asked = make.data?.time;
  const backups = useBackups(asked);
  const rows = backups.data?.items ?? [];
  const last = rows.find((row) => row.state === 'done');
  const isMade = asked !== undefined && rows.some((row) => row.time >= asked);
  return (
    <>
      <Content component="p">
        {t('settings.backups.last')} {last ? <Time at={last.done} /> : t('common.none')}
      </Content>
      <div>
        <Button isLoading={make.isPending} isAriaDisabled={make.isPending} onClick={() => make.mutate()}>
          {t('settings.backups.make')}
        </Button>
      </div>
      <Told error={make.error} />
      {asked !== undefined && (
        <Notice
          variant={isMade ? 'success' : 'info'}
          isLiveRegion
          title={t(isMade ? 'settings.backups.made' : 'settings.backups.making')}
        />
      )}
      <States of={backups}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('settings.backups.none')}>{t('settings.none.backups')}</Empty>
          ) : (
            <RowTable
              label={t('settings.sections.backups')}
              rows={items}
              keyOf={(row) => `${row.time} ${row.file}`}
              columns={[
                { title: t('traffic.time'), show: (row) => <Time at={row.done} /> },
                {
                  title: t('settings.state'),
                  show: (row) => (
                    <Label color={COLORS[row.state as keyof typeof COLORS] ?? 'grey'}>
                      {word('backupState', row.state)}
                    </Label>
                  ),
                },
                { title: t('settings.backups.file'), show: (row) => row.file, isWide: true },
                { title: t('settings.backups.size'), show: (row) => (row.bytes ? bytes(row.bytes) : '—') },
                {
                  title: t('settings.backups.askedBy'),
                  show: (row) =>
                    t(row.asked_by === 'product' ? 'settings.backups.plan' : 'settings.backups.person'),
                },
                { title: t('settings.backups.problem'), show: (row) => row.problem ?? '', isWide: true },
              ]}
            />
          )
        }
      </States>
      <Title headingLevel="h3">{t('settings.backups.restore')}</Title>
      <Content component="p">{t('settings.backups.restoreLead')}</Content>
      <CommandLine
        label={t('settings.backups.restore')}
        text={`systemctl stop yagura\nyagura restore --config FILE ${last?.file ?? 'BACKUP'}\nsystemctl start yagura`}
      />
    </>
  );
}
