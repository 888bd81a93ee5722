// What lowers risk most: each action was tried on a copy of the plant, and none of it is counted as done.
import { Content, Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { Hidden } from '@/components/Hidden';
import { Empty } from '@/components/states';
import { Time } from '@/components/Time';
import { riskWord, type RiskAction } from '@/lib/risk';
import { nextStop } from '@/lib/patch';
import { usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { useSession } from '@/session/session';
import { actionText } from './actionText';

/** Whom an action is for. A rule and a broker say it by themselves. */
function For({ row }: { readonly row: RiskAction }) {
  const { t } = useTranslation();
  const { may } = useSession();
  if (row.asset) {
    const name = row.asset_name || row.asset;
    return may('view-assets') ? <Link to={`/assets/${row.asset}`}>{name}</Link> : <>{name}</>;
  }
  if (row.action === 'apply-rule' || row.action === 'broker-remote-access') return null;
  return <>{t('risk.actions.allThatFit')}</>;
}

function Row({ row, text }: { readonly row: RiskAction; readonly text: string }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  return (
    <li>
      <strong className="wide-text">{text}</strong>
      <div>
        <For row={row} />
      </div>
      <div className="risk-labels">
        <span>
          {t('risk.actions.moved', { n: count(row.moved) })}
          {t('common.and')}
          {t('risk.actions.below', { n: count(row.moved_below_high) })}
          {t('common.and')}
          {t('risk.actions.others', { n: count(row.others) })}
        </span>
        <Label isCompact variant="outline">
          {riskWord('cost', row.cost)}
        </Label>
        <Label
          isCompact
          variant={row.needs_stop ? 'filled' : 'outline'}
          color={row.needs_stop ? 'orange' : 'grey'}
        >
          {t(row.needs_stop ? 'risk.actions.stop' : 'risk.actions.noStop')}
        </Label>
        {row.needs_stop && <small>{nextStop(row.window, zone)}</small>}
      </div>
    </li>
  );
}

interface ActionsProps {
  readonly actions: Schemas['RiskActions'];
  readonly limit?: number;
  /** Whether only a part of the plant is looked at. */
  readonly isPart?: boolean;
}

export function Actions({ actions, limit = 5, isPart = false }: ActionsProps) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const rows = actions.items.slice(0, limit);
  if (rows.length === 0) {
    return (
      <Empty title={t('risk.actions.none')} hidden={actions.hidden}>
        {t('risk.actions.noneBody')}
      </Empty>
    );
  }
  return (
    <>
      <Content component="small">
        {t('risk.actions.lead')} {isPart && t('risk.actions.wholePlant')}
      </Content>
      <ol className="risk-actions">
        {rows.map((row) => {
          const text = actionText(row, nameOf);
          return <Row key={`${text} ${row.asset ?? ''}`} row={row} text={text} />;
        })}
      </ol>
      <Content component="small">
        {t('risk.actions.at')} <Time at={actions.time} />
      </Content>
      <Hidden count={actions.hidden} />
    </>
  );
}
