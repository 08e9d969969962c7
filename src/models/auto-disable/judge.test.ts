import { expect, test } from 'vitest'
import { RULE_KINDS } from '../alerts/kinds.ts'
import { afterProbes, isFailingTooOften, MOST_PROBES, type Probe } from './judge.ts'

const rule = { kind: 'model-auto-disabled', ...RULE_KINDS['model-auto-disabled'] } as const

test.each([
  [19, 19, false],
  [20, 10, false],
  [20, 11, true],
  [200, 100, false],
  [200, 101, true],
])('%i requests with %i failures', (requests, failures, expected) => {
  expect(isFailingTooOften({ requests, failures }, rule)).toBe(expected)
  expect(isFailingTooOften({ requests, failures }, { ...rule, enabled: false })).toBe(false)
})

const probes = (...oks: boolean[]): Probe[] =>
  oks.map((ok) => ({ at: '2026-11-22T10:00:00.000Z', ok, durationMs: 10, error: ok ? null : 'down' }))

test('failures wait twice as long each time, a good answer is asked for again soon', () => {
  const minutes = (...oks: boolean[]) => {
    const step = afterProbes(probes(...oks))
    return step.next === 'wait' ? step.waitMs / 60_000 : step.next
  }
  expect(minutes(false)).toBe(30)
  expect(minutes(false, false)).toBe(60)
  expect(minutes(...Array.from({ length: 12 }, () => false))).toBe(720)
  expect(minutes(false, true)).toBe(10)
  expect(minutes(false, true, true)).toBe(10)
  expect(minutes(false, true, true, true)).toBe('recovered')
  expect(minutes(true, true, false)).toBe(30)
})

test('probes are capped', () => {
  expect(afterProbes(probes(...Array.from({ length: MOST_PROBES }, () => false)))).toEqual({ next: 'give-up' })
})
