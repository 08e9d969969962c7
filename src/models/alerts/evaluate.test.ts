import { expect, test } from 'vitest'
import { evaluateRules, type AlertFacts } from './evaluate.ts'
import { ALERT_KINDS, RULE_KINDS, type AlertKind, type AlertRule } from './kinds.ts'
import type { ModelWindow } from './call-windows.ts'
import { GROUP_MS, planNotices, type PendingAlert } from './plan-notices.ts'

const NOW_MS = Date.parse('2026-11-22T10:00:00Z')
const MINUTE_MS = 60_000

const rule = (kind: AlertKind, change: Partial<AlertRule> = {}): AlertRule => ({ kind, ...RULE_KINDS[kind], ...change })
const NOTHING: AlertFacts = {
  nowMs: NOW_MS,
  forErrors: [],
  forLatency: [],
  usual: [],
  signals: [],
  queues: [],
  disk: null,
  monthCostUsd: null,
  userBudgets: [],
}
const calls = (requests: number, failures: number, p95Ms: number | null = null): ModelWindow => ({
  provider: 'sim',
  model: 'one',
  requests,
  failures,
  p50Ms: null,
  p95Ms,
  averageMs: null,
  inputTokens: 0,
  outputTokens: 0,
  costMicrocents: 0,
  unpriced: 0,
})
const statesFor = (kind: AlertKind, facts: Partial<AlertFacts>, change: Partial<AlertRule> = {}) =>
  evaluateRules([rule(kind, change)], { ...NOTHING, ...facts }).map(({ state }) => state)

test.each([
  [19, 19, []],
  [20, 2, ['unclear']],
  [20, 3, ['firing']],
  [100, 10, ['unclear']],
  [100, 11, ['firing']],
  [100, 9, ['unclear']],
  [100, 7, ['fine']],
])('%i requests with %i failures', (requests, failures, states) => {
  expect(statesFor('model-error-rate', { forErrors: [calls(requests, failures)] })).toEqual(states)
})

test('a rule that is switched off finds nothing', () => {
  expect(statesFor('model-error-rate', { forErrors: [calls(100, 100)] }, { enabled: false })).toEqual([])
})

test('the message says what was counted', () => {
  const [finding] = evaluateRules([rule('model-error-rate')], { ...NOTHING, forErrors: [calls(40, 10)] })
  expect(finding).toMatchObject({
    statement: {
      code: 'model-failing',
      parameters: { model: 'sim/one', failures: 10, requests: 40, rate: 0.25, minutes: 60 },
    },
    details: { value: 0.25, threshold: 0.1, requests: 40, failures: 10 },
  })
})

test('latency is judged by what was usual, and not at all without it', () => {
  const [slow, usual] = [calls(50, 0, 12_000), calls(500, 0, 3_000)]
  expect(statesFor('model-latency', { forLatency: [slow], usual: [usual] })).toEqual(['firing'])
  expect(statesFor('model-latency', { forLatency: [calls(50, 0, 3_300)], usual: [usual] })).toEqual(['fine'])
  expect(statesFor('model-latency', { forLatency: [slow], usual: [calls(3, 0, 3_000)] })).toEqual([])
  expect(statesFor('model-latency', { forLatency: [slow] })).toEqual([])
})

test('breaker, key, queue, disk, budget', () => {
  const breaker = (minutes: number) => ({
    signals: [
      { kind: 'breaker' as const, provider: 'sim', subject: 'one', message: '', sinceMs: NOW_MS - minutes * MINUTE_MS },
    ],
  })
  expect(statesFor('breaker-open', breaker(4))).toEqual([])
  expect(statesFor('breaker-open', breaker(5))).toEqual(['firing'])
  expect(statesFor('credential-failing', breaker(5))).toEqual([])
  const key = { kind: 'credential' as const, provider: 'sim', subject: 'main', message: 'refused', sinceMs: NOW_MS }
  expect(statesFor('credential-failing', { signals: [key] })).toEqual(['firing'])
  const waiting = (minutes: number) => ({ queues: [{ name: 'q', waiting: 1, oldestMs: minutes * MINUTE_MS }] })
  expect([waiting(31), waiting(29), waiting(1)].flatMap((facts) => statesFor('queue-age', facts))).toEqual([
    'firing',
    'unclear',
    'fine',
  ])
  const free = (freeBytes: number) => ({ disk: { freeBytes, totalBytes: 100 } })
  expect([free(9), free(11), free(40)].flatMap((facts) => statesFor('disk', facts))).toEqual([
    'firing',
    'unclear',
    'fine',
  ])
  expect(statesFor('budget', { monthCostUsd: 200 })).toEqual([])
  expect(statesFor('budget', { monthCostUsd: 200 }, { threshold: 100 })).toEqual(['firing'])
})

