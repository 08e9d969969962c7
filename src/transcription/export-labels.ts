/** Words of an exported file in the reader's language. */
import type { ExportLabels } from './exports/export-document.ts'
import type { TextKind } from './types.ts'

export type ExportLocale = 'en' | 'tr'

const kinds: Readonly<Record<ExportLocale, Readonly<Record<TextKind, string>>>> = {
  en: {
    raw: 'Transcript',
    cleaned: 'Cleaned text',
    enhanced: 'Enhanced text',
    summary: 'Summary',
    lecture_notes: 'Lecture notes',
    translation: 'Translation',
  },
  tr: {
    raw: 'Döküm',
    cleaned: 'Temizlenmiş metin',
    enhanced: 'Düzenlenmiş metin',
    summary: 'Özet',
    lecture_notes: 'Ders notları',
    translation: 'Çeviri',
  },
}

const others: Readonly<Record<ExportLocale, Omit<ExportLabels, 'kind' | 'locale'>>> = {
  en: {
    recorded: 'Recorded',
    duration: 'Length',
    language: 'Language',
    madeBy: 'Made by',
    basic: 'Basic, no AI',
    incomplete: 'This text is not complete',
  },
  tr: {
    recorded: 'Kayıt',
    duration: 'Süre',
    language: 'Dil',
    madeBy: 'Hazırlayan',
    basic: 'Temel, yapay zekâsız',
    incomplete: 'Bu metin eksik',
  },
}

export const exportLabels = (kind: TextKind, locale: ExportLocale): ExportLabels => ({
  locale,
  kind: kinds[locale][kind],
  ...others[locale],
})
