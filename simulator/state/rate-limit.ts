// Leaky buckets per credential and model: a limit of 500 a minute fills by one every 120 ms, which is how the recorded
// reset headers of OpenAI and Groq add up. Knows numbers only; headers and bodies are written elsewhere.

export type Limits = {
  requestsPerMinute?: number
  requestsPerDay?: number
  tokensPerMinute?: number
}

export type Gauge = { limit: number; remaining: number; resetMs: number }
export type RateState = { requests?: Gauge; tokens?: Gauge }
type RefusalKind = 'rate-limit' | 'rate-limit-requests' | 'rate-limit-day' | 'too-large-for-quota'
export type RateVerdict = {
  state: RateState
  refusal?: {
    kind: RefusalKind
    gauge: Gauge
    waitMs: number
    requested: number
  }
}

type Bucket = { level: number; updatedAtMs: number }

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export type RateLimiter = {
  /** Takes one request of so many tokens from the buckets of `key`, or says why not. */
  take(key: string, limits: Limits, tokens: number): RateVerdict
  reset(): void
}

export const createRateLimiter = (now: () => number): RateLimiter => {
  const buckets = new Map<string, Bucket>()

  const refill = (name: string, limit: number, windowMs: number): Bucket => {
    const at = now()
    const bucket = buckets.get(name) ?? { level: limit, updatedAtMs: at }
    bucket.level = Math.min(limit, bucket.level + ((at - bucket.updatedAtMs) * limit) / windowMs)
    bucket.updatedAtMs = at
    buckets.set(name, bucket)
    return bucket
  }
  const gauge = (bucket: Bucket, limit: number, windowMs: number): Gauge => ({
    limit,
    remaining: Math.max(0, Math.floor(bucket.level)),
    resetMs: ((limit - bucket.level) * windowMs) / limit,
  })
  const missing = (bucket: Bucket, need: number, limit: number, windowMs: number) =>
    ((need - bucket.level) * windowMs) / limit

  return {
    take(key, limits, tokens) {
      const checks = [
        { name: 'day', kind: 'rate-limit-day', limit: limits.requestsPerDay, windowMs: DAY_MS, need: 1 },
        {
          name: 'requests',
          kind: 'rate-limit-requests',
          limit: limits.requestsPerMinute,
          windowMs: MINUTE_MS,
          need: 1,
        },
        { name: 'tokens', kind: 'rate-limit', limit: limits.tokensPerMinute, windowMs: MINUTE_MS, need: tokens },
      ] as const
      const active = checks.flatMap((check) =>
        check.limit === undefined
          ? []
          : [{ ...check, limit: check.limit, bucket: refill(`${key} ${check.name}`, check.limit, check.windowMs) }],
      )
      const state = (): RateState => {
        const of = (name: string) => active.find((check) => check.name === name)
        const requests = of('day') ?? of('requests')
        const perToken = of('tokens')
        return {
          ...(requests ? { requests: gauge(requests.bucket, requests.limit, requests.windowMs) } : {}),
          ...(perToken ? { tokens: gauge(perToken.bucket, perToken.limit, perToken.windowMs) } : {}),
        }
      }
      const blocked = active.find((check) => check.bucket.level < check.need)
      if (blocked) {
        const kind: RefusalKind = blocked.need > blocked.limit ? 'too-large-for-quota' : blocked.kind
        const waitMs = missing(blocked.bucket, blocked.need, blocked.limit, blocked.windowMs)
        const refusal = {
          kind,
          gauge: gauge(blocked.bucket, blocked.limit, blocked.windowMs),
          waitMs,
          requested: blocked.need,
        }
        return { state: state(), refusal }
      }
      for (const check of active) check.bucket.level -= check.need
      return { state: state() }
    },
    reset() {
      buckets.clear()
    },
  }
}
