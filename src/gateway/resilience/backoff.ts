/** How long to wait before the same target is asked again. */
import type { AppError } from '../../errors.ts'

export interface BackoffPolicy {
  readonly baseMs: number
  readonly longestMs: number
}

/** Exponential with full jitter: any time between nothing and the doubled step, so that waiters do not return together. */
export const backoffMs = (retry: number, policy: BackoffPolicy, random: () => number): number =>
  Math.round(random() * Math.min(policy.longestMs, policy.baseMs * 2 ** retry))

/**
 * The wait before the same target is asked again, or null when the provider wants a longer one than we are ready for.
 * A wish of the provider is a lower bound; jitter comes on top of it.
 */
export const retryDelayMs = (
  error: AppError,
  retry: number,
  policy: { readonly backoff: BackoffPolicy; readonly longestRetryAfterMs: number },
  random: () => number,
): number | null => {
  const wishedMs = error.retryAfterMs ?? 0
  if (wishedMs > policy.longestRetryAfterMs) return null
  return wishedMs + backoffMs(retry, policy.backoff, random)
}
