// What would lower risk, in words.
import i18next from 'i18next';
import type { RiskAction } from '@/lib/risk';
import type { NameOf } from '@/lib/places';

/** What is to be done. */
export function actionText(row: RiskAction, nameOf: NameOf): string {
  const key = `risk.actions.do.${row.action}`;
  if (!i18next.exists(key)) return row.action;
  return i18next.t(key as 'risk.actions.do.apply-rule', {
    from: nameOf(row.from),
    to: nameOf(row.to),
    label: row.label ?? '',
    service: row.service ?? i18next.t('risk.actions.anyService'),
  });
}
