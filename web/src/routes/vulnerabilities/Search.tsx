// Words to look for, taken when typing is over.
import { SearchInput } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Typing is over when nothing was typed for so long. */
const TYPED_MS = 250;

interface SearchProps {
  readonly label: string;
  /** What is looked for now. */
  readonly kept: string;
  readonly onChange: (text: string) => void;
}

export function Search({ label, kept, onChange }: SearchProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(kept);
  useEffect(() => {
    if (text === kept) return undefined;
    const timer = window.setTimeout(() => onChange(text), TYPED_MS);
    return () => window.clearTimeout(timer);
  });
  return (
    <SearchInput
      resetButtonLabel={t('common.clearSearch')}
      submitSearchButtonLabel={t('common.search')}
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(_, value) => setText(value)}
      onClear={() => setText('')}
      className="search"
    />
  );
}
