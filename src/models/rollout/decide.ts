/**
 * The next step of a rollout. Pure: its plan, where it stands and what was measured in this stage go in, and what to do
 * comes out with the reason and the figures that it rests on.
 *
 * It goes on when both arms have enough requests, the stage lasted long enough, and it is shown that errors, response time
 * and cost are within the tolerances. All users go back to the control when it is shown that one of them is worse and the
 * measured difference is beyond its tolerance. Otherwise it waits.
 */
import { statement, type ComparedMeasure, type Statement } from '../../statements/statement.ts'
import { costsOf, errorsOf, timesOf, type ArmName, type ArmSums } from './arm.ts'
import {
  evidenceOfErrorsWithin,
  evidenceOfHigherMean,
  evidenceOfMeanWithin,
  evidenceOfMoreErrors,
  type Moments,
} from './evidence.ts'

export interface RolloutPlan {
  /** Percent of users by stage, growing; the last is 100. */
  readonly stages: readonly number[]
  readonly minimumSamples: number
  readonly minimumStageMinutes: number
  readonly errorTolerance: number
  readonly latencyTolerance: number
  readonly costTolerance: number | null
  readonly budgetUsd: number | null
  readonly falseStopRate: number
  readonly missRate: number
}

export const DEFAULT_PLAN: RolloutPlan = Object.freeze({
  stages: Object.freeze([10, 50, 100]),
  minimumSamples: 200,
  minimumStageMinutes: 24 * 60,
  errorTolerance: 0.02,
  latencyTolerance: 1.25,
  costTolerance: 2,
  budgetUsd: null,
  falseStopRate: 0.01,
  missRate: 0.05,
})

export interface Comparison {
  readonly measure: 'errors' | 'latency' | 'cost'
  /** Error rate; geometric mean in milliseconds; geometric mean in microcents. Null: not measured. */
  readonly control: number | null
  readonly candidate: number | null
  /** Minus for errors, divided by for the others. */
  readonly difference: number | null
  readonly tolerance: number | null
  /** Logarithms to base 10, as are the bounds. */
  readonly worseEvidence: number | null
  readonly stopAt: number
  readonly passEvidence: number | null
  readonly passAt: number
  readonly verdict: 'worse' | 'good-enough' | 'open'
}

export type Arms = Readonly<Record<ArmName, ArmSums>>

export interface RolloutState {
  readonly plan: RolloutPlan
  /** Index in `plan.stages`. */
  readonly stage: number
  readonly stageStartedMs: number
  /** Of this stage. */
  readonly arms: Arms
  /** The candidate's, of all stages. */
  readonly spentMicrocents: number
}

export interface RolloutVerdict {
  readonly action: 'wait' | 'promote' | 'complete' | 'roll-back'
  readonly reason: Statement
  readonly comparisons: readonly Comparison[]
}

const MICROCENTS_PER_USD = 100_000_000
const MINUTE_MS = 60_000
const MEASURES = 3

const toBase10 = (natural: number | null): number | null => (natural === null ? null : natural / Math.LN10)
const bound = (probability: number): number => -Math.log10(probability)

/** Stages in which there is a control to compare with. */
export const comparedStages = (plan: RolloutPlan): number => plan.stages.filter((percent) => percent < 100).length

const boundsOf = (plan: RolloutPlan) => ({
  // One false stop in any stage by any measure ends it, so they share what is allowed.
  stopAt: bound(plan.falseStopRate / (MEASURES * Math.max(1, comparedStages(plan)))),
  passAt: bound(plan.missRate),
})

const verdictOf = (
  { worse, pass, beyond }: { worse: number | null; pass: number | null; beyond: boolean },
  { stopAt, passAt }: ReturnType<typeof boundsOf>,
): Comparison['verdict'] => {
  if (worse !== null && worse >= stopAt && beyond) return 'worse'
  return pass !== null && pass >= passAt ? 'good-enough' : 'open'
}

