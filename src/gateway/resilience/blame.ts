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

/** Weight of a failure for the breaker, or null when the target proved to be alive by answering. */
export const failureWeight = (error: AppError): number | null => {
  if (error.code === 'model-not-found') return DEAD
  return error.entry.blame === 'provider' && !SAYS_NOTHING.has(error.code) ? 1 : null
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
