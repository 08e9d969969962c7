import { expect, test } from 'vitest'
import { createRateLimiter } from './rate-limit.ts'

test('500 a minute fill by one every 120 ms, as the recorded headers say', () => {
  const limiter = createRateLimiter(() => 0)
  const { state } = limiter.take('key', { requestsPerMinute: 500, tokensPerMinute: 500_000 }, 10)
  expect(state.requests).toEqual({ limit: 500, remaining: 499, resetMs: 120 })
  expect(state.tokens?.remaining).toBe(499_990)
})

test('a spent bucket says how long, and keeps its word', () => {
  let now = 0
  const limiter = createRateLimiter(() => now)
  const limits = { requestsPerMinute: 2 }
  limiter.take('key', limits, 0)
  limiter.take('key', limits, 0)
  const waitMs = limiter.take('key', limits, 0).refusal?.waitMs ?? 0
  expect(waitMs).toBe(30_000)
  now = waitMs - 1
  expect(limiter.take('key', limits, 0).refusal).toBeDefined()
  now = waitMs
  expect(limiter.take('key', limits, 0).refusal).toBeUndefined()
})

test('what is larger than the whole quota never fits and takes nothing', () => {
  const limiter = createRateLimiter(() => 0)
  const limits = { requestsPerMinute: 5, tokensPerMinute: 100 }
  expect(limiter.take('key', limits, 101).refusal?.kind).toBe('too-large-for-quota')
  expect(limiter.take('key', limits, 100).refusal).toBeUndefined()
  expect(limiter.take('key', limits, 1).refusal?.kind).toBe('rate-limit')
})

test('keys do not share a bucket', () => {
  const limiter = createRateLimiter(() => 0)
  expect(limiter.take('one', { requestsPerDay: 1 }, 0).refusal).toBeUndefined()
  expect(limiter.take('one', { requestsPerDay: 1 }, 0).refusal?.kind).toBe('rate-limit-day')
  expect(limiter.take('two', { requestsPerDay: 1 }, 0).refusal).toBeUndefined()
})
