/** The order behind `auto:best`, `auto:fastest` and `auto:cheapest`. */
import type { Preference } from '../catalog/catalog.ts'
import { comparablePrice } from '../catalog/likeness.ts'
import type { ModelRow } from '../types.ts'

/** What recent calls showed of a model. */
export interface ModelHealth {
  readonly requests: number
  readonly errorRate: number
  /** Null while nobody measured. */
  readonly averageMs: number | null
}

/** Fewer requests than this prove nothing. */
const ENOUGH_REQUESTS = 5

const isProven = (health: ModelHealth): boolean => health.requests >= ENOUGH_REQUESTS
const isFailing = (health: ModelHealth): boolean => isProven(health) && health.errorRate > 0.1

/** Smaller is better, compared one after the other. */
const rank = (row: ModelRow, preference: Preference, health: ModelHealth): readonly number[] => {
  const failing = isFailing(health) ? 1 : 0
  const errorRate = isProven(health) ? health.errorRate : 0
  const averageMs = health.averageMs ?? Number.MAX_SAFE_INTEGER
  if (preference === 'cheapest') return [failing, row.creditMultiplier, comparablePrice(row)]
  if (preference === 'fastest') return [failing, averageMs, comparablePrice(row)]
  // Among equally reliable ones the proven, and then the more capable, which the price tells best.
  return [Math.round(errorRate * 100), isProven(health) ? 0 : 1, -comparablePrice(row)]
}

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0
    if (value !== other) return value - other
  }
  return 0
}

export const byPreference = (
  rows: readonly ModelRow[],
  preference: Preference,
  healthOf: (row: ModelRow) => ModelHealth,
): readonly ModelRow[] =>
  rows
    .map((row) => ({ row, rank: rank(row, preference, healthOf(row)) }))
    .sort((a, b) => compare(a.rank, b.rank) || a.row.key.localeCompare(b.row.key))
    .map(({ row }) => row)
