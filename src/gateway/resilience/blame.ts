/** What a failure says about its target, read from the table of errors. */
import type { AppError, ErrorCode } from '../../errors.ts'

/** Provider's blame that tells about one request or one quota and not about the target's health. */
const SAYS_NOTHING: ReadonlySet<ErrorCode> = new Set([
  'provider-rate-limited',
  'output-invalid',
  'output-empty',
  'output-truncated',
  'target-unavailable',
])

/** Enough to open any breaker at once: asking again cannot help before somebody changed something. */
const DEAD = Number.POSITIVE_INFINITY

/** A wait for nothing took long and tells more than a refusal: others went the same way meanwhile. */
const SILENT = 2

/** Weight of a failure for the breaker, or null when the target proved to be alive by answering. */
export const failureWeight = (error: AppError): number | null => {
  if (error.code === 'model-not-found') return DEAD
  if (error.entry.blame !== 'provider' || SAYS_NOTHING.has(error.code)) return null
  return isSilence(error.code) || error.details['phase'] === 'connect' ? SILENT : 1
}

/** Failures of the key rather than of the model. */
const KEY_FAILURES: ReadonlySet<ErrorCode> = new Set([
  'credential-invalid',
  'credential-forbidden',
  'provider-quota',
  'provider-daily-limit',
  'provider-rate-limited',
])

export const isKeyFailure = (code: ErrorCode): boolean => KEY_FAILURES.has(code)

/** The provider let us wait for nothing: it is not asked again in the same request. */
export const isSilence = (code: ErrorCode): boolean => code === 'provider-timeout'
