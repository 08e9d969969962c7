import { expect, test } from 'vitest'
import { addArms, emptyArm, observe, type ArmSums } from './arm.ts'
import { isInCandidateArm } from './assignment.ts'
import { inEnglish } from '../../statements/say.ts'
import { decideRollout, DEFAULT_PLAN, type RolloutState } from './decide.ts'
import { percentileOf } from './latency-histogram.ts'

const DAY_MS = 24 * 3_600_000

const arm = (
  requests: number,
  failures: number,
  { durationMs = 1_000, costMicrocents = 5_000 }: { durationMs?: number; costMicrocents?: number | null } = {},
): ArmSums =>
  Array.from({ length: requests }, (_, at) => ({
    failed: at < failures,
    // Spread evenly around the time, by a third.
    durationMs: durationMs * (0.67 + (0.66 * (at % 100)) / 99),
    costMicrocents,
  })).reduce(observe, emptyArm())

const state = (control: ArmSums, candidate: ArmSums, change: Partial<RolloutState> = {}): RolloutState => ({
  plan: DEFAULT_PLAN,
  stage: 0,
  stageStartedMs: 0,
  arms: { control, candidate },
  spentMicrocents: candidate.costMicrocents,
  ...change,
})

const decide = (...given: Parameters<typeof decideRollout>) => {
  const verdict = decideRollout(...given)
  return { ...verdict, reason: inEnglish(verdict.reason) }
}

test('without requests it waits and says for how many', () => {
  const verdict = decide(state(emptyArm(), emptyArm()), 10 * DAY_MS)
  expect(verdict).toMatchObject({ action: 'wait', reason: '200 more requests are needed in the candidate’s arm' })
})

test('an equal candidate goes on once samples and time are enough, with the figures', () => {
  const equal = state(arm(9_000, 45), arm(1_000, 5))
  expect(decide(equal, DAY_MS / 2)).toMatchObject({ action: 'wait', reason: 'The stage lasts 12 more hours' })
  const verdict = decide(equal, DAY_MS)
  expect(verdict.action).toBe('promote')
  expect(verdict.reason).toBe(
    'Errors 0.5 % against 0.5 %, response time 1.00 times the control’s, cost 1.00 times the control’s',
  )
  expect(verdict.comparisons.map((one) => one.verdict)).toEqual(['good-enough', 'good-enough', 'good-enough'])
  expect(decide({ ...equal, stage: 1 }, DAY_MS).action).toBe('complete')
})

test('enough requests that do not show it yet are told as such', () => {
  const verdict = decide(state(arm(2_000, 20), arm(220, 3)), DAY_MS)
  expect(verdict).toMatchObject({
    action: 'wait',
    reason: 'Not clear yet whether the candidate is good enough: error rate',
  })
})

test('a failing candidate is stopped long before it has enough requests to go on', () => {
  const verdict = decide(state(arm(300, 3), arm(30, 9)), 60_000)
  expect(verdict).toMatchObject({
    action: 'roll-back',
    reason: 'The candidate is worse: errors 30.0 % against 1.0 %',
  })
})

test('a slow one is stopped; one that is slower within the tolerance goes on', () => {
  expect(decide(state(arm(2_000, 4), arm(300, 1, { durationMs: 1_600 })), DAY_MS)).toMatchObject({
    action: 'roll-back',
    reason: 'The candidate is worse: response time 1.60 times the control’s',
  })
  expect(decide(state(arm(9_000, 18), arm(1_000, 2, { durationMs: 1_080 })), DAY_MS).action).toBe('promote')
})

test('cost: a dear one is stopped, an unknown price holds nothing up, a budget ends it', () => {
  const dear = arm(1_000, 2, { costMicrocents: 15_000 })
  expect(decide(state(arm(9_000, 18), dear), DAY_MS)).toMatchObject({
    action: 'roll-back',
    reason: 'The candidate is worse: cost 3.00 times the control’s',
  })
  const plan = { ...DEFAULT_PLAN, costTolerance: null }
  expect(decide(state(arm(9_000, 18), dear, { plan }), DAY_MS).action).toBe('promote')
  const unpriced = arm(1_000, 2, { costMicrocents: null })
  expect(decide(state(arm(9_000, 18), unpriced), DAY_MS).action).toBe('promote')
  const budget = { plan: { ...DEFAULT_PLAN, budgetUsd: 0.1 }, spentMicrocents: 20_000_000 }
  expect(decide(state(arm(9_000, 18), arm(1_000, 2), budget), DAY_MS)).toMatchObject({
    action: 'roll-back',
    reason: 'The candidate cost 0.20 USD, more than allowed',
  })
})

test('users stay in their arm, those of 10 % are among those of 50 %, and arms have the size they should', () => {
  const users = Array.from({ length: 10_000 }, (_, at) => `user-${at}`)
  const arms = (percent: number, rollout = 'r1') => users.filter((user) => isInCandidateArm(rollout, user, percent))
  expect(arms(10)).toEqual(arms(10))
  const half = new Set(arms(50))
  expect(arms(10).every((user) => half.has(user))).toBe(true)
  expect(Math.abs(arms(10).length - 1_000)).toBeLessThan(100)
  expect(arms(100)).toHaveLength(10_000)
  expect(arms(0)).toHaveLength(0)
  // Another rollout draws other users.
  const other = new Set(arms(10, 'r2'))
  const both = arms(10).filter((user) => other.has(user))
  expect(both.length).toBeLessThan(200)
})

test('sums of two processes are the sums of all', () => {
  const [one, two] = [arm(60, 3, { durationMs: 800 }), arm(40, 1, { durationMs: 2_000 })]
  const both = addArms(one, two)
  expect(both).toMatchObject({ requests: 100, failures: 4, timed: 96 })
  expect(percentileOf(both.histogram, 0.95)).toBeGreaterThan(1_800)
  expect(percentileOf(both.histogram, 0.5)).toBeLessThan(1_100)
  expect(percentileOf({}, 0.5)).toBeNull()
})
