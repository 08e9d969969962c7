// Rate-limit headers as each provider writes them; the numbers come from the buckets that really decide.
import type { Gauge, RateState } from '../state/rate-limit.ts'
import { toGoDuration } from '../duration.ts'

const durations = (name: string, gauge: Gauge | undefined): Record<string, string> =>
  gauge
    ? {
        [`x-ratelimit-limit-${name}`]: String(gauge.limit),
        [`x-ratelimit-remaining-${name}`]: String(gauge.remaining),
        [`x-ratelimit-reset-${name}`]: toGoDuration(gauge.resetMs),
      }
    : {}

/** OpenAI and Groq. */
export const openaiRateHeaders = (state: RateState): Record<string, string> => ({
  ...durations('requests', state.requests),
  ...durations('tokens', state.tokens),
})

export const togetherRateHeaders = (state: RateState): Record<string, string> => ({
  ...(state.requests
    ? {
        'x-ratelimit-limit': String(state.requests.limit),
        'x-ratelimit-remaining': String(state.requests.remaining),
        'x-ratelimit-reset': String(Math.ceil(state.requests.resetMs / 1000)),
      }
    : {}),
  ...(state.tokens
    ? { 'x-tokenlimit-limit': String(state.tokens.limit), 'x-tokenlimit-remaining': String(state.tokens.remaining) }
    : {}),
})

const dated = (name: string, gauge: Gauge | undefined, now: number): Record<string, string> =>
  gauge
    ? {
        [`anthropic-ratelimit-${name}-limit`]: String(gauge.limit),
        [`anthropic-ratelimit-${name}-remaining`]: String(gauge.remaining),
        [`anthropic-ratelimit-${name}-reset`]: new Date(now + gauge.resetMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      }
    : {}

export const anthropicRateHeaders = (state: RateState, now: number): Record<string, string> => ({
  ...dated('requests', state.requests, now),
  ...dated('tokens', state.tokens, now),
  ...dated('input-tokens', state.tokens, now),
})
