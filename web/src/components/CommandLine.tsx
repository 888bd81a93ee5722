// Commands for the server's own machine, ready to be copied.
import { ClipboardCopyButton, CodeBlock, CodeBlockAction, CodeBlockCode } from '@patternfly/react-core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface CommandLineProps {
  readonly label: string;
  readonly text: string;
}

export function CommandLine({ label, text }: CommandLineProps) {
  const { t } = useTranslation();
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    // Without a secure connection there is no clipboard; the text can still be marked by hand.
    if (!('clipboard' in navigator)) return;
    void navigator.clipboard.writeText(text).then(() => setCopied(true));
  };
  return (
    <CodeBlock
      actions={
        <CodeBlockAction>
          <ClipboardCopyButton
            id={`${id}-copy`}
            aria-label={`${t('common.copy')} ${label}`}
            variant="plain"
            onClick={copy}
          >
            {t(isCopied ? 'common.copied' : 'common.copy')}
          </ClipboardCopyButton>
        </CodeBlockAction>
      }
    >
      <CodeBlockCode id={id}>{text}</CodeBlockCode>
    </CodeBlock>
  );
}
