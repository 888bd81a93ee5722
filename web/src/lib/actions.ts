// What would lower a risk, said as something to do.
import i18next from 'i18next';
import type { Schemas } from '@/api/client';
import type { NameOf } from './places';

/** Everything of an action that its sentence needs. */
export type ActionSaid = Pick<
  Schemas['ActionRow'],
  'action' | 'asset_name' | 'label' | 'from' | 'to' | 'service'
>;

/** An action as a sentence: `Switch tcp/21 off on Filler 1`. Zones are named by `nameOf`. */
export function actionText(row: ActionSaid, nameOf: NameOf): string {
  const name = row.asset_name || i18next.t('actions.everywhere');
  const label = row.label ?? '';
  const service = row.service ?? '';
  switch (row.action) {
    case 'apply-rule': {
      const [from, to] = [nameOf(row.from), nameOf(row.to)];
      if (service === '') return i18next.t('actions.apply-rule-all', { from, to });
      return i18next.t('actions.apply-rule', { from, to, service });
    }
    case 'patch':
    case 'mitigate':
      return i18next.t(`actions.${row.action}`, { name, label });
    case 'disable-service':
      return i18next.t('actions.disable-service', { name, service });
    case 'broker-remote-access':
      return i18next.t('actions.broker-remote-access');
    case 'change-credential':
    case 'install-endpoint-protection':
    case 'write-protect':
    case 'replace':
    case 'accept-risk':
      return i18next.t(`actions.${row.action}`, { name });
    default:
      return i18next.t('actions.other', { name: row.action });
  }
}
