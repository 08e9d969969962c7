import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBreaker, type Breaker } from './breaker.ts'
import { DEFAULT_POLICY } from '../policy.ts'

const SIX_HOURS_MS = 6 * 3_600_000

const setUp = (): { breaker: Breaker; at: { ms: number } } => {
  const at = { ms: 0 }
  return { at, breaker: createBreaker({ now: () => at.ms, policy: DEFAULT_POLICY.breaker }) }
}
const fail = (breaker: Breaker, times: number): void => {
  for (let nth = 0; nth < times; nth += 1) breaker.tryPass()?.failure()
}

test('failures in a row open it, one success between them does not', () => {
  const { breaker } = setUp()
  fail(breaker, 4)
  breaker.tryPass()?.success()
  fail(breaker, 4)
  expect(breaker.state()).toBe('closed')
  fail(breaker, 1)
  expect(breaker.state()).toBe('open')
  expect(breaker.tryPass()).toBeNull()
})

test('every second call failing opens it too', () => {
  const { breaker } = setUp()
  for (let nth = 0; nth < 11; nth += 1) {
    const permit = breaker.tryPass()
    if (nth % 2 === 0) permit?.failure()
    else permit?.success()
  }
  expect(breaker.state()).toBe('open')
})

test('one probe at a time; its success closes, its failure doubles the wait, counted from its start', () => {
  const { breaker, at } = setUp()
  fail(breaker, 5)
  at.ms += 10_000
  const probe = breaker.tryPass()
  expect(probe).not.toBeNull()
  expect(breaker.tryPass()).toBeNull()
  at.ms += 8_000
  probe?.failure()
  expect(breaker.waitMs()).toBe(12_000)
  at.ms += 12_000
  breaker.tryPass()?.success()
  expect(breaker.state()).toBe('closed')
})

test('a probe that hangs is taken for lost, and its late answer decides nothing', () => {
  const { breaker, at } = setUp()
  fail(breaker, 5)
  at.ms += 10_000
  const lost = breaker.tryPass()
  at.ms += 10_000
  const second = breaker.tryPass()
  expect(second).not.toBeNull()
  lost?.success()
  expect(breaker.state()).toBe('half-open')
  second?.success()
  expect(breaker.state()).toBe('closed')
})

test('a target that nobody calls is not half open for ever: after six hours its failures are forgotten', () => {
  const { breaker, at } = setUp()
  fail(breaker, 5)
  at.ms += 10_000 + SIX_HOURS_MS - 1
  expect(breaker.state()).toBe('half-open')
  at.ms += 1
  expect(breaker.state()).toBe('closed')
  // Closed and nothing else: the next failure is the first, and the next opening is a short one.
  fail(breaker, 4)
  expect(breaker.state()).toBe('closed')
  fail(breaker, 1)
  expect(breaker.waitMs()).toBe(10_000)
})

test('a probe that is lost and followed by no call is forgotten too, and its late answer decides nothing', () => {
  const { breaker, at } = setUp()
  fail(breaker, 5)
  at.ms += 10_000
  const lost = breaker.tryPass()
  at.ms += 10_000 + SIX_HOURS_MS
  expect(breaker.state()).toBe('closed')
  for (let nth = 0; nth < 5; nth += 1) lost?.failure()
  expect(breaker.state()).toBe('closed')
})

test('what calls of an earlier era report is old news', () => {
  const { breaker, at } = setUp()
  const late = Array.from({ length: 20 }, () => breaker.tryPass())
  fail(breaker, 5)
  at.ms += 10_000
  breaker.tryPass()?.success()
  for (const permit of late) permit?.failure()
  expect(breaker.state()).toBe('closed')
})

test('property: while a target is dead, calls in any minute after the opening are a handful; after recovery it is closed within 30 s', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 50, maxLength: 300 }),
      fc.integer({ min: 0, max: 11_000 }),
      (gaps, hangMs) => {
        const { breaker, at } = setUp()
        fail(breaker, 5)
        const calls: number[] = []
        let pending: { readonly endsAtMs: number; readonly failure: () => void } | null = null
        for (const gap of gaps) {
          at.ms += gap
          if (pending !== null && pending.endsAtMs <= at.ms) {
            pending.failure()
            pending = null
          }
          const permit = breaker.tryPass()
          if (permit === null) continue
          calls.push(at.ms)
          pending = { endsAtMs: at.ms + hangMs, failure: () => permit.failure() }
        }
        for (const call of calls)
          expect(calls.filter((other) => other >= call && other < call + 60_000).length).toBeLessThanOrEqual(6)
        pending?.failure()
        const recoveredAtMs = at.ms
        while (breaker.state() !== 'closed') {
          at.ms += 100
          breaker.tryPass()?.success()
        }
        expect(at.ms - recoveredAtMs).toBeLessThanOrEqual(30_000)
      },
    ),
  )
})
