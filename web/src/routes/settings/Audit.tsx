// Who did what and when; the chain that holds it together can be checked here.
import { More } from '@/components/More';
import { Notice } from '@/components/Notice';
import { Button, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ask, client } from '@/api/client';
import { RowTable } from '@/components/RowTable';
import { Empty, States } from '@/components/states';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { called, usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { word } from '@/lib/words';
import { useMapAssets } from '@/routes/map/useMapData';
import { useSession } from '@/session/session';

function useAudit(actor: string) {
  const query = { actor: actor || undefined, limit: 100 };
  return useInfiniteQuery({
    queryKey: ['audit', query],
    queryFn: ({ pageParam }) =>
      ask(client.GET('/api/v1/audit', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

/** Who or what an entry names: a word and mostly an id, which is told by its name where that is known. */
function Named({ text, nameOf }: { readonly text: string; readonly nameOf: (id: string) => string }) {
  const [noun = '', ...rest] = text.split(' ');
  const id = rest.join(' ');
  const words = [word('object', noun), nameOf(id) || word('object', id)].filter(Boolean).join(' ');
  return noun === 'asset' && id ? <Link to={`/assets/${id}`}>{words}</Link> : <>{words}</>;
}

/** Names of people, assets, lines, zones and networks by id. */
function useNames(): (id: string) => string {
  const { may } = useSession();
  const place = usePlaceNames();
  const users = useQuery({
    queryKey: ['users'],
    queryFn: () => ask(client.GET('/api/v1/users', { params: { query: { limit: 500 } } })),
    enabled: may('view-users'),
  });
  const assets = useMapAssets(may('view-assets')).data?.items;
  const machines = useMemo(() => new Map((assets ?? []).map((row) => [row.id, called(row)])), [assets]);
  const people = new Map((users.data?.items ?? []).map((user) => [user.id, user.display_name || user.name]));
  return (id) => people.get(id) ?? machines.get(id) ?? place(id);
}

function Verify() {
  const { t } = useTranslation();
  const verify = useMutation({ mutationFn: () => ask(client.GET('/api/v1/audit/verification')) });
  const { data } = verify;
  return (
    <>
      <Button variant="secondary" isLoading={verify.isPending} onClick={() => verify.mutate()}>
        {t('settings.audit.verify')}
      </Button>
      <Told error={verify.error} />
      {data && (
        <Notice
          variant={data.whole ? 'success' : 'danger'}
          isLiveRegion
          title={
            data.whole
              ? t('settings.audit.whole', { n: count(data.rows ?? 0) })
              : t('settings.audit.broken', { n: data.broken_at ?? '?' })
          }
        />
      )}
    </>
  );
}

export function Audit() {
  const { t } = useTranslation();
  const [actor, setActor] = useState('');
  const [typed, setTyped] = useState('');
  const audit = useAudit(actor);
  const nameOf = useNames();
  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ToolbarItem>
            <SearchInput
              resetButtonLabel={t('common.clearSearch')}
              submitSearchButtonLabel={t('common.search')}
              aria-label={t('settings.audit.actor')}
              placeholder={t('settings.audit.actor')}
              value={typed}
              onChange={(_, value) => setTyped(value)}
              onSearch={() => setActor(typed)}
              onClear={() => {
                setTyped('');
                setActor('');
              }}
            />
          </ToolbarItem>
          <ToolbarItem>
            <Verify />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      <States of={audit}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          if (rows.length === 0) return <Empty>{t('settings.audit.none')}</Empty>;
          return (
            <>
              <RowTable
                label={t('settings.sections.audit')}
                rows={rows}
                keyOf={({ sequence }) => String(sequence)}
                columns={[
                  { title: t('settings.audit.number'), show: (row) => row.sequence },
                  { title: t('traffic.time'), show: (row) => <Time at={row.time} /> },
                  {
                    title: t('settings.audit.actor'),
                    show: (row) => <Named text={row.actor} nameOf={nameOf} />,
                    isWide: true,
                  },
                  { title: t('settings.audit.action'), show: (row) => word('action', row.action) },
                  {
                    title: t('settings.audit.object'),
                    show: (row) => <Named text={row.object} nameOf={nameOf} />,
                    isWide: true,
                  },
                ]}
              />
              <More list={audit} hidden={pages.at(-1)?.hidden ?? 0} />
            </>
          );
        }}
      </States>
    </>
  );
}
