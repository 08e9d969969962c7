import { expect, test } from 'vitest'
import { parseDurationMs, readRateHeaders } from './rate-headers.ts'
import { createRateLimit } from './rate-limit.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')

test('resets of every provider are read: Go durations, seconds, RFC 3339', () => {
  expect(parseDurationMs('2m59.56s')).toBe(179_560)
  expect(parseDurationMs('120ms')).toBe(120)
  expect(parseDurationMs('1h2m')).toBe(3_720_000)
  expect(parseDurationMs('soon')).toBeNull()
  const openai = readRateHeaders(
    {
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '499',
      'x-ratelimit-reset-requests': '120ms',
      'x-ratelimit-limit-tokens': '30000',
      'x-ratelimit-remaining-tokens': '29000',
      'x-ratelimit-reset-tokens': '2s',
    },
    NOW,
  )
  expect(openai).toEqual({
    requests: { limit: 500, remaining: 499, resetMs: 120 },
    tokens: { limit: 30_000, remaining: 29_000, resetMs: 2_000 },
  })
  const anthropic = readRateHeaders(
    {
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-11-22T10:00:30Z',
      'anthropic-ratelimit-input-tokens-remaining': '10',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-22T10:00:01Z',
      'anthropic-ratelimit-tokens-remaining': '90',
    },
    NOW,
  )
  expect(anthropic.requests).toEqual({ limit: 50, remaining: 0, resetMs: 30_000 })
  expect(anthropic.tokens?.remaining).toBe(10)
  expect(
    readRateHeaders({ 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '59', 'x-ratelimit-reset': '1' }, NOW)
      .requests?.resetMs,
  ).toBe(1_000)
  expect(readRateHeaders({}, NOW)).toEqual({ requests: null, tokens: null })
})

test('a day’s limit and a minute’s refill each at their own pace', () => {
  const at = { ms: NOW }
  const rate = createRateLimit({ now: () => at.ms })
  // Groq: 1,000 a day, so one request comes back every 86.4 s; 6,000 tokens a minute.
  rate.read({
    requests: { limit: 1_000, remaining: 0, resetMs: 86_400_000 },
    tokens: { limit: 6_000, remaining: 6_000, resetMs: 0 },
  })
  expect(rate.waitMs(100)).toBe(86_400)
  rate.read({
    requests: { limit: 1_000, remaining: 998, resetMs: 172_800 },
    tokens: { limit: 6_000, remaining: 0, resetMs: 60_000 },
  })
  expect(rate.waitMs(600)).toBe(6_000)
  at.ms += 6_000
  expect(rate.waitMs(600)).toBe(0)
})

test('many calls at once do not count on the same rest', () => {
  const rate = createRateLimit({ now: () => NOW })
  rate.read({ requests: { limit: 60, remaining: 3, resetMs: 57_000 }, tokens: null })
  const shares = [rate.take(0), rate.take(0), rate.take(0)]
  expect(rate.waitMs(0)).toBeGreaterThan(0)
  shares[0]?.done()
  expect(rate.waitMs(0)).toBe(0)
})

test('a refusal in spite of the books shows a fixed window', () => {
  const at = { ms: NOW }
  const rate = createRateLimit({ now: () => at.ms })
  rate.read({ requests: { limit: 60, remaining: 0, resetMs: 60_000 }, tokens: null })
  expect(rate.waitMs(0)).toBe(1_000)
  rate.refused()
  expect(rate.waitMs(0)).toBe(60_000)
})

test('what is larger than the whole limit never fits', () => {
  const rate = createRateLimit({ now: () => NOW })
  rate.read({ requests: null, tokens: { limit: 6_000, remaining: 6_000, resetMs: 0 } })
  expect(rate.neverFits(12_000)).toBe(true)
  expect(rate.neverFits(5_000)).toBe(false)
})
