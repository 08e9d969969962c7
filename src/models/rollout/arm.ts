/** What was measured of one arm, as sums that add up: over requests, processes and hours. */
import type { Count, Moments } from './evidence.ts'
import { addHistograms, emptyHistogram, noteTime, type LatencyHistogram } from './latency-histogram.ts'

export type ArmName = 'control' | 'candidate'

export interface ArmSums {
  /** Answered, or failed by the provider's fault. The caller's faults are in neither number. */
  readonly requests: number
  readonly failures: number
  /** Answered ones, with their times as natural logarithms of milliseconds. */
  readonly timed: number
  readonly logMsSum: number
  readonly logMsSquares: number
  /** Answered ones whose cost is known and not nothing, as logarithms of microcents. */
  readonly priced: number
  readonly logCostSum: number
  readonly logCostSquares: number
  readonly costMicrocents: number
  readonly histogram: LatencyHistogram
}

export interface Observation {
  readonly failed: boolean
  readonly durationMs: number
  readonly costMicrocents: number | null
}

export const emptyArm = (): ArmSums => ({
  requests: 0,
  failures: 0,
  timed: 0,
  logMsSum: 0,
  logMsSquares: 0,
  priced: 0,
  logCostSum: 0,
  logCostSquares: 0,
  costMicrocents: 0,
  histogram: emptyHistogram,
})

export const observe = (sums: ArmSums, { failed, durationMs, costMicrocents }: Observation): ArmSums => {
  const cost = costMicrocents ?? 0
  const counted = { ...sums, requests: sums.requests + 1, costMicrocents: sums.costMicrocents + cost }
  if (failed) return { ...counted, failures: sums.failures + 1 }
  const logMs = Math.log(Math.max(1, durationMs))
  const timed = {
    ...counted,
    timed: sums.timed + 1,
    logMsSum: sums.logMsSum + logMs,
    logMsSquares: sums.logMsSquares + logMs * logMs,
    histogram: noteTime(sums.histogram, durationMs),
  }
  if (cost <= 0) return timed
  const logCost = Math.log(cost)
  return {
    ...timed,
    priced: sums.priced + 1,
    logCostSum: sums.logCostSum + logCost,
    logCostSquares: sums.logCostSquares + logCost * logCost,
  }
}

export const addArms = (a: ArmSums, b: ArmSums): ArmSums => ({
  requests: a.requests + b.requests,
  failures: a.failures + b.failures,
  timed: a.timed + b.timed,
  logMsSum: a.logMsSum + b.logMsSum,
  logMsSquares: a.logMsSquares + b.logMsSquares,
  priced: a.priced + b.priced,
  logCostSum: a.logCostSum + b.logCostSum,
  logCostSquares: a.logCostSquares + b.logCostSquares,
  costMicrocents: a.costMicrocents + b.costMicrocents,
  histogram: addHistograms(a.histogram, b.histogram),
})

const moments = (count: number, sum: number, squares: number): Moments => {
  if (count < 2) return { count, mean: count === 0 ? 0 : sum, variance: 0 }
  const mean = sum / count
  return { count, mean, variance: Math.max(0, (squares - count * mean * mean) / (count - 1)) }
}

export const errorsOf = ({ requests, failures }: ArmSums): Count => ({ requests, failures })
export const timesOf = (sums: ArmSums): Moments => moments(sums.timed, sums.logMsSum, sums.logMsSquares)
export const costsOf = (sums: ArmSums): Moments => moments(sums.priced, sums.logCostSum, sums.logCostSquares)
