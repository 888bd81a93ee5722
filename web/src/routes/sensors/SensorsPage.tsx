// Sensors: how well the plant is heard. Every other page is only as true as this one.
import { Notice } from '@/components/Notice';
import {
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Grid,
  GridItem,
  PageSection,
  Title,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHead } from '@/components/PageHead';
import { Empty, States } from '@/components/states';
import { Measured, Time } from '@/components/Time';
import { Verdict } from '@/components/Verdict';
import { isFresh, percent, troubles, useHealth, useMirrors, type Mirror } from '@/lib/health';
import { bytes, count } from '@/lib/time';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';
import { HearingShares } from './HearingShares';
import { NextMirror } from './NextMirror';
import { Protocols } from './Protocols';

function Row({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

function MirrorCard({ mirror }: { readonly mirror: Mirror }) {
  const { t } = useTranslation();
  const at = mirror.last_seen;
  const vlans = Object.entries(mirror.vlans).sort((left, right) => right[1] - left[1]);
  const undecoded = Object.entries(mirror.undecoded);
  const reasons = troubles(mirror);
  return (
    <Card isFullHeight>
      <CardHeader actions={{ actions: <Verdict verdict={mirror.verdict} />, hasNoOffset: true }}>
        <CardTitle component="h2">{mirror.name}</CardTitle>
      </CardHeader>
      <CardBody>
        {reasons.map((text) => (
          <Notice key={text} variant="warning" isPlain title={text} />
        ))}
        <DescriptionList
          isHorizontal
          isCompact
          horizontalTermWidthModifier={{ default: '16ch' }}
          columnModifier={{ '2xl': '2Col' }}
        >
          <Row term={t('sensors.packets')}>
            <Measured value={mirror.packets} at={at} />
          </Row>
          <Row term={t('sensors.volume')}>{at ? bytes(mirror.bytes) : t('common.notMeasured')}</Row>
          <Row term={t('sensors.loss')}>
            <Measured
              value={at ? percent(mirror.kernel_drops, mirror.packets + mirror.kernel_drops) : null}
              at={at}
              unit="%"
            />
          </Row>
          <Row term={t('sensors.queueLoss')}>
            <Measured value={mirror.queue_drops} at={at} />
          </Row>
          <Row term={t('sensors.duplicates')}>
            <Measured value={percent(mirror.duplicates, mirror.packets)} at={at} unit="%" />
          </Row>
          <Row term={t('sensors.oneWay')}>
            <Measured value={mirror.one_way_flows} at={at} />
          </Row>
          <Row term={t('sensors.gaps')}>
            <Measured value={mirror.gaps} at={at} />
          </Row>
          <Row term={t('sensors.skew')}>
            <Measured value={mirror.clock_ahead_ms} at={at} unit=" ms" />
          </Row>
          <Row term={t('sensors.last')}>{at ? <Time at={at} /> : t('common.notMeasured')}</Row>
          <Row term={t('sensors.undecoded')}>
            {undecoded.length === 0
              ? t('common.none')
              : undecoded.map(([reason, n]) => `${reason} ${count(n)}`).join(t('common.and'))}
          </Row>
          <Row term={t('sensors.vlans')}>
            {vlans.length === 0
              ? t('common.none')
              : vlans
                  .map(([id, n]) => `${id === '0' ? t('sensors.untagged') : id} (${count(n)})`)
                  .join(t('common.and'))}
          </Row>
        </DescriptionList>
      </CardBody>
    </Card>
  );
}

function Server() {
  const { t } = useTranslation();
  const now = useNow();
  const health = useHealth();
  return (
    <States of={health}>
      {(known) => (
        <>
          {!isFresh(known, now) && <Notice variant="danger" title={t('sensors.stale')} />}
          <DescriptionList isHorizontal isCompact columnModifier={{ lg: '3Col' }}>
            <Row term={t('sensors.dataTime')}>
              {known.data_time ? <Time at={known.data_time} /> : t('common.notMeasured')}
            </Row>
            <Row term={t('sensors.queue')}>{count(known.queue_depth)}</Row>
            <Row term={t('sensors.restarts')}>{count(known.sensor_restarts)}</Row>
            <Row term={t('sensors.disk')}>
              {known.disk_free_bytes ? bytes(known.disk_free_bytes) : t('common.notMeasured')}
            </Row>
            <Row term={t('sensors.overflow')}>
              {Object.keys(known.overflow).length === 0
                ? t('common.none')
                : Object.entries(known.overflow)
                    .map(([table, n]) => `${table} ${count(n)}`)
                    .join(t('common.and'))}
            </Row>
            <Row term={t('sensors.version')}>{known.version}</Row>
          </DescriptionList>
        </>
      )}
    </States>
  );
}

function SensorsPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const mirrors = useMirrors();
  return (
    <>
      <PageHead title={t('common.nav.sensors')} lead={t('sensors.lead')} />
      <PageSection>
        <States of={mirrors}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('sensors.none')}>{t('sensors.noneBody')}</Empty>
            ) : (
              <Grid hasGutter>
                {items.map((mirror) => (
                  <GridItem key={`${mirror.sensor} ${mirror.name}`} xl={6}>
                    <MirrorCard mirror={mirror} />
                  </GridItem>
                ))}
              </Grid>
            )
          }
        </States>
      </PageSection>
      <PageSection>
        <Title headingLevel="h2">{t('sensors.server')}</Title>
        <Server />
      </PageSection>
      {may('view-assets') && (
        <PageSection>
          <Title headingLevel="h2">{t('sensors.next.title')}</Title>
          <NextMirror />
        </PageSection>
      )}
      {may('view-assets') && (
        <PageSection>
          <Title headingLevel="h2">{t('sensors.hearing')}</Title>
          <HearingShares />
        </PageSection>
      )}
      {may('view-traffic') && (
        <PageSection>
          <Title headingLevel="h2">{t('sensors.protocols')}</Title>
          <Protocols />
        </PageSection>
      )}
    </>
  );
}

export { SensorsPage as Component };
