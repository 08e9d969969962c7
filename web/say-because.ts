/** Why the server did something, in the page's language; what a provider or a person wrote stands as a quotation. */
import type { TFunction } from 'i18next'
import type { Because } from '../src/http/contract/reason.ts'
import { translateCode } from './describe-problem.ts'
import { formatDate, formatNumber, formatTook } from './format.ts'

/** Parameters that are words of a list; what the list lacks stays as it is. */
const listed = ['operation', 'modality', 'capability', 'preference', 'chain', 'kind']
/** Parameters that are sentences, or somebody else's words. */
const nested = ['why', 'sign', 'standing']
/** Lengths of time, by what one of them is in milliseconds. */
const times: Readonly<Record<string, number>> = { seconds: 1000, milliseconds: 1 }
/** Credits, of which small parts count. */
const amounts = ['needed', 'available', 'left']

const isBecause = (value: unknown): value is NonNullable<Because> =>
  typeof value === 'object' && value !== null && 'code' in value && 'parameters' in value

/** From a field that is kept loosely. */
export const readBecause = (value: unknown): Because => (isBecause(value) ? value : null)

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/u.test(text)

const sayWord = (t: TFunction, locale: string, name: string, word: string): string => {
  // Our names of fields, which may hold dots.
  if (name === 'parameter') return t(`becauseWord.parameter.${word.replaceAll('.', '-')}`, { defaultValue: word })
  if (listed.includes(name)) return t(`becauseWord.${name}.${word}`, { defaultValue: word })
  if (name === 'error') return translateCode(t, word, { title: word }).title
  if (nested.includes(name)) return t('quote.words', { words: word })
  return name === 'day' && isDay(word) ? formatDate(word, locale) : word
}

const sayValue = (t: TFunction, locale: string, name: string, value: unknown): string => {
  if (typeof value === 'number') {
    const unitMs = times[name]
    if (unitMs !== undefined) return formatTook(value * unitMs, locale)
    return formatNumber(value, locale, amounts.includes(name) ? 3 : 1)
  }
  if (isBecause(value)) return sayBecause(t, locale, value) ?? value.code
  return sayWord(t, locale, name, String(value))
}

/** To stand after a colon. Null for none, and for a code that this page does not know. */
export const sayBecause = (t: TFunction, locale: string, because: Because | undefined): string | null => {
  if (because == null) return null
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(because.parameters)) values[name] = sayValue(t, locale, name, value)
  const said: string = t(`because.${because.code}`, { ...values, defaultValue: '' })
  return said === '' ? null : said
}

/** To stand alone: with a capital letter, unless it begins with a name, of a model for example. */
export const asSentence = (text: string, locale: string, because?: Because): string => {
  const names = Object.values(because?.parameters ?? {}).filter((value) => typeof value === 'string')
  return names.some((name) => name !== '' && text.startsWith(name))
    ? text
    : text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}

/** The reason in the page's language, or else the words as what they are: somebody else's. */
export const sayReason = (t: TFunction, locale: string, words: string, because: Because | undefined): string =>
  sayBecause(t, locale, because) ?? t('quote.words', { words })

interface Said {
  readonly message: string
  readonly because?: Because | undefined
  readonly provider: string | null
  readonly providerMessage?: string | null | undefined
}

/**
 * What is known of one failure beside its title: the provider's own words as a quotation, our own in the page's
 * language. Null where there is nothing more, or only English of a code that this page does not know.
 */
export const sayFailure = (t: TFunction, locale: string, said: Said): string | null => {
  const { message, because, provider, providerMessage } = said
  const ours = sayBecause(t, locale, because)
  if (ours !== null) return asSentence(ours, locale, because)
  if (providerMessage != null && provider !== null) return t('quote.said', { provider, words: providerMessage })
  return locale.startsWith('en') && message !== '' ? message : null
}
