/**
 * Whom to ask, in which order, and why not the others. Pure: request, catalog and health in, targets with reasons out.
 *
 * The order: the chosen model; models of the same provider that cost no more; the nearest model of each other provider;
 * the last resort. A caller's own list of models replaces all that follow the chosen one.
 */
import type { Preference } from '../catalog/catalog.ts'
import { comparablePrice, nearestFirst } from '../catalog/likeness.ts'
import type { ModelRow, ParameterPolicy } from '../types.ts'
import { whyUnfit, type FitLimits, type Unfit } from './fit.ts'
import type { Needs } from './needs.ts'
import { byPreference, type ModelHealth } from './preference.ts'

export interface RouteTarget {
  readonly row: ModelRow
  /** In words a person can read, for the attempt's record. */
  readonly reason: string
}
export interface SkippedTarget extends Unfit {
  readonly provider: string
  readonly model: string
}
export interface Route {
  readonly targets: readonly RouteTarget[]
  readonly skipped: readonly SkippedTarget[]
}

export interface RouteRequest {
  readonly chosen: { readonly row: ModelRow } | { readonly preference: Preference }
  readonly needs: Needs
  /** The caller's own chain; undefined lets the chain below decide, an empty one means no fallback. */
  readonly fallbacks: readonly ModelRow[] | undefined
  readonly rows: readonly ModelRow[]
  readonly lastResort: readonly ModelRow[]
  readonly byNameOnly: readonly string[]
  readonly parameterPolicy: ParameterPolicy
  readonly limits: FitLimits
  readonly maxTargets: number
  readonly sameProviderTargets: number
  /** Why a model cannot be called now (no key, resting after failures), or null. */
  readonly unavailable: (row: ModelRow) => Unfit | null
  readonly health: (row: ModelRow) => ModelHealth
}

const cheaperAtSameProvider = (row: ModelRow, rows: readonly ModelRow[]): readonly ModelRow[] =>
  nearestFirst(
    row,
    rows.filter((one) => one !== row && one.provider === row.provider && comparablePrice(one) <= comparablePrice(row)),
  )

/** The nearest of each other provider, the providers in the order of their nearest. */
const nearestElsewhere = (row: ModelRow, rows: readonly ModelRow[]): readonly ModelRow[] => {
  const seen = new Set<string>([row.provider])
  return nearestFirst(row, rows).filter((one) => {
    if (seen.has(one.provider)) return false
    seen.add(one.provider)
    return true
  })
}

const chainAfter = (row: ModelRow, request: RouteRequest, usable: readonly ModelRow[]): readonly RouteTarget[] => {
  if (request.fallbacks !== undefined) {
    return request.fallbacks.map((one) => ({ row: one, reason: 'next in the list of the request' }))
  }
  return [
    ...cheaperAtSameProvider(row, usable)
      .slice(0, request.sameProviderTargets)
      .map((one) => ({ row: one, reason: `same provider as ${row.key}, costs no more` })),
    ...nearestElsewhere(row, usable).map((one) => ({ row: one, reason: `nearest to ${row.key} at another provider` })),
    ...request.lastResort.map((one) => ({ row: one, reason: 'last resort' })),
  ]
}

const wanted = (request: RouteRequest, usable: readonly ModelRow[]): readonly RouteTarget[] => {
  const { chosen } = request
  if ('row' in chosen) return [{ row: chosen.row, reason: 'chosen' }, ...chainAfter(chosen.row, request, usable)]
  const ordered = byPreference(usable, chosen.preference, request.health)
  return [
    ...ordered.map((row, at) => ({
      row,
      reason: at === 0 ? `auto: ${chosen.preference}` : `auto: next ${chosen.preference}`,
    })),
    ...request.lastResort.map((row) => ({ row, reason: 'last resort' })),
  ]
}

export const route = (request: RouteRequest): Route => {
  const { needs, parameterPolicy, limits } = request
  const why = (row: ModelRow): Unfit | null => whyUnfit(row, needs, parameterPolicy, limits) ?? request.unavailable(row)
  const usable =
    request.fallbacks !== undefined && 'row' in request.chosen
      ? []
      : request.rows.filter((row) => !request.byNameOnly.includes(row.provider) && why(row) === null)
  const targets: RouteTarget[] = []
  const skipped: SkippedTarget[] = []
  const seen = new Set<ModelRow>()
  for (const target of wanted(request, usable)) {
    if (seen.has(target.row)) continue
    seen.add(target.row)
    const unfit = why(target.row)
    if (unfit !== null) skipped.push({ provider: target.row.provider, model: target.row.key, ...unfit })
    else if (targets.length < request.maxTargets) targets.push(target)
  }
  return { targets, skipped }
}
