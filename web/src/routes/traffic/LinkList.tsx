// Who talks to whom, page by page.
import { More } from '@/components/More';
import { Switch, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ask, client } from '@/api/client';
import { LinkTable } from '@/components/LinkTable';
import { Empty, States } from '@/components/states';
import { ProtocolSelect } from '@/components/VerbSelect';
import { useProtocols } from '@/routes/sensors/Protocols';

const LIMIT = 200;

function useLinks(protocol: string, isCrossing: boolean) {
  const query = { protocol: protocol || undefined, crosses_levels: isCrossing || undefined, limit: LIMIT };
  return useInfiniteQuery({
    queryKey: ['links', query],
    queryFn: ({ pageParam }) =>
      ask(client.GET('/api/v1/links', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

export function LinkList() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const protocol = params.get('protocol') ?? '';
  const isCrossing = params.get('crosses_levels') === 'true';
  const links = useLinks(protocol, isCrossing);
  const protocols = (useProtocols().data?.items ?? []).map((row) => row.protocol);
  const set = (name: string, value: string) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ToolbarItem>
            <ProtocolSelect
              label={t('traffic.protocol')}
              value={protocol}
              onChange={(value) => set('protocol', value)}
              protocols={protocols}
            />
          </ToolbarItem>
          <ToolbarItem alignSelf="center">
            <Switch
              id="only-crossing"
              label={t('traffic.onlyCrossing')}
              isChecked={isCrossing}
              onChange={(_, checked) => set('crosses_levels', checked ? 'true' : '')}
            />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      <States of={links}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          const hidden = pages.at(-1)?.hidden ?? 0;
          if (rows.length === 0)
            return (
              <Empty title={t('traffic.noLinks')} hidden={hidden}>
                {t('traffic.noLinksBody')}
              </Empty>
            );
          return (
            <>
              <LinkTable rows={rows} label={t('traffic.tabs.links')} />
              <More list={links} hidden={hidden} />
            </>
          );
        }}
      </States>
    </>
  );
}
