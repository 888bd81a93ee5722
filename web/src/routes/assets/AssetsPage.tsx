// Assets: every machine that was heard or is in the register.
import {
  Button,
  PageSection,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { SyncAltIcon } from '@patternfly/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { onChanges } from '@/api/changes';
import { ask, client } from '@/api/client';
import { ExportMenu } from '@/components/ExportMenu';
import { Hidden } from '@/components/Hidden';
import { PageHead } from '@/components/PageHead';
import { SavedViews } from '@/components/SavedViews';
import { Empty, States } from '@/components/states';
import { clock, count } from '@/lib/time';
import { useSession } from '@/session/session';
import { AssetTable, type Selection } from './AssetTable';
import { BulkEdit } from './BulkEdit';
import { ColumnChoice, useColumns } from './ColumnChoice';
import { FilterBar } from './FilterBar';
import { isNarrowed, kept, opened, useFilter, USUAL_SORT, type AssetQuery } from './filter';

/** Rows of a page: the most that the server gives. */
const LIMIT = 500;

function useAssets(query: AssetQuery) {
  return useInfiniteQuery({
    queryKey: ['assets', query],
    queryFn: ({ pageParam }) =>
      ask(client.GET('/api/v1/assets', { params: { query: { ...query, limit: LIMIT, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    // What is being read never moves by itself: the reader asks for the news.
    staleTime: Infinity,
    placeholderData: (before) => before,
  });
}

/** Whether assets changed since the table was read. */
function useNews(readAt: number): boolean {
  const [changedAt, setChangedAt] = useState(0);
  useEffect(() => onChanges((kinds) => kinds.has('asset') && setChangedAt(Date.now())), []);
  return changedAt > readAt;
}

function useSelection() {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((id: string, isSelected: boolean) => {
    setIds((before) => {
      const next = new Set(before);
      if (isSelected) next.add(id);
      else next.delete(id);
      return next;
    });
  }, []);
  const clear = useCallback(() => setIds(new Set()), []);
  return { ids, toggle, clear };
}

function AssetsPage() {
  const { t } = useTranslation();
  const { may, zone } = useSession();
  const filter = useFilter();
  const assets = useAssets(filter.query);
  const { visible, choose } = useColumns();
  const selection = useSelection();
  const [isEditing, setEditing] = useState(false);
  const hasNews = useNews(assets.dataUpdatedAt);
  const rows = useMemo(() => assets.data?.pages.flatMap((page) => page.items) ?? [], [assets.data]);
  const hidden = assets.data?.pages.at(-1)?.hidden ?? 0;
  const { hasNextPage, isFetching, fetchNextPage, refetch } = assets;
  const nearEnd = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const choosing: Selection | null = may('edit-assets') ? selection : null;
  const finish = () => {
    setEditing(false);
    selection.clear();
    void refetch();
  };
  return (
    <>
      <PageHead title={t('common.nav.assets')} />
      <PageSection isFilled hasOverflowScroll={false} className="table-page">
        <Toolbar clearAllFilters={filter.clear}>
          <ToolbarContent>
            <FilterBar filter={filter} />
            <ToolbarGroup align={{ default: 'alignEnd' }}>
              {selection.ids.size > 0 && (
                <ToolbarItem>
                  <Button variant="secondary" onClick={() => setEditing(true)}>
                    {t('assets.bulk.open', { count: selection.ids.size })}
                  </Button>
                </ToolbarItem>
              )}
              <ToolbarItem>
                <SavedViews
                  noun="assets"
                  shown={() => ({ ...kept(filter.query), columns: visible })}
                  onOpen={(view) => {
                    filter.replace(opened(view));
                    if (view.columns.length > 0) choose(view.columns);
                  }}
                />
              </ToolbarItem>
              <ToolbarItem>
                <ColumnChoice visible={visible} onChoose={choose} />
              </ToolbarItem>
              <ToolbarItem>
                <ExportMenu table={{ list: 'assets', filter: filter.query }} />
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
        <States of={assets}>
          {() =>
            rows.length === 0 ? (
              <Empty title={t(isNarrowed(filter.query) ? 'assets.noneFit' : 'assets.none')}>
                {t(isNarrowed(filter.query) ? 'assets.noneFitBody' : 'assets.noneBody')}
              </Empty>
            ) : (
              <AssetTable
                rows={rows}
                visible={visible}
                sort={filter.query.sort ?? USUAL_SORT}
                onSort={(sort) => filter.setOne('sort', sort)}
                onNearEnd={nearEnd}
                selection={choosing}
              />
            )
          }
        </States>
        <div className="table-foot">
          <span>
            {t(hasNextPage ? 'assets.countMore' : 'assets.count', {
              count: rows.length,
              n: count(rows.length),
            })}{' '}
            {assets.dataUpdatedAt > 0 && t('common.asOf', { time: clock(assets.dataUpdatedAt, zone) })}
          </span>
          <Button
            variant={hasNews ? 'secondary' : 'plain'}
            size="sm"
            icon={<SyncAltIcon />}
            aria-label={t('assets.refresh')}
            onClick={() => void refetch()}
          >
            {hasNews ? t('assets.news') : null}
          </Button>
          <Hidden count={hidden} />
        </div>
      </PageSection>
      {isEditing && <BulkEdit ids={[...selection.ids]} onDone={finish} onClose={() => setEditing(false)} />}
    </>
  );
}

export { AssetsPage as Component };
