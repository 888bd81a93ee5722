// A secret that is shown once: a link, a token, recovery codes.
import { Notice } from '@/components/Notice';
import { ClipboardCopy } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

interface OnceProps {
  readonly title: string;
  readonly secret: string;
}

export function Once({ title, secret }: OnceProps) {
  const { t } = useTranslation();
  return (
    <Notice variant="success" isLiveRegion title={title}>
      <ClipboardCopy
        isReadOnly
        hoverTip={t('common.copy')}
        clickTip={t('common.copied')}
        textAriaLabel={title}
      >
        {secret}
      </ClipboardCopy>
    </Notice>
  );
}
