/** Language of the page. All texts are in locales/; numbers and dates go by the same choice. */
import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from './locales/en.json'
import tr from './locales/tr.json'

export const languages = ['en', 'tr'] as const
export type Language = (typeof languages)[number]
const storageKey = 'mp4totext.language'

const stored = (): string | null => {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}

export const initialLanguage = (): Language => {
  const wished = [stored() ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase())
  return languages.find((language) => language === wished.find((tag) => languages.includes(tag as Language))) ?? 'en'
}

export const i18nReady = async (): Promise<i18n> => {
  await i18next.use(initReactI18next).init({
    lng: initialLanguage(),
    fallbackLng: 'en',
    resources: { en: { translation: en }, tr: { translation: tr } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = i18next.language
  return i18next
}

/** Switches the page's language and remembers it in this browser. */
export const setLanguage = async (language: Language): Promise<void> => {
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Private windows may refuse; the choice then lasts until the page is closed.
  }
  document.documentElement.lang = language
  if (i18next.language !== language) await i18next.changeLanguage(language)
}
