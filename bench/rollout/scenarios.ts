/** Candidates whose truth is known: as good as the control, better, or worse than what is tolerated. */
import { DEFAULT_PLAN } from '../../src/models/rollout/decide.ts'
import type { Scenario, Truth } from './simulate.ts'

const CONTROL_ERRORS = [0, 0.005, 0.01, 0.03]
const REQUESTS_PER_HOUR = 120
const LONGEST_DAYS = 60

const controlOf = (seed: number): Truth => ({
  // Not in step with the choice of the regression.
  errorRate: CONTROL_ERRORS[Math.floor(seed / 7) % CONTROL_ERRORS.length] ?? 0.01,
  medianMs: 1_500,
  costMicrocents: 40_000,
})

const scenario = (control: Truth, candidate: Truth): Scenario => ({
  control,
  candidate,
  requestsPerHour: REQUESTS_PER_HOUR,
  plan: DEFAULT_PLAN,
  longestDays: LONGEST_DAYS,
})

/** No worse than the control: a stop is a false one. */
export const goodCandidate = (seed: number): Scenario => {
  const control = controlOf(seed)
  const better = seed % 5 === 0
  const candidate = better ? { ...control, errorRate: control.errorRate / 2, medianMs: 1_200 } : control
  return scenario(control, candidate)
}

export const REGRESSIONS = {
  'errors +2 points': (control: Truth): Truth => ({ ...control, errorRate: control.errorRate + 0.02 }),
  'errors +2.5 points': (control: Truth): Truth => ({ ...control, errorRate: control.errorRate + 0.025 }),
  'errors +4 points': (control: Truth): Truth => ({ ...control, errorRate: control.errorRate + 0.04 }),
  'errors +10 points': (control: Truth): Truth => ({ ...control, errorRate: control.errorRate + 0.1 }),
  'response time × 1.35': (control: Truth): Truth => ({ ...control, medianMs: control.medianMs * 1.35 }),
  'response time × 2': (control: Truth): Truth => ({ ...control, medianMs: control.medianMs * 2 }),
  'cost × 2.5': (control: Truth): Truth => ({ ...control, costMicrocents: control.costMicrocents * 2.5 }),
} as const
export type Regression = keyof typeof REGRESSIONS

/** Worse than tolerated: reaching 100 % is a miss. */
export const badCandidate = (seed: number, regression: Regression): Scenario => {
  const control = controlOf(seed)
  return scenario(control, REGRESSIONS[regression](control))
}
