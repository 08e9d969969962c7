/** Why a model went, in the language of a mail. On pages the browser says it from the same code. */
import { readReason, type Reason, type ReasonCode } from '../../reasons.ts'
import type { Locale } from '../alerts/channels/channel.ts'

/** The reasons with which a model is taken out of the catalog's use. */
type RemovalCode = Extract<ReasonCode, `removed-${string}` | 'not-in-list' | 'switched-off'>

const TURKISH: Readonly<Record<RemovalCode, string>> = {
  'switched-off': 'kapatılmış',
  'removed-not-listed': '{{day}} tarihinden beri {{provider}} listesinde yok',
  'removed-not-in-list': '{{provider}} sağlayıcısının {{day}} tarihli listesinde yok',
  'removed-retired-own': 'sağlayıcısı {{day}} tarihinde hizmetten kaldırdı',
  'removed-retired': '{{provider}}, modeli {{day}} tarihinde hizmetten kaldırdı',
  'removed-shut-down': '{{provider}}, modeli {{day}} tarihinde kapattı',
  'removed-shut-down-list': '{{provider}} kapattı; {{day}} tarihli listesinde yok',
  'removed-needs-endpoint': '{{provider}}, {{day}} tarihinde listeliyordu ama yalnızca özel uç noktayla sunuyor',
  'removed-unconfirmed': 'listede var ama yanıt verdiği henüz görülmedi. Açmak için deneyin.',
  'removed-errors': '{{moment}} UTC’den beri {{requests}} istekten {{failures}} tanesinde hata verdi (%{{percent}})',
  'removed-by': '{{name}} kapattı',
  'not-in-list': 'sağlayıcının listesinde yok',
}

const whole = new Intl.NumberFormat('tr', { maximumFractionDigits: 1 })
const calendarDay = new Intl.DateTimeFormat('tr', { dateStyle: 'medium', timeZone: 'UTC' })

const valueOf = (value: Reason['parameters'][string] | undefined): string => {
  if (typeof value === 'number') return whole.format(value)
  if (typeof value !== 'string') return ''
  return /^\d{4}-\d\d-\d\d$/u.test(value) ? calendarDay.format(new Date(value)) : value
}

/** The sentence as it is stored, for English and for words that are a person's or a provider's. */
export const sayRemoval = (sentence: string, locale: Locale): string => {
  const reason = locale === 'tr' ? readReason(sentence) : null
  if (reason === null || !Object.hasOwn(TURKISH, reason.code)) return sentence
  const said = TURKISH[reason.code as RemovalCode].replace(/\{\{(\w+)\}\}/gu, (_, name: string) =>
    valueOf(reason.parameters[name]),
  )
  return said.charAt(0).toLocaleUpperCase('tr') + said.slice(1)
}
