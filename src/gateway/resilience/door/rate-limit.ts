/**
 * What is left of a credential's limits, between two readings of the provider's headers.
 *
 * A call takes its share before it is made, so that many at once do not all count on the same rest. Between readings the
 * rest is taken to grow evenly until the reset (all known providers refill continuously); a 429 in spite of that belief
 * shows a fixed window, and from then on the rest comes back only at the reset.
 */
import type { LimitReading, RateReading } from './rate-headers.ts'

/** A share taken by a call. `done` gives it back to the books: from then on only the provider's reading counts it. */
export interface RateShare {
  done(): void
}

export interface RateLimit {
  /** Milliseconds until a call of this size fits; 0 when it fits now. */
  waitMs(tokens: number): number
  /** The provider's whole token limit is smaller than the call. */
  neverFits(tokens: number): boolean
  take(tokens: number): RateShare
  read(reading: RateReading): void
  /** The provider said no although the books said yes. */
  refused(): void
}

interface Bucket {
  limit: number | null
  remaining: number
  readAtMs: number
  resetMs: number
}

const available = (bucket: Bucket, continuous: boolean, nowMs: number): number => {
  const passed = bucket.resetMs === 0 ? 1 : Math.min(1, (nowMs - bucket.readAtMs) / bucket.resetMs)
  if (passed >= 1) return bucket.limit ?? Number.POSITIVE_INFINITY
  if (!continuous || bucket.limit === null) return bucket.remaining
  return bucket.remaining + (bucket.limit - bucket.remaining) * passed
}

const waitForMs = (bucket: Bucket, needed: number, taken: number, continuous: boolean, nowMs: number): number => {
  // A call as large as the whole limit waits for a full bucket, not for ever.
  const missing = Math.min(needed, bucket.limit ?? needed) + taken - available(bucket, continuous, nowMs)
  if (missing <= 0) return 0
  const untilResetMs = Math.max(1, bucket.readAtMs + bucket.resetMs - nowMs)
  if (!continuous || bucket.limit === null || bucket.limit <= bucket.remaining) return untilResetMs
  const perMs = (bucket.limit - bucket.remaining) / bucket.resetMs
  return Math.max(1, Math.min(untilResetMs, Math.ceil(missing / perMs)))
}

const toBucket = (reading: LimitReading, nowMs: number): Bucket | null =>
  reading.resetMs === null
    ? null
    : { limit: reading.limit, remaining: reading.remaining, readAtMs: nowMs, resetMs: reading.resetMs }

export const createRateLimit = (deps: { readonly now: () => number }): RateLimit => {
  const { now } = deps
  let requests: Bucket | null = null
  let tokens: Bucket | null = null
  let continuous = true
  /** Shares of calls that no reading has counted yet. */
  let takenRequests = 0
  let takenTokens = 0

  return {
    waitMs(size) {
      const forRequests = requests === null ? 0 : waitForMs(requests, 1, takenRequests, continuous, now())
      const forTokens = tokens === null ? 0 : waitForMs(tokens, size, takenTokens, continuous, now())
      return Math.max(forRequests, forTokens)
    },
    neverFits: (size) => tokens?.limit != null && tokens.limit > 0 && size > tokens.limit,
    take(size) {
      takenRequests += 1
      takenTokens += size
      let open = true
      return {
        done() {
          if (!open) return
          open = false
          takenRequests -= 1
          takenTokens -= size
        },
      }
    },
    read(reading) {
      requests = reading.requests === null ? requests : toBucket(reading.requests, now())
      tokens = reading.tokens === null ? tokens : toBucket(reading.tokens, now())
    },
    refused() {
      continuous = false
    },
  }
}
