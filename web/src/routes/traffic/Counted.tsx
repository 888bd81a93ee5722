// What a bar asked for besides the filter in sight, and the way back to everything.
import { Notice } from '@/components/Notice';
import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { called } from '@/lib/places';
import { moment } from '@/lib/time';
import { useSession } from '@/session/session';
import type { Asked } from './asked';

export function Counted({ asked }: { readonly asked: Asked }) {
  const { t } = useTranslation();
  const { zone, may } = useSession();
  const { from, until, asset = '', asks } = asked.query;
  const machine = useQuery({
    queryKey: ['asset', asset],
    queryFn: () => ask(client.GET('/api/v1/assets/{id}', { params: { path: { id: asset } } })),
    enabled: asset !== '' && may('view-assets'),
  });
  if (!asked.isCounted || !from || !until) return null;
  const parts = [t('traffic.counted', { from: moment(from, zone), until: moment(until, zone) })];
  if (asset && asks)
    parts.unshift(t('traffic.ofMachine', { name: machine.data ? called(machine.data) : asset }));
  return (
    <Notice
      variant="info"
      title={t('traffic.kept')}
      actionLinks={
        <Button variant="link" isInline onClick={asked.forget}>
          {t('traffic.clearCounted')}
        </Button>
      }
    >
      {parts.join(t('common.and'))}
    </Notice>
  );
}
