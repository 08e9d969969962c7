/**
 * What response headers say about a credential's limits, for every provider at once.
 *
 * `x-ratelimit-*` (OpenAI, Groq, most others) writes resets as durations (`2m59.56s`, `120ms`) or plain seconds,
 * `anthropic-ratelimit-*` as RFC 3339 times; Together also has one unnamed limit and `x-tokenlimit-*`. Gemini says nothing.
 */
export interface LimitReading {
  readonly limit: number | null
  readonly remaining: number
  /** Until the limit is whole again; null when the provider did not say. */
  readonly resetMs: number | null
}
export interface RateReading {
  readonly requests: LimitReading | null
  readonly tokens: LimitReading | null
}

type Headers = Readonly<Record<string, string>>

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/

/** `2m59.56s` → 179 560; null when it is no such duration. */
export const parseDurationMs = (text: string): number | null => {
  if (!DURATION.test(text)) return null
  let totalMs = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    totalMs += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0)
  }
  return totalMs
}

/** A Unix time in seconds is the only plain number this large that a reset header holds. */
const SMALLEST_UNIX_SECOND = 1_000_000_000

/** A duration, seconds from now, a Unix time or an RFC 3339 time, as milliseconds from now. */
export const parseResetMs = (text: string | undefined, nowMs: number): number | null => {
  if (text === undefined || text.trim() === '') return null
  const durationMs = parseDurationMs(text.trim())
  if (durationMs !== null) return durationMs
  const seconds = Number(text)
  if (Number.isFinite(seconds)) {
    return Math.max(0, seconds >= SMALLEST_UNIX_SECOND ? seconds * 1_000 - nowMs : seconds * 1_000)
  }
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs)
}

const parseCount = (text: string | undefined): number | null => {
  if (text === undefined || text.trim() === '') return null
  const count = Number(text)
  return Number.isFinite(count) && count >= 0 ? count : null
}

interface LimitNames {
  readonly limit: string
  readonly remaining: string
  readonly reset: string
}

const named = (name: (field: string) => string): LimitNames => ({
  limit: name('limit'),
  remaining: name('remaining'),
  reset: name('reset'),
})

const REQUESTS = named((field) => `x-ratelimit-${field}-requests`)
const TOKENS = named((field) => `x-ratelimit-${field}-tokens`)
const ANTHROPIC_REQUESTS = named((field) => `anthropic-ratelimit-requests-${field}`)
const ANTHROPIC_TOKENS = named((field) => `anthropic-ratelimit-tokens-${field}`)
const ANTHROPIC_INPUT_TOKENS = named((field) => `anthropic-ratelimit-input-tokens-${field}`)
const UNNAMED = named((field) => `x-ratelimit-${field}`)
const TOGETHER_TOKENS = named((field) => `x-tokenlimit-${field}`)

const readLimit = (headers: Headers, names: LimitNames, nowMs: number): LimitReading | null => {
  const remaining = parseCount(headers[names.remaining])
  if (remaining === null) return null
  return { limit: parseCount(headers[names.limit]), remaining, resetMs: parseResetMs(headers[names.reset], nowMs) }
}

/** The tighter of two readings of the same kind. */
const tighter = (a: LimitReading | null, b: LimitReading | null): LimitReading | null => {
  if (a === null || b === null) return a ?? b
  return a.remaining <= b.remaining ? a : b
}

export const readRateHeaders = (headers: Headers, nowMs: number): RateReading => {
  const read = (names: LimitNames): LimitReading | null => readLimit(headers, names, nowMs)
  return {
    requests: read(REQUESTS) ?? read(ANTHROPIC_REQUESTS) ?? read(UNNAMED),
    tokens: read(TOKENS) ?? tighter(read(ANTHROPIC_TOKENS), read(ANTHROPIC_INPUT_TOKENS)) ?? read(TOGETHER_TOKENS),
  }
}
