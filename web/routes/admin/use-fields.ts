/** Names and values of kept fields in the page's language. What a page does not know stands as it was written. */
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { translateCode } from '../../describe-problem.ts'
import { formatDateTime, formatNumber } from '../../format.ts'

/** Where the words of a field that has a list of them stand in the locale. */
const WORDS: Readonly<Record<string, string>> = {
  severity: 'admin.alerts.severity',
  minimumSeverity: 'admin.alerts.severity',
  recovery: 'admin.ruleForm.recoveries',
  kind: 'admin.channels.kind',
  subscriptions: 'admin.channels.subscription',
  role: 'role',
  origin: 'admin.models.origin',
  operations: 'admin.models.operation',
  inputModalities: 'admin.models.modality',
  outputModalities: 'admin.models.modality',
  status: 'admin.rollouts.status',
  action: 'admin.rollouts.steer',
  state: 'admin.held.state',
  trigger: 'admin.sync.trigger',
  unit: 'credits.unit',
  which: 'admin.models.status',
}

/** Each in itself, as everywhere. */
const LANGUAGES: Readonly<Record<string, string>> = { en: 'English', tr: 'Türkçe' }

/** More of a list than this is told by its number. */
const MOST_LISTED = 8

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d/u.test(text)
const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

const labelOf = (t: TFunction, field: string): string => {
  const inCatalog: string = t(`admin.models.column.${field}`, { defaultValue: '' })
  const inPlan: string = t(`admin.rollouts.plan.${field}`, { defaultValue: field })
  return t(`admin.field.${field}`, { defaultValue: inCatalog === '' ? inPlan : inCatalog })
}

const sayText = (t: TFunction, locale: string, field: string, text: string): string => {
  if (field === 'errorCode') return translateCode(t, text, { title: text }).title
  if (field === 'locale') return LANGUAGES[text] ?? text
  const words = WORDS[field]
  if (words !== undefined) return t(`${words}.${text}`, { defaultValue: text })
  return isTime(text) ? formatDateTime(text, locale) : text
}

const sayList = (t: TFunction, locale: string, field: string, items: readonly unknown[]): string => {
  const said = items.slice(0, MOST_LISTED).map((one) => sayValue(t, locale, field, one))
  const more = items.length - said.length
  return [...said, ...(more > 0 ? [t('admin.word.more', { count: more })] : [])].join(', ')
}

const sayObject = (t: TFunction, locale: string, value: object): string =>
  Object.entries(value)
    .filter(([, one]) => !isNothing(one))
    .slice(0, 2 * MOST_LISTED)
    .map(([name, one]) => `${labelOf(t, name)}: ${sayValue(t, locale, name, one)}`)
    .join(' · ')

const sayValue = (t: TFunction, locale: string, field: string, value: unknown): string => {
  if (isNothing(value)) return '–'
  if (typeof value === 'boolean') return value ? t('admin.word.yes') : t('admin.word.no')
  if (typeof value === 'number') return formatNumber(value, locale, 6)
  if (typeof value === 'string') return sayText(t, locale, field, value)
  if (Array.isArray(value)) return sayList(t, locale, field, value)
  return typeof value === 'object' && value !== null ? sayObject(t, locale, value) || '–' : '–'
}

export interface Fields {
  label(field: string): string
  /** In one line; nothing is a dash. */
  show(field: string, value: unknown): string
}

export const useFields = (): Fields => {
  const { t, i18n } = useTranslation()
  return {
    label: (field) => labelOf(t, field),
    show: (field, value) => sayValue(t, i18n.language, field, value),
  }
}
