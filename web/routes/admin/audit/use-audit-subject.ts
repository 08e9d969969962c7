/** What an act was done to, by its name: many things are kept under an id that nobody knows. */
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { AuditEntryView } from '../../../../src/http/contract/audit.ts'
import { operationName } from '../../credits/operation-name.ts'

/** A field as a text, wherever the act has it. */
type Read = (field: string) => string

const readerOf =
  ({ details, after, before }: AuditEntryView): Read =>
  (field) => {
    const value = [details, after ?? {}, before ?? {}].map((side) => side[field]).find((one) => typeof one === 'string')
    return typeof value === 'string' ? value : ''
  }

const joined = (...parts: string[]): string => parts.filter((part) => part !== '').join(' · ')

const alertKind = (t: TFunction, kind: string): string => t(`admin.alerts.kind.${kind}.title`, { defaultValue: kind })

const syncOf = (t: TFunction, { details }: AuditEntryView): string => {
  const { providers } = details
  return Array.isArray(providers) ? providers.join(', ') : t('admin.sync.allProviders')
}

const priceOf = (t: TFunction, subject: string): string => {
  const [operation = '', ...place] = subject.split(' ')
  return joined(operationName(t, operation), place.join('/'))
}

const NAMES: readonly (readonly [RegExp, (t: TFunction, entry: AuditEntryView, read: Read) => string])[] = [
  [/^alert-rule-/u, (t, { subject }) => alertKind(t, subject)],
  [/^alert-channel-/u, (_t, _entry, read) => read('name')],
  [
    /^alert-resolved/u,
    (t, _entry, read) =>
      joined(alertKind(t, read('kind')), [read('provider'), read('model')].filter((part) => part !== '').join('/')),
  ],
  [/^credential-/u, (_t, _entry, read) => joined(read('provider'), read('name'))],
  [/^model-sync-/u, syncOf],
  [/^held-list-/u, (_t, _entry, read) => read('provider')],
  [
    /^rollout-/u,
    (t, _entry, read) =>
      read('candidate') === ''
        ? ''
        : t('admin.audit.inPlaceOf', { candidate: read('candidate'), control: read('control') }),
  ],
  [/^invitation-/u, (_t, _entry, read) => read('email')],
  [/^chain-/u, (t, { subject }) => t(`admin.chains.operation.${subject}`, { defaultValue: subject })],
  [/^last-resort-/u, (t) => t('admin.chains.lastResort')],
  [/^schedule-/u, (t, { subject }) => t(`admin.schedules.name.${subject}`, { defaultValue: subject })],
  [/^credit-price-/u, (t, { subject }) => priceOf(t, subject)],
  [
    /^models-/u,
    (t, { details: { models }, subject }) => {
      const count = Array.isArray(models) ? models.length : models
      return typeof count === 'number' ? t('admin.models.many', { count }) : subject
    },
  ],
]

/** Fields of the act that its subject says already. */
export const SAID_BY_SUBJECT: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^alert-channel-(?:tested|changed)/u, ['name']],
  [/^alert-resolved/u, ['kind', 'provider', 'model']],
  [/^credential-(?:changed|tested|removed)/u, ['provider', 'name']],
  [/^model-sync-/u, ['providers']],
  [/^models-/u, ['models']],
  [/^held-list-/u, ['provider']],
  [/^rollout-/u, ['control', 'candidate']],
  [/^invitation-/u, ['email']],
  [/^model-deleted/u, ['ref', 'provider', 'key']],
]

export const useAuditSubject = (): ((entry: AuditEntryView) => string) => {
  const { t } = useTranslation()
  return (entry) => {
    const found = NAMES.find(([pattern]) => pattern.test(entry.action))
    const named = found === undefined ? '' : found[1](t, entry, readerOf(entry))
    return named === '' ? entry.subject : named
  }
}
