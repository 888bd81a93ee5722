// How many rows the reader's scope hides: a list is never silently incomplete.
import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

export function Hidden({ count }: { readonly count: number }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return <Content component="small">{t('common.hidden', { count })}</Content>;
}
