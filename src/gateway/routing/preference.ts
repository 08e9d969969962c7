/**
 * The order behind `auto:best`, `auto:fastest` and `auto:cheapest`.
 *
 * Models are compared by what their true values may be at the worst, not by what was measured: a model with three good
 * answers may still fail often, and must not pass one with thousands. Models are drawn towards the average of all, the
 * more so the fewer requests they have.
 */
import { sayReason } from '../../reasons.ts'
import type { Preference } from '../catalog/catalog.ts'
import { comparablePrice } from '../catalog/likeness.ts'
import type { ModelRow } from '../types/models.ts'

/** What recent calls showed of a model. */
export interface ModelHealth {
  readonly requests: number
  readonly errorRate: number
  /** Null while nobody measured. */
  readonly averageMs: number | null
}

export interface Standing {
  readonly row: ModelRow
  readonly health: ModelHealth
  /** Enough requests to be judged by them. */
  readonly proven: boolean
  /** What the share of failures may be at the worst, from 0 to 1. */
  readonly errorRateUpperBound: number
  /** What the average time may be at the worst; null while nobody measured. */
  readonly latencyUpperBoundMs: number | null
  /** Why it stands where it stands. */
  readonly explanation: string
}

/** Fewer requests than this prove nothing. */
const ENOUGH_REQUESTS = 5
const FAILING_ABOVE = 0.1
/** One-sided 95 %. */
const Z = 1.645
/** So many requests of an average model are added to each one's own. */
const BORROWED_REQUESTS = 4
/** Where nobody has called any model yet. */
const USUAL_ERROR_RATE = 0.02
/** Response times of one model differ by some 80 % of their average. */
const SPREAD = 0.8

const isProven = (health: ModelHealth): boolean => health.requests >= ENOUGH_REQUESTS
const isFailing = (health: ModelHealth): boolean => isProven(health) && health.errorRate > FAILING_ABOVE

/** Upper end of a share by Wilson's interval. */
export const wilsonUpperBound = (failures: number, requests: number): number => {
  if (requests <= 0) return 1
  const rate = failures / requests
  const middle = rate + Z ** 2 / (2 * requests)
  const spread = Z * Math.sqrt((rate * (1 - rate)) / requests + Z ** 2 / (4 * requests ** 2))
  return Math.min(1, (middle + spread) / (1 + Z ** 2 / requests))
}

const averageErrorRate = (all: readonly ModelHealth[]): number => {
  const requests = all.reduce((sum, one) => sum + one.requests, 0)
  const failures = all.reduce((sum, one) => sum + one.requests * one.errorRate, 0)
  return (failures + USUAL_ERROR_RATE * BORROWED_REQUESTS) / (requests + BORROWED_REQUESTS)
}

const errorBound = ({ requests, errorRate }: ModelHealth, average: number): number =>
  wilsonUpperBound(requests * errorRate + average * BORROWED_REQUESTS, requests + BORROWED_REQUESTS)

const latencyBound = ({ requests, errorRate, averageMs }: ModelHealth): number | null => {
  const answered = Math.max(1, requests * (1 - errorRate))
  return averageMs === null ? null : averageMs * (1 + (Z * SPREAD) / Math.sqrt(answered))
}

type Measured = Omit<Standing, 'explanation'>

/** Smaller is better, compared one after the other. */
const rank = ({ row, health, proven, ...bounds }: Measured, preference: Preference): readonly number[] => {
  const failing = isFailing(health) ? 1 : 0
  if (preference === 'cheapest') return [failing, row.creditMultiplier, comparablePrice(row)]
  if (preference === 'fastest')
    return [failing, proven ? 0 : 1, bounds.latencyUpperBoundMs ?? Number.MAX_SAFE_INTEGER, comparablePrice(row)]
  // Among equally reliable ones the more capable, which the price tells best.
  return [Math.ceil(bounds.errorRateUpperBound * 100), -comparablePrice(row)]
}

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0
    if (value !== other) return value - other
  }
  return 0
}

const percent = (share: number): string => (share * 100).toFixed(1)

const explain = ({ row, health, errorRateUpperBound }: Measured, preference: Preference): string => {
  const { requests } = health
  const shares = { percent: percent(health.errorRate), worst: percent(errorRateUpperBound) }
  const measured =
    requests === 1 ? sayReason('standing-one', shares) : sayReason('standing-errors', { ...shares, requests })
  const errors = requests === 0 ? sayReason('standing-new') : measured
  const failing = isFailing(health) ? sayReason('standing-failing', { standing: errors }) : null
  if (preference === 'best') return errors
  if (failing !== null) return failing
  if (preference === 'cheapest')
    return sayReason('standing-multiplier', { multiplier: row.creditMultiplier, standing: errors })
  if (health.averageMs === null) return errors
  const milliseconds = Math.round(health.averageMs)
  return requests === 1
    ? sayReason('standing-speed-one', { milliseconds })
    : sayReason('standing-speed', { milliseconds, requests })
}

/** Best first, each with the figures that it stands by. */
export const standings = (
  rows: readonly ModelRow[],
  preference: Preference,
  healthOf: (row: ModelRow) => ModelHealth,
): readonly Standing[] => {
  const healths = rows.map((row) => ({ row, health: healthOf(row) }))
  const average = averageErrorRate(healths.map(({ health }) => health))
  return healths
    .map(({ row, health }): Measured => ({
      row,
      health,
      proven: isProven(health),
      errorRateUpperBound: errorBound(health, average),
      latencyUpperBoundMs: latencyBound(health),
    }))
    .map((one) => ({ one, rank: rank(one, preference) }))
    .sort((a, b) => compare(a.rank, b.rank) || a.one.row.key.localeCompare(b.one.row.key))
    .map(({ one }) => ({ ...one, explanation: explain(one, preference) }))
}

export const byPreference = (
  rows: readonly ModelRow[],
  preference: Preference,
  healthOf: (row: ModelRow) => ModelHealth,
): readonly ModelRow[] => standings(rows, preference, healthOf).map(({ row }) => row)

/** Requests in a hundred that try a model of which too little is known. */
export const EXPLORATION_PERCENT = 2
/** With so many it is known well enough. */
const KNOWN_REQUESTS = 20
/** What is tried out must not cost much more than what would have been asked. */
const DEARER_AT_MOST = 1.5

/**
 * The standing to try first in place of the best, so that a model that nobody asked yet can ever win; undefined for most
 * requests. `chance` is a random number from 0 to 1.
 */
export const toExplore = (
  ordered: readonly Standing[],
  preference: Preference,
  chance: number,
): Standing | undefined => {
  const [first] = ordered
  if (first === undefined || preference === 'cheapest' || chance >= EXPLORATION_PERCENT / 100) return undefined
  const affordable = ordered.filter(
    ({ row, health }) =>
      row !== first.row &&
      health.requests < KNOWN_REQUESTS &&
      !isFailing(health) &&
      row.creditMultiplier <= first.row.creditMultiplier &&
      comparablePrice(row) <= comparablePrice(first.row) * DEARER_AT_MOST,
  )
  return affordable[Math.floor((chance / (EXPLORATION_PERCENT / 100)) * affordable.length)]
}
