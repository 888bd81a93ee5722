// Japanese or English, on every page and before the log-in.
import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, currentLanguage, LANGUAGES } from '@/i18n';

export function LanguageSwitch() {
  const { t } = useTranslation();
  return (
    <ToggleGroup aria-label={t('common.language')} isCompact>
      {LANGUAGES.map((language) => (
        <ToggleGroupItem
          key={language}
          text={t(`common.languages.${language}`)}
          buttonId={`language-${language}`}
          isSelected={currentLanguage() === language}
          onChange={() => chooseLanguage(language)}
        />
      ))}
    </ToggleGroup>
  );
}
