import { expect, test } from 'vitest'
import { createFakeClock } from '../../lib/fake-clock.ts'
import { attempt, failure } from '../../../test/observability/attempts.ts'
import { createStatistics, type RememberedCalls } from './statistics.ts'

const BIG = { provider: 'alpha', key: 'big' }

test('a restart does not forget: what the host remembers counts, and own calls are added to it once', () => {
  const clock = createFakeClock(1_000_000)
  let past: RememberedCalls | null = null
  const statistics = createStatistics(clock.now, () => past)
  expect(statistics.health(BIG)).toEqual({ requests: 0, errorRate: 0, averageMs: null })

  statistics.record(attempt({ durationMs: 100 }))
  past = { answered: 8, failed: 2, durationSumMs: 1_600, untilMs: clock.now() - 1 }
  expect(statistics.health(BIG)).toEqual({ requests: 11, errorRate: 1 - 9 / 11, averageMs: 1_700 / 9 })

  // The host has read its records again: the call is among them now.
  past = { answered: 9, failed: 2, durationSumMs: 1_700, untilMs: clock.now() + 1 }
  expect(statistics.health(BIG)).toEqual({ requests: 11, errorRate: 1 - 9 / 11, averageMs: 1_700 / 9 })
})

test('the caller’s faults and calls that were not made say nothing of a model', () => {
  const statistics = createStatistics(createFakeClock(1_000_000).now)
  statistics.record(failure({ errorCode: 'invalid-request' }))
  statistics.record(failure({ outcome: 'skipped' }))
  statistics.record(failure({ outcome: 'cancelled', errorCode: 'cancelled' }))
  expect(statistics.health(BIG).requests).toBe(0)
  statistics.record(failure())
  expect(statistics.health(BIG)).toEqual({ requests: 1, errorRate: 1, averageMs: null })
})
