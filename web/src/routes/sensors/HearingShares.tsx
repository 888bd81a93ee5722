// Which share of the machines is heard in both directions, per line and zone.
import { Progress, ProgressMeasureLocation } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty, States } from '@/components/states';
import { percent } from '@/lib/health';
import { usePlaceNames } from '@/lib/places';
import { useMapAssets } from '@/routes/map/useMapData';
import { isBlind, type Asset } from '@/routes/map/model';

interface Share {
  readonly key: string;
  readonly by: 'line' | 'zone' | 'network';
  readonly id: string;
  readonly all: number;
  readonly both: number;
}

function sharesOf(assets: readonly Asset[]): Share[] {
  const found = new Map<string, Share>();
  for (const asset of assets) {
    // Before lines and zones are named, networks are the only places there are.
    const by = asset.line ? 'line' : asset.zone ? 'zone' : 'network';
    const id = asset[by] ?? '';
    const key = `${by} ${id}`;
    const share = found.get(key) ?? { key, by, id, all: 0, both: 0 };
    found.set(key, { ...share, all: share.all + 1, both: share.both + (isBlind(asset) ? 0 : 1) });
  }
  return [...found.values()].sort((left, right) => left.both / left.all - right.both / right.all);
}

export function HearingShares() {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const assets = useMapAssets();
  return (
    <States of={assets}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t('assets.none')}>{t('assets.noneBody')}</Empty>
        ) : (
          <Table variant="compact" aria-label={t('sensors.hearing')}>
            <Thead>
              <Tr>
                <Th>{t('sensors.place')}</Th>
                <Th>{t('sensors.machines')}</Th>
                <Th>{t('sensors.blind')}</Th>
                <Th width={40}>{t('sensors.bothShare')}</Th>
              </Tr>
            </Thead>
            <Tbody>
              {sharesOf(items).map((share) => {
                const query = share.id ? `?${share.by}=${share.id}` : '';
                const name = nameOf(share.id) || t('asset.nowhere');
                return (
                  <Tr key={share.key}>
                    <Td>{name}</Td>
                    <Td>
                      <Link to={`/assets${query}`}>{share.all}</Link>
                    </Td>
                    <Td>
                      {share.all === share.both ? (
                        0
                      ) : (
                        <Link
                          to={`/assets${query || '?'}&hearing=one-direction&hearing=only-groups&hearing=only-talked-about&hearing=no-longer-heard`}
                        >
                          {share.all - share.both}
                        </Link>
                      )}
                    </Td>
                    <Td>
                      <Progress
                        aria-label={t('sensors.bothOf', { name })}
                        value={percent(share.both, share.all) ?? 0}
                        measureLocation={ProgressMeasureLocation.outside}
                        size="sm"
                      />
                    </Td>
                  </Tr>
                );
              })}
            </Tbody>
          </Table>
        )
      }
    </States>
  );
}
