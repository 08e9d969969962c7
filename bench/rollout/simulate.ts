/**
 * A rollout with made-up traffic: users who ask, a control and a candidate whose truth is known, and incidents that hit
 * both. Judged every hour by the same function that judges real ones.
 */
import { addArms, emptyArm, observe, type ArmSums } from '../../src/models/rollout/arm.ts'
import { decideRollout, type Arms, type RolloutPlan } from '../../src/models/rollout/decide.ts'
import { inEnglish } from '../../src/statements/say.ts'

export interface Truth {
  readonly errorRate: number
  /** Median response time. */
  readonly medianMs: number
  readonly costMicrocents: number
}

export interface Scenario {
  readonly control: Truth
  readonly candidate: Truth
  readonly requestsPerHour: number
  readonly plan: RolloutPlan
  readonly longestDays: number
}

export interface Ending {
  readonly status: 'completed' | 'rolled-back' | 'running'
  readonly reason: string
  readonly days: number
  readonly requests: number
  /** Requests that the candidate answered, which is what a bad one costs. */
  readonly candidateRequests: number
}

const HOUR_MS = 3_600_000

/** The same numbers for the same seed (mulberry32). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** Response times are spread like a logarithm, and one in twenty takes four times as long. */
const SPREAD = 0.6
const SLOW_SHARE = 0.05

const answer = (sums: ArmSums, truth: Truth, incident: number, random: () => number): ArmSums => {
  const failed = random() < Math.min(1, truth.errorRate + incident)
  const slow = random() < SLOW_SHARE ? 4 : 1
  const durationMs = truth.medianMs * Math.exp(SPREAD * normal(random)) * slow
  return observe(sums, { failed, durationMs, costMicrocents: truth.costMicrocents * (0.5 + random()) })
}

/** One hour in a hundred something goes wrong at both, for a fifth of the requests. */
const incidentOf = (random: () => number): number => (random() < 0.01 ? 0.2 : 0)

export const simulateRollout = (scenario: Scenario, seed: number): Ending => {
  const { plan, requestsPerHour, longestDays } = scenario
  const random = createRandom(seed)
  let arms: Arms = { control: emptyArm(), candidate: emptyArm() }
  let total = arms
  let [stage, stageStartedMs, nowMs] = [0, 0, 0]
  const end = (status: Ending['status'], reason: string): Ending => ({
    status,
    reason,
    days: nowMs / (24 * HOUR_MS),
    requests: total.control.requests + total.candidate.requests,
    candidateRequests: total.candidate.requests,
  })
  for (let hour = 0; hour < longestDays * 24; hour += 1) {
    const incident = incidentOf(random)
    const share = (plan.stages[stage] ?? 100) / 100
    let { control, candidate } = { control: emptyArm(), candidate: emptyArm() }
    for (let request = 0; request < requestsPerHour; request += 1) {
      if (random() < share) candidate = answer(candidate, scenario.candidate, incident, random)
      else control = answer(control, scenario.control, incident, random)
    }
    const add = (to: Arms): Arms => ({
      control: addArms(to.control, control),
      candidate: addArms(to.candidate, candidate),
    })
    arms = add(arms)
    total = add(total)
    nowMs += HOUR_MS
    const spentMicrocents = total.candidate.costMicrocents
    const verdict = decideRollout({ plan, stage, stageStartedMs, arms, spentMicrocents }, nowMs)
    if (verdict.action === 'roll-back') return end('rolled-back', inEnglish(verdict.reason))
    if (verdict.action === 'complete') return end('completed', inEnglish(verdict.reason))
    if (verdict.action !== 'promote') continue
    stage += 1
    stageStartedMs = nowMs
    arms = { control: emptyArm(), candidate: emptyArm() }
  }
  return end('running', 'No decision in time')
}
