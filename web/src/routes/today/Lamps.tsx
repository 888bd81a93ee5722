// One lamp per line. Green is only what is heard now, by mirrors that are up, with nothing grave since the last look
// and nobody who is called and no longer answers.
import { Card, CardBody, Content, Flex, Icon } from '@patternfly/react-core';
import { CheckCircleIcon, ExclamationTriangleIcon, QuestionCircleIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { STALE_MS } from '@/lib/health';
import { choices, useLines } from '@/lib/places';
import { clock } from '@/lib/time';
import type { Asset } from '@/routes/map/model';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';

type State = 'running' | 'risk' | 'unseen';

const FORMS = {
  running: { status: 'success', icon: <CheckCircleIcon /> },
  risk: { status: 'warning', icon: <ExclamationTriangleIcon /> },
  unseen: { status: undefined, icon: <QuestionCircleIcon /> },
} as const;

interface LampsProps {
  readonly assets: readonly Asset[];
  readonly commands: readonly Schemas['HistoryCommand'][];
  /** Whether every mirror is up and the data is of now. */
  readonly isTrusted: boolean;
}

interface Lamp {
  readonly id: string;
  readonly name: string;
  readonly state: State;
  readonly heard: number;
  readonly all: number;
  readonly to: string;
}

interface LampOf {
  readonly id: string;
  readonly name: string;
  readonly to: string;
}

function lamp(of: LampOf, assets: readonly Asset[], props: LampsProps, now: number): Lamp {
  const ids = new Set(assets.map((asset) => asset.id));
  const heard = assets.filter((asset) => now - new Date(asset.last_seen).getTime() <= STALE_MS).length;
  const isTouched = props.commands.some((row) => row.server.asset && ids.has(row.server.asset));
  const isMissed = assets.some((asset) => asset.hearing === 'no-longer-heard');
  const state = !props.isTrusted || heard === 0 ? 'unseen' : isTouched || isMissed ? 'risk' : 'running';
  return { ...of, state, heard, all: assets.length };
}

function useLamps(props: LampsProps): { lamps: Lamp[]; hasLines: boolean } {
  const { t } = useTranslation();
  const now = useNow();
  const lines = choices(useLines());
  if (lines.length === 0) {
    const whole = { id: 'plant', name: t('today.wholePlant'), to: '/assets' };
    return { lamps: [lamp(whole, props.assets, props, now)], hasLines: false };
  }
  const lamps = lines.map(({ id, name }) =>
    lamp(
      { id, name, to: `/assets?line=${id}` },
      props.assets.filter((asset) => asset.line === id),
      props,
      now,
    ),
  );
  return { lamps, hasLines: true };
}

export function Lamps(props: LampsProps) {
  const { t } = useTranslation();
  const { zone, may } = useSession();
  const now = useNow();
  const { lamps, hasLines } = useLamps(props);
  return (
    <div className="lamps">
      {lamps.map(({ id, name, state, heard, all, to }) => (
        <Card key={id} isCompact isFullHeight>
          <CardBody>
            <Flex
              gap={{ default: 'gapSm' }}
              alignItems={{ default: 'alignItemsCenter' }}
              flexWrap={{ default: 'nowrap' }}
            >
              <Icon size="xl" status={FORMS[state].status}>
                {FORMS[state].icon}
              </Icon>
              <div>
                <strong className="lamp-name">{name}</strong>
                <div>{t(`today.lamp.${state}`)}</div>
              </div>
            </Flex>
            <Content component="small">
              {state === 'unseen' ? (
                t('common.notMeasured')
              ) : (
                <Link to={to}>{t('today.heardOf', { heard, all })}</Link>
              )}{' '}
              {t('common.asOf', { time: clock(now, zone) })}
            </Content>
          </CardBody>
        </Card>
      ))}
      {!hasLines && may('edit-structure') && <Link to="/settings/lines">{t('today.nameLines')}</Link>}
    </div>
  );
}
