import type { TFunction } from 'i18next'
import type { TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import { formatDateTime } from '../../format.ts'

/** Who made a text: the model that really answered, or rules. */
export const makerOfText = (t: TFunction, text: Pick<TranscriptionText, 'provider' | 'model'>): string => {
  if (text.model === null && text.provider === null) return t('text.byRules')
  if (text.provider === 'offline') return t('text.byBasic')
  return [text.provider, text.model].filter((part) => part !== null).join(' · ')
}

/** A version in one line, to choose it from a list. */
export const labelOfText = (t: TFunction, text: TranscriptionText, locale: string): string =>
  `${t(`text.${text.kind}`)} · ${makerOfText(t, text)} · ${formatDateTime(text.createdAt, locale)}`