const compareErrors = ({ plan, arms }: RolloutState): Comparison => {
  const [control, candidate] = [errorsOf(arms.control), errorsOf(arms.candidate)]
  const bounds = boundsOf(plan)
  const rate = (count: typeof control): number | null => (count.requests === 0 ? null : count.failures / count.requests)
  const [from, to] = [rate(control), rate(candidate)]
  const difference = from === null || to === null ? null : to - from
  const worse = difference === null ? null : toBase10(evidenceOfMoreErrors(control, candidate))
  const pass = difference === null ? null : toBase10(evidenceOfErrorsWithin(control, candidate, plan.errorTolerance))
  return {
    measure: 'errors',
    control: from,
    candidate: to,
    difference,
    tolerance: plan.errorTolerance,
    worseEvidence: worse,
    passEvidence: pass,
    ...bounds,
    verdict: verdictOf({ worse, pass, beyond: (difference ?? 0) > plan.errorTolerance }, bounds),
  }
}

const compareMeans = (
  measure: 'latency' | 'cost',
  [control, candidate]: readonly [Moments, Moments],
  tolerance: number | null,
  plan: RolloutPlan,
): Comparison => {
  const bounds = boundsOf(plan)
  const known = control.count > 0 && candidate.count > 0
  const ratio = known ? Math.exp(candidate.mean - control.mean) : null
  const worse = toBase10(evidenceOfHigherMean(control, candidate))
  const pass = tolerance === null ? null : toBase10(evidenceOfMeanWithin(control, candidate, Math.log(tolerance)))
  const verdict = verdictOf({ worse, pass, beyond: tolerance !== null && (ratio ?? 0) > tolerance }, bounds)
  return {
    measure,
    control: control.count === 0 ? null : Math.exp(control.mean),
    candidate: candidate.count === 0 ? null : Math.exp(candidate.mean),
    difference: ratio,
    tolerance,
    worseEvidence: worse,
    passEvidence: pass,
    ...bounds,
    verdict,
  }
}

/** Where no price is known, or none is asked for, cost cannot hold a rollout up. */
const compareCosts = ({ plan, arms }: RolloutState): Comparison => {
  const comparison = compareMeans('cost', [costsOf(arms.control), costsOf(arms.candidate)], plan.costTolerance, plan)
  const isFree = arms.candidate.priced === 0 || arms.control.priced === 0
  return plan.costTolerance === null || isFree ? { ...comparison, verdict: 'good-enough' } : comparison
}

const toMeasure = ({ measure, control, candidate, difference }: Comparison): ComparedMeasure => ({
  measure,
  control,
  candidate,
  difference,
})

const whyWait = (state: RolloutState, comparisons: readonly Comparison[], nowMs: number): Statement | null => {
  const { plan, arms, stageStartedMs } = state
  const missing = Math.max(0, plan.minimumSamples - arms.candidate.requests)
  if (missing > 0) return statement('candidate-needs-requests', { missing })
  const missingControl = Math.max(0, plan.minimumSamples - arms.control.requests)
  if (missingControl > 0) return statement('control-needs-requests', { missing: missingControl })
  const leftMinutes = Math.ceil((stageStartedMs + plan.minimumStageMinutes * MINUTE_MS - nowMs) / MINUTE_MS)
  if (leftMinutes > 0) return statement('stage-lasts', { minutes: leftMinutes })
  const open = comparisons.filter(({ verdict }) => verdict !== 'good-enough').map(({ measure }) => measure)
  return open.length === 0 ? null : statement('not-clear', { measures: open })
}

export const decideRollout = (state: RolloutState, nowMs: number): RolloutVerdict => {
  const { plan, stage, arms, spentMicrocents } = state
  const comparisons = [
    compareErrors(state),
    compareMeans('latency', [timesOf(arms.control), timesOf(arms.candidate)], plan.latencyTolerance, plan),
    compareCosts(state),
  ]
  const spentUsd = spentMicrocents / MICROCENTS_PER_USD
  if (plan.budgetUsd !== null && spentUsd > plan.budgetUsd)
    return { action: 'roll-back', reason: statement('candidate-too-dear', { spentUsd }), comparisons }
  const worse = comparisons.filter(({ verdict }) => verdict === 'worse')
  if (worse.length > 0)
    return {
      action: 'roll-back',
      reason: statement('candidate-worse', { measures: worse.map(toMeasure) }),
      comparisons,
    }
  const wait = whyWait(state, comparisons, nowMs)
  if (wait !== null) return { action: 'wait', reason: wait, comparisons }
  const next = plan.stages[stage + 1]
  const action = next === undefined || next >= 100 ? 'complete' : 'promote'
  return { action, reason: statement('arms-compared', { measures: comparisons.map(toMeasure) }), comparisons }
}
