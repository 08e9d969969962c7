import { english } from './english.ts'
import type { KeptStatement, Statement, Words } from './statement.ts'
import { turkish } from './turkish.ts'

export type StatementLocale = 'en' | 'tr'

const WORDS: Readonly<Record<StatementLocale, Words>> = { en: english, tr: turkish }

const isKnown = (kept: KeptStatement | Statement): kept is Statement => Object.hasOwn(english, kept.code)

/** The sentence in a language; null for a code that this version does not know. */
export const say = (kept: KeptStatement, locale: StatementLocale): string | null => {
  if (!isKnown(kept)) return null
  return (WORDS[locale][kept.code] as (parameters: Statement['parameters']) => string)(kept.parameters)
}

/** In English, for what is stored and logged. */
export const inEnglish = (kept: KeptStatement): string => say(kept, 'en') ?? kept.code