const pending = (id: string, change: Partial<PendingAlert> = {}): PendingAlert => ({
  id,
  kind: 'model-error-rate',
  severity: 'warning',
  resolved: false,
  wasTold: false,
  lastToldMs: null,
  ...change,
})
const RULES = ALERT_KINDS.map((kind) => rule(kind))
const plan = (alerts: PendingAlert[], lastMessageMs: number | null = null) =>
  planNotices(alerts, RULES, { lastMessageMs, nowMs: NOW_MS })

test('what comes together is told together; what comes soon after waits, unless it is critical', () => {
  const both = [pending('a'), pending('b')]
  expect(plan(both).tell.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(plan(both, NOW_MS - GROUP_MS + 1).tell).toEqual([])
  expect(plan(both, NOW_MS - GROUP_MS).tell).toHaveLength(2)
  expect(plan([...both, pending('c', { severity: 'critical' })], NOW_MS - 1_000).tell).toHaveLength(3)
})

test('the same trouble is told again after the cool-down, and never when it was over before', () => {
  const again = pending('a', { lastToldMs: NOW_MS - 30 * MINUTE_MS })
  expect(plan([again])).toEqual({ tell: [], suppress: [] })
  expect(plan([{ ...again, lastToldMs: NOW_MS - 6 * 60 * MINUTE_MS }]).tell).toEqual([{ id: 'a', event: 'opened' }])
  expect(plan([{ ...again, resolved: true }]).suppress).toEqual([
    { id: 'a', why: { code: 'told-shortly-before', parameters: {} } },
  ])
  expect(plan([pending('b', { resolved: true })]).suppress).toEqual([
    { id: 'b', why: { code: 'over-before-told', parameters: {} } },
  ])
})

test('that a told trouble is over is told once; a rule that is off tells nothing', () => {
  expect(plan([pending('a', { wasTold: true, resolved: true })]).tell).toEqual([{ id: 'a', event: 'resolved' }])
  const off = planNotices([pending('a')], [rule('model-error-rate', { enabled: false })], {
    lastMessageMs: null,
    nowMs: NOW_MS,
  })
  expect(off.suppress).toEqual([{ id: 'a', why: { code: 'rule-off', parameters: {} } }])
})

test('a user’s budget: near at its share, used up at its end or when work is refused, each told once', () => {
  const of = (spentCredits: number, refused = false) => ({
    user: 'ada@example.org',
    spentCredits,
    budgetCredits: 100,
    refused,
  })
  const judge = (kind: 'user-budget-near' | 'user-budget-used-up', ...userBudgets: ReturnType<typeof of>[]) =>
    evaluateRules([rule(kind, { enabled: true })], { ...NOTHING, userBudgets }).map(({ state, model }) => [
      model,
      state,
    ])
  expect(judge('user-budget-near', of(79))).toEqual([])
  expect(judge('user-budget-near', of(80))).toEqual([['ada@example.org', 'firing']])
  // It stays open, and is not told to be over, when worse is told.
  expect(judge('user-budget-near', of(100))).toEqual([['ada@example.org', 'unclear']])
  expect(judge('user-budget-used-up', of(95))).toEqual([])
  expect(judge('user-budget-used-up', of(95, true))).toEqual([['ada@example.org', 'firing']])
  expect(judge('user-budget-used-up', of(100))).toEqual([['ada@example.org', 'firing']])
  expect(statesFor('user-budget-near', { userBudgets: [of(90)] })).toEqual([])
})
