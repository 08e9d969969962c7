/** Both arms' curves for a page: by hour, and by day once that would be too many points. */
import { addArms, emptyArm, type ArmName, type ArmSums } from './arm.ts'
import { percentileOf } from './latency-histogram.ts'

export interface RolloutPoint {
  readonly at: Date
  readonly requests: number
  readonly failures: number
  readonly errorRate: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly costMicrocents: number
}

export interface RolloutSeries {
  readonly series: Readonly<Record<ArmName, readonly RolloutPoint[]>>
  readonly bucket: 'hour' | 'day'
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A week of hours. */
const MOST_HOURS = 7 * 24

interface Row {
  readonly arm: ArmName
  readonly hour: Date
  readonly sums: ArmSums
}

const toPoint = (atMs: number, sums: ArmSums): RolloutPoint => ({
  at: new Date(atMs),
  requests: sums.requests,
  failures: sums.failures,
  errorRate: sums.requests === 0 ? 0 : sums.failures / sums.requests,
  p50Ms: percentileOf(sums.histogram, 0.5),
  p95Ms: percentileOf(sums.histogram, 0.95),
  costMicrocents: sums.costMicrocents,
})

export const toSeries = (rows: readonly Row[]): RolloutSeries => {
  const times = rows.map(({ hour }) => hour.getTime())
  const isLong = times.length > 0 && Math.max(...times) - Math.min(...times) > MOST_HOURS * HOUR_MS
  const stepMs = isLong ? DAY_MS : HOUR_MS
  const pointsOf = (arm: ArmName): RolloutPoint[] => {
    const own = rows.filter((row) => row.arm === arm)
    const groups = Map.groupBy(own, ({ hour }) => Math.floor(hour.getTime() / stepMs) * stepMs)
    return [...groups]
      .toSorted(([a], [b]) => a - b)
      .map(([atMs, group]) => toPoint(atMs, group.map(({ sums }) => sums).reduce(addArms, emptyArm())))
  }
  return { series: { control: pointsOf('control'), candidate: pointsOf('candidate') }, bucket: isLong ? 'day' : 'hour' }
}
