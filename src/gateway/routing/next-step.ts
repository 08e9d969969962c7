/** What follows a failure: read from the table of errors, with the few codes that mean more than their row says. */
import type { AppError, ErrorCode } from '../../errors.ts'

export type NextStep =
  | 'give-up'
  | 'same-target'
  | 'other-target'
  /** The key is at fault: another key of the same provider first. */
  | 'other-credential'
  /** Only a model with a larger context can help. */
  | 'larger-target'
  /** The named field is left out or said otherwise, and the same model asked again. */
  | 'changed-request'

const SPECIAL: Partial<Record<ErrorCode, NextStep>> = {
  'credential-invalid': 'other-credential',
  'credential-forbidden': 'other-credential',
  'credential-missing': 'other-target',
  'provider-quota': 'other-credential',
  'provider-daily-limit': 'other-credential',
  'provider-rate-limited': 'other-credential',
  'provider-request-too-large': 'other-target',
  'context-too-long': 'larger-target',
  'unsupported-parameter': 'changed-request',
}

export const nextStep = (error: AppError): NextStep => {
  const special = SPECIAL[error.code]
  if (special !== undefined) return special
  if (error.entry.retry === 'never') return 'give-up'
  // A provider that says itself that asking again is pointless is believed.
  if (error.entry.retry === 'same-target' && error.details['shouldRetry'] !== false) return 'same-target'
  return 'other-target'
}
