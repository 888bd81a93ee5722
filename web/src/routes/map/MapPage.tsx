// Map: the plant in its levels, who talks to whom, and what crosses levels.
import { Notice } from '@/components/Notice';
import {
  Button,
  Drawer,
  DrawerContent,
  DrawerContentBody,
  DrawerPanelContent,
  PageSection,
} from '@patternfly/react-core';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { PageHead } from '@/components/PageHead';
import { Empty, Loading, States } from '@/components/states';
import { Told } from '@/components/Told';
import type { Schemas } from '@/api/client';
import { called, usePlaceNames, useZoneLevels } from '@/lib/places';
import { useSession } from '@/session/session';
import { Canvas } from './Canvas';
import { EdgePanel } from './EdgePanel';
import { FilterBar, sinceOf, useMapFilter } from './FilterBar';
import { place } from './layout';
import { ListPanel } from './ListPanel';
import {
  boxesOf,
  edgesOf,
  filtered,
  OPEN_MAX,
  withLevels,
  withNames,
  type Asset,
  type Box,
  type Edge,
} from './model';
import { openedBy, routeOf, usePath, zoneOf } from './path';
import { usePlaces } from './usePlaces';
import { useMapAssets, useMapLinks, useVerbPairs } from './useMapData';

function useOpened(boxes: readonly Box[], path: readonly string[]) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => openedBy(path, boxes));
  const [isFull, setFull] = useState(false);
  const toggle = useCallback(
    (id: string) => {
      const next = new Set(open);
      if (!next.delete(id)) next.add(id);
      const shown = boxes.filter((box) => next.has(box.id)).reduce((sum, box) => sum + box.assets.length, 0);
      setFull(shown > OPEN_MAX);
      if (shown <= OPEN_MAX) setOpen(next);
    },
    [open, boxes],
  );
  return { open, toggle, isFull };
}

interface PathNoticeProps {
  readonly path: readonly string[];
  readonly assets: readonly Asset[];
  readonly onForget: () => void;
}

/** Which path is drawn, in words, and the way back to the map without it. */
function PathNotice({ path, assets, onForget }: PathNoticeProps) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const names = path.map((id) => {
    const zone = zoneOf(id);
    if (zone !== null) return nameOf(zone) || t('map.pathHidden');
    const asset = assets.find((row) => row.id === id);
    return asset ? called(asset) : t('map.pathHidden');
  });
  return (
    <Notice variant="info" title={t('map.path', { path: names.join(' → ') })}>
      <Button variant="link" isInline onClick={onForget}>
        {t('map.pathForget')}
      </Button>
    </Notice>
  );
}

interface DrawnProps {
  readonly assets: readonly Asset[];
  readonly links: readonly Schemas['MapLink'][];
  readonly hidden: number;
  readonly isWhole: boolean;
}

function Drawn({ assets, links: given, hidden, isWhole }: DrawnProps) {
  const { t } = useTranslation();
  const links = useMemo(() => withNames(given, assets), [given, assets]);
  const navigate = useNavigate();
  const nameOf = usePlaceNames();
  const { filter, setFilter } = useMapFilter();
  const pairs = useVerbPairs(filter.verb);
  const [selected, setSelected] = useState<string | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const [others, strays] = [t('map.others'), t('map.strays')];
  const levelOfZone = useZoneLevels();
  const boxes = useMemo(
    () => boxesOf(withLevels(assets, levelOfZone), nameOf, { others, strays }),
    [assets, levelOfZone, nameOf, others, strays],
  );
  const places = usePlaces(boxes, links);
  const { path, forget } = usePath();
  const { open, toggle, isFull } = useOpened(boxes, path);
  const route = useMemo(() => routeOf(path, boxes, open), [path, boxes, open]);
  const shown = useMemo(
    () =>
      filtered(links, {
        protocol: filter.protocol,
        pairs: filter.verb === '' ? null : (pairs.data ?? new Set<string>()),
        since: sinceOf(filter.time),
        onlyCrossing: filter.onlyCrossing,
      }),
    [links, filter, pairs.data],
  );
  const edges = useMemo(() => edgesOf(boxes, open, shown), [boxes, open, shown]);
  const layout = useMemo(() => place(boxes, open, places.kept), [boxes, open, places.kept]);
  const labels = useMemo(() => {
    const names = new Map(assets.map((asset) => [asset.id, `${called(asset)}\n${asset.address}`]));
    return {
      lane: (lane: string) => t(`map.lanes.${lane as 'none'}`),
      asset: (id: string) => names.get(id) ?? id,
    };
  }, [assets, t]);
  const edge: Edge | undefined = edges.find(({ id }) => id === selected);
  const protocols = useMemo(() => [...new Set(links.map((link) => link.protocol))].sort(), [links]);
  return (
    <>
      <FilterBar
        filter={filter}
        onChange={setFilter}
        protocols={protocols}
        onForget={places.mayMove ? places.forget : null}
      />
      <Told error={places.error} />
      {!isWhole && <Notice variant="warning" title={t('map.notWhole')} />}
      {path.length > 0 && <PathNotice path={path} assets={assets} onForget={forget} />}
      {isFull && <Notice variant="info" isLiveRegion title={t('map.full', { n: OPEN_MAX })} />}
      <Drawer isExpanded isInline>
        <DrawerContent
          panelContent={
            <DrawerPanelContent
              isResizable
              widths={{ default: 'width_33', '2xl': 'width_25' }}
              minSize="18rem"
            >
              {edge ? (
                <EdgePanel
                  edge={edge}
                  boxes={boxes}
                  onClose={() => {
                    setFrom(selected);
                    setSelected(null);
                  }}
                />
              ) : (
                <ListPanel
                  boxes={boxes}
                  edges={edges}
                  open={open}
                  hidden={hidden}
                  from={from}
                  onBox={toggle}
                  onEdge={setSelected}
                />
              )}
            </DrawerPanelContent>
          }
        >
          <DrawerContentBody>
            {places.isReady ? (
              <Canvas
                layout={layout}
                boxes={boxes}
                edges={edges}
                open={open}
                selected={selected}
                route={route}
                onlyCrossing={filter.onlyCrossing}
                labels={labels}
                onBox={toggle}
                onAsset={(id) => void navigate(`/assets/${id}`)}
                onEdge={setSelected}
                isMovable={places.mayMove}
                onMoved={(id, left, middle) => places.move(layout, id, left, middle)}
              />
            ) : (
              <Loading />
            )}
          </DrawerContentBody>
        </DrawerContent>
      </Drawer>
    </>
  );
}

function MapPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const assets = useMapAssets();
  const links = useMapLinks(may('view-traffic'));
  return (
    <>
      <PageHead title={t('common.nav.map')} lead={t('map.lead')}>
        <Link to="/map/drawing">{t('drawing.open')}</Link>
      </PageHead>
      <PageSection isFilled className="map-page">
        <States of={assets}>
          {(found) => {
            if (found.items.length === 0)
              return (
                <Empty title={t('assets.none')} hidden={found.hidden}>
                  {t('assets.noneBody')}
                </Empty>
              );
            if (!may('view-traffic')) return <Drawn {...found} assets={found.items} links={[]} />;
            return (
              <States of={links}>
                {(talked) => (
                  <Drawn
                    assets={found.items}
                    links={talked.items}
                    hidden={found.hidden + talked.hidden}
                    isWhole={found.isWhole && talked.isWhole}
                  />
                )}
              </States>
            );
          }}
        </States>
      </PageSection>
    </>
  );
}

export { MapPage as Component };
