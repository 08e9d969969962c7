import type { TFunction } from 'i18next'
import type { TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import type { ProviderNames } from '../../provider-names.ts'
import { formatDateTime, formatLanguage } from '../../format.ts'

/** Who made a text: the model that really answered, or rules. */
export const makerOfText = (
  t: TFunction,
  text: Pick<TranscriptionText, 'provider' | 'model'>,
  providers: ProviderNames,
): string => {
  if (text.model === null && text.provider === null) return t('text.byRules')
  if (text.provider === 'offline') return t('text.byBasic')
  const provider = text.provider === null ? null : providers.of(text.provider)
  return [provider, text.model].filter((part) => part !== null).join(' · ')
}

const said = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** The name of the template that a text was made by, as it was then. */
export const templateOfText = ({ options }: Pick<TranscriptionText, 'options'>): string | null => {
  const { template } = options
  return typeof template === 'object' && template !== null && 'name' in template ? said(template.name) : null
}

/** What kind within its kind: the mode, the length, the language, the template. Null where there is only one. */
export const variantOfText = (
  t: TFunction,
  text: Pick<TranscriptionText, 'kind' | 'options'>,
  locale: string,
): string | null => {
  const { enhancementMode, summaryVariant, targetLanguage } = text.options
  const facts: (string | null)[] = [templateOfText(text)]
  const mode = said(enhancementMode)
  const variant = said(summaryVariant)
  const language = said(targetLanguage)
  if (text.kind === 'enhanced' && mode !== null && facts[0] === null) facts.push(t(`mode.${mode}.label`))
  if (text.kind === 'summary' && variant !== null && facts[0] === null) facts.push(t(`variant.${variant}.label`))
  if (text.kind === 'translation' && language !== null) facts.push(formatLanguage(language, locale))
  return facts.filter((fact) => fact !== null).join(' · ') || null
}

/** A version among others of its kind, to choose it from a list. */
export const versionOfText = (
  t: TFunction,
  text: TranscriptionText,
  locale: string,
  providers: ProviderNames,
): string =>
  [variantOfText(t, text, locale), makerOfText(t, text, providers), formatDateTime(text.createdAt, locale)]
    .filter((part) => part !== null)
    .join(' · ')

/** A version among all texts. */
export const labelOfText = (t: TFunction, text: TranscriptionText, locale: string, providers: ProviderNames): string =>
  `${t(`text.${text.kind}`)} · ${versionOfText(t, text, locale, providers)}`
