// Texts in Japanese and English; everything a person reads stands in these files.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';
import { ja } from './ja';

export const LANGUAGES = ['ja', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = 'yagura.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

function isLanguage(value: string | null): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/** The language chosen in this browser, else the browser's own: Japanese unless it asks for something else. */
function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (isLanguage(kept)) return kept;
  return navigator.language.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}

export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'ja';
}

/** Changes the language of the page and remembers it in this browser. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
  void i18next.changeLanguage(language);
}

/** Whether somebody chose a language in this browser. */
export function hasChosenLanguage(): boolean {
  return isLanguage(localStorage.getItem(KEPT));
}

export function startTexts(): void {
  void i18next.use(initReactI18next).init({
    lng: first(),
    fallbackLng: false,
    showSupportNotice: false,
    resources: { ja: { translation: ja }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  const say = () => {
    document.documentElement.lang = currentLanguage();
  };
  say();
  i18next.on('languageChanged', say);
}
