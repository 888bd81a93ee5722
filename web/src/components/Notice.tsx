// A message in place: its kind said in the reader's language, and no heading among the page's headings.
import { Alert, type AlertProps } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

interface NoticeProps extends Omit<AlertProps, 'component' | 'isInline' | 'variantLabel'> {
  readonly variant: 'success' | 'info' | 'warning' | 'danger';
}

export function Notice(props: NoticeProps) {
  const { t } = useTranslation();
  return <Alert {...props} isInline component="p" variantLabel={t(`common.notice.${props.variant}`)} />;
}
