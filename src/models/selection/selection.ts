/** Whom `auto:best`, `auto:fastest` and `auto:cheapest` would ask now, in order, with the figures and the reason. */
import {
  EXPLORATION_PERCENT,
  standings,
  type ModelHealth,
  type ModelRow,
  type Operation,
  type Standing,
} from '../../gateway/index.ts'

export type SelectionPreference = 'best' | 'fastest' | 'cheapest'

export interface SelectionQuery {
  readonly preference: SelectionPreference
  readonly operation: Operation
  readonly limit: number
}

export interface RankedModel {
  readonly rank: number
  readonly provider: string
  readonly model: string
  readonly displayName: string
  readonly requests: number
  readonly failures: number
  readonly errorRate: number | null
  readonly errorRateUpperBound: number
  readonly p50Ms: number | null
  readonly latencyUpperBoundMs: number | null
  readonly creditMultiplier: number
  readonly proven: boolean
  readonly explanation: string
}

export interface Selection {
  readonly preference: SelectionPreference
  readonly windowHours: number
  readonly explorationPercent: number
  readonly items: RankedModel[]
  readonly leftOut: { provider: string; model: string; reason: string }[]
}

export interface SelectionDeps {
  readonly rows: () => readonly ModelRow[]
  /** As the gateway itself judges by. */
  readonly health: (row: ModelRow) => ModelHealth
  readonly medianMs: (row: ModelRow) => number | null
  /** Why a model cannot be asked now; null when it can. */
  readonly whyNot: (row: ModelRow) => string | null
  /** Providers that never answer unless they are named. */
  readonly byNameOnly: readonly string[]
}

/** Calls of the last hour, or of the last day where the hour has too few. */
const WINDOW_HOURS = 24
const MOST_LEFT_OUT = 200

const toRanked = (standing: Standing, at: number, medianMs: number | null): RankedModel => {
  const { row, health } = standing
  return {
    rank: at + 1,
    provider: row.provider,
    model: row.key,
    displayName: row.displayName,
    requests: health.requests,
    failures: Math.round(health.requests * health.errorRate),
    errorRate: health.requests === 0 ? null : health.errorRate,
    errorRateUpperBound: standing.errorRateUpperBound,
    p50Ms: medianMs,
    latencyUpperBoundMs: standing.latencyUpperBoundMs,
    creditMultiplier: row.creditMultiplier,
    proven: standing.proven,
    explanation: standing.explanation,
  }
}

export const createSelection =
  ({ rows, health, medianMs, whyNot, byNameOnly }: SelectionDeps) =>
  ({ preference, operation, limit }: SelectionQuery): Selection => {
    const able = rows().filter((row) => row.operations.includes(operation))
    const reasons = new Map(
      able.map((row) => [row, byNameOnly.includes(row.provider) ? 'It answers only when it is named' : whyNot(row)]),
    )
    const usable = able.filter((row) => reasons.get(row) === null)
    return {
      preference,
      windowHours: WINDOW_HOURS,
      explorationPercent: preference === 'cheapest' ? 0 : EXPLORATION_PERCENT,
      items: standings(usable, preference, health)
        .slice(0, limit)
        .map((standing, at) => toRanked(standing, at, medianMs(standing.row))),
      leftOut: able
        .filter((row) => reasons.get(row) !== null)
        .slice(0, MOST_LEFT_OUT)
        .map((row) => ({ provider: row.provider, model: row.key, reason: reasons.get(row) ?? '' })),
    }
  }
