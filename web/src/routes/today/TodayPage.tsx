// Today: what needs me now, on one screen.
import { Notice } from '@/components/Notice';
import {
  Button,
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  Content,
  Flex,
  Grid,
  GridItem,
  PageSection,
} from '@patternfly/react-core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { endName, Ends } from '@/components/Ends';
import { Hidden } from '@/components/Hidden';
import { PageHead } from '@/components/PageHead';
import { Empty, States } from '@/components/states';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { Verdict } from '@/components/Verdict';
import { isFresh, STALE_MS, troubles, useHealth, useMirrors, type Mirror } from '@/lib/health';
import { called } from '@/lib/places';
import { clock, count, day } from '@/lib/time';
import { level, protocolName } from '@/lib/words';
import { renamed } from '@/routes/map/model';
import { useMapAssets } from '@/routes/map/useMapData';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';
import { Lamps } from './Lamps';
import { RiskToday } from './RiskToday';
import { sentences, type Sentence } from './sentences';
import { useCrossing, useDetections, useGraveCommands, useNewAssets, useSince } from './useToday';

/** Rows that fit beside the sentences without scrolling. */
const CROSSING_MAX = 7;

function Needs({ rows, since, onRead }: { rows: readonly Sentence[]; since: string; onRead: () => void }) {
  const { t } = useTranslation();
  return (
    <Card isFullHeight isCompact>
      <CardHeader
        actions={{
          actions: (
            <Button variant="secondary" size="sm" onClick={onRead}>
              {t('today.markRead')}
            </Button>
          ),
          hasNoOffset: true,
        }}
      >
        <CardTitle component="h2">{t('today.needs')}</CardTitle>
        <Content component="small">
          {t('today.since')} <Time at={since} />
        </Content>
      </CardHeader>
      <CardBody>
        {rows.length === 0 && <Empty title={t('today.quiet')}>{t('today.quietBody')}</Empty>}
        <ul className="sentences">
          {rows.map((row) => (
            <li key={row.id}>
              <Notice
                variant={row.gravity}
                isPlain
                title={
                  <>
                    <Link to={row.to}>{row.text}</Link>{' '}
                    {row.at && (
                      <small>
                        <Time at={row.at} short />
                      </small>
                    )}
                  </>
                }
              />
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  );
}

/** One row for each pair, with all its protocols. */
function pairsNow(links: readonly Schemas['LinkRow'][], now: number) {
  const found = new Map<string, { link: Schemas['LinkRow']; protocols: Set<string>; last: string }>();
  for (const link of links) {
    if (now - new Date(link.last_seen).getTime() > STALE_MS) continue;
    const id = `${link.client.asset} ${link.server.asset}`;
    const known = found.get(id) ?? { link, protocols: new Set<string>(), last: link.last_seen };
    known.protocols.add(protocolName(link.protocol));
    found.set(id, { ...known, last: known.last > link.last_seen ? known.last : link.last_seen });
  }
  const rank = (link: Schemas['LinkRow']) => Math.abs((link.client.level ?? 0) - (link.server.level ?? 0));
  return [...found.values()].sort(
    (one, other) => rank(other.link) - rank(one.link) || other.last.localeCompare(one.last),
  );
}

function Crossing({
  links,
  hidden,
  isTrusted,
}: {
  links: readonly Schemas['LinkRow'][];
  hidden: number;
  isTrusted: boolean;
}) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const now = useNow();
  const pairs = pairsNow(links, now);
  return (
    <Card isFullHeight isCompact>
      <CardHeader>
        <CardTitle component="h2">{t('today.crossing')}</CardTitle>
        <Content component="small">
          {isTrusted ? (
            <Link to="/map?crosses_levels=true&time=5m">{t('today.pairs', { n: count(pairs.length) })}</Link>
          ) : (
            t('common.notMeasured')
          )}{' '}
          {t('common.asOf', { time: clock(now, zone) })}
        </Content>
      </CardHeader>
      <CardBody>
        {pairs.length === 0 && <p>{t(isTrusted ? 'today.noneCross' : 'common.notMeasured')}</p>}
        <ul className="crossing">
          {pairs.slice(0, CROSSING_MAX).map(({ link, protocols }) => (
            <li key={`${link.client.asset} ${link.server.asset}`}>
              <Ends client={link.client} server={link.server} />
              <small>
                {level(link.client.level)} → {level(link.server.level)}（{[...protocols].join(', ')}）
              </small>
            </li>
          ))}
        </ul>
        <Hidden count={hidden} />
      </CardBody>
    </Card>
  );
}

function MirrorLine({ mirror }: { readonly mirror: Mirror }) {
  const { t } = useTranslation();
  return (
    <Flex gap={{ default: 'gapSm' }} alignItems={{ default: 'alignItemsCenter' }}>
      <strong>{mirror.name}</strong>
      <Verdict verdict={mirror.verdict} />
      <span>
        {mirror.last_seen ? (
          <>
            {t('today.mirrorLine', { packets: count(mirror.packets) })} <Time at={mirror.last_seen} short />
          </>
        ) : (
          t('common.notMeasured')
        )}
      </span>
      <span>{troubles(mirror)[0]}</span>
    </Flex>
  );
}

function TodayPage() {
  const { t } = useTranslation();
  const { may, zone } = useSession();
  const now = useNow();
  const { since, isKnown, markRead, error } = useSince();
  const health = useHealth();
  const mirrors = useMirrors();
  const assets = useMapAssets();
  const commands = useGraveCommands(since, isKnown && may('view-history'));
  const detections = useDetections(since, isKnown && may('view-history'));
  const newAssets = useNewAssets(since, isKnown);
  const crossing = useCrossing(may('view-traffic'));
  const heard = useMemo(() => mirrors.data?.items ?? [], [mirrors.data]);
  const fresh = isFresh(health.data, now);
  const isTrusted =
    fresh && heard.length > 0 && heard.every((mirror) => mirror.verdict !== 'down' && mirror.last_seen);
  const names = useMemo(
    () => new Map((assets.data?.items ?? []).map((asset) => [asset.id, called(asset)])),
    [assets.data],
  );
  const rows = sentences({
    nameOf: (end) => names.get(end.asset ?? '') ?? endName(end),
    mirrors: heard,
    isFresh: fresh || health.isPending,
    commands: commands.items,
    detections: detections.data?.items ?? [],
    newAssets: newAssets.data?.items ?? [],
    missed: (assets.data?.items ?? []).filter((asset) => asset.hearing === 'no-longer-heard'),
    since,
  });
  return (
    <>
      <PageHead title={t('common.nav.today')} lead={day(now, zone)} />
      <PageSection isFilled>
        <States of={mirrors}>
          {({ items }) => (
            <div className="today">
              <div className="today-now">
                <Told error={error} />
                <States of={assets}>
                  {(known) => (
                    <>
                      <Lamps assets={known.items} commands={commands.items} isTrusted={isTrusted} />
                      <Hidden count={known.hidden} />
                    </>
                  )}
                </States>
                <Grid hasGutter>
                  <GridItem lg={7}>
                    <Needs rows={rows} since={since} onRead={markRead} />
                  </GridItem>
                  <GridItem lg={5}>
                    {may('view-traffic') && (
                      <States of={crossing}>
                        {(links) => (
                          <Crossing
                            links={renamed(links.items, assets.data?.items ?? [])}
                            hidden={links.hidden}
                            isTrusted={isTrusted}
                          />
                        )}
                      </States>
                    )}
                  </GridItem>
                </Grid>
                <section aria-label={t('common.nav.sensors')}>
                  {items.map((mirror) => (
                    <MirrorLine key={`${mirror.sensor} ${mirror.name}`} mirror={mirror} />
                  ))}
                  {items.length === 0 && <p>{t('sensors.none')}</p>}
                </section>
              </div>
              {may('view-risk') && <RiskToday />}
            </div>
          )}
        </States>
      </PageSection>
    </>
  );
}

export { TodayPage as Component };
