// A secret that is shown once: a link, a token, recovery codes.
import { Alert, ClipboardCopy } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

interface OnceProps {
  readonly title: string;
  readonly secret: string;
}

export function Once({ title, secret }: OnceProps) {
  const { t } = useTranslation();
  return (
    <Alert variant="success" isInline isLiveRegion title={title}>
      <ClipboardCopy
        isReadOnly
        hoverTip={t('common.copy')}
        clickTip={t('common.copied')}
        textAriaLabel={title}
      >
        {secret}
      </ClipboardCopy>
    </Alert>
  );
}
