/**
 * Whom to ask, in which order, and why not the others. Pure: request, catalog and health in, targets with reasons out.
 *
 * The order: the chosen model; models of the same provider that cost no more; the nearest model of each other provider;
 * the last resort. Where nobody chose, models that were seen to answer stand before those that only may. A caller's own list of models, or a chain of the host, replaces all that follow the chosen one.
 */
import { sayReason } from '../../reasons.ts'
import type { Preference } from '../catalog/catalog.ts'
import { comparablePrice, hasPrice, nearestFirst } from '../catalog/likeness.ts'
import type { ParameterPolicy } from '../types/call-options.ts'
import type { ModelRow } from '../types/models.ts'
import { whyUnfit, type FitLimits, type Unfit } from './fit.ts'
import { liveFirst, type Lives } from './live-first.ts'
import type { Needs } from './needs.ts'
import { standings, toExplore, type ModelHealth } from './preference.ts'

export interface RouteTarget {
  readonly row: ModelRow
  /** In words a person can read, for the attempt's record. */
  readonly reason: string
  /** One of those that are asked when all others failed: it keeps its place and an attempt, whoever stands before it. */
  readonly lastResort?: true
}
export interface SkippedTarget extends Unfit {
  readonly provider: string
  readonly model: string
}
export interface Route {
  readonly targets: readonly RouteTarget[]
  readonly skipped: readonly SkippedTarget[]
}

export interface OwnChain {
  readonly rows: readonly ModelRow[]
  readonly reason: string
  readonly lastResort: boolean
}

export interface RouteRequest {
  readonly chosen: { readonly row: ModelRow } | { readonly preference: Preference }
  readonly needs: Needs
  /** The caller's own chain; undefined lets the order below decide, an empty one means no fallback. */
  readonly fallbacks: OwnChain | undefined
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
  readonly lives: Lives
  /** A random number from 0 to 1 lets a model that is little known be tried now and then; null: never. */
  readonly chance: number | null
}

/** What nobody knows the price of may cost more; where the first one's is unknown, what its user pays is compared. */
const costsNoMore = (one: ModelRow, row: ModelRow): boolean => {
  if (!hasPrice(row)) return one.creditMultiplier <= row.creditMultiplier
  return hasPrice(one) && comparablePrice(one) <= comparablePrice(row)
}

const cheaperAtSameProvider = (row: ModelRow, rows: readonly ModelRow[]): readonly ModelRow[] =>
  nearestFirst(
    row,
    rows.filter((one) => one !== row && one.provider === row.provider && costsNoMore(one, row)),
  )

/** Up to so many that fit, and those on the way that don't: they are passed over with their reason. */
const upTo = (count: number, rows: readonly ModelRow[], fits: (row: ModelRow) => boolean): readonly ModelRow[] => {
  let left = count
  const end = rows.findIndex((row) => fits(row) && --left === 0)
  const reached = end < 0 ? rows : rows.slice(0, end + 1)
  const unfit = reached.filter((row) => !fits(row)).slice(0, count)
  return reached.filter((row) => fits(row) || unfit.includes(row))
}

/** The nearest of each other provider, the providers in the order of their nearest. */
const nearestElsewhere = (
  row: ModelRow,
  rows: readonly ModelRow[],
  fits: (row: ModelRow) => boolean,
  lives: Lives,
): readonly ModelRow[] => {
  const sorted = nearestFirst(
    row,
    rows.filter((one) => one.provider !== row.provider),
  )
  const providers = [...new Set(sorted.map(({ provider }) => provider))]
  const found = providers.flatMap((provider) =>
    upTo(
      1,
      liveFirst(
        sorted.filter((one) => one.provider === provider),
        lives,
      ),
      fits,
    ),
  )
  return liveFirst(
    sorted.filter((one) => found.includes(one)),
    lives,
  )
}

const lastResortOf = (request: RouteRequest): readonly RouteTarget[] =>
  request.lastResort.map((row) => ({ row, reason: sayReason('last-resort'), lastResort: true }))

const ownChain = ({ rows, reason, lastResort }: OwnChain, request: RouteRequest): readonly RouteTarget[] => [
  ...rows.map((row) => ({ row, reason })),
  ...(lastResort ? lastResortOf(request) : []),
]

const chainAfter = (
  row: ModelRow,
  request: RouteRequest,
  candidates: readonly ModelRow[],
  fits: (row: ModelRow) => boolean,
): readonly RouteTarget[] => {
  if (request.fallbacks !== undefined) return ownChain(request.fallbacks, request)
  const cheaper = liveFirst(cheaperAtSameProvider(row, candidates), request.lives)
  return [
    ...upTo(request.sameProviderTargets, cheaper, fits).map((one) => ({
      row: one,
      reason: sayReason('same-provider', { model: row.key }),
    })),
    ...nearestElsewhere(row, candidates, fits, request.lives).map((one) => ({
      row: one,
      reason: sayReason('nearest', { model: row.key }),
    })),
    ...lastResortOf(request),
  ]
}

const preferred = (
  preference: Preference,
  candidates: readonly ModelRow[],
  { health, chance }: RouteRequest,
): readonly RouteTarget[] => {
  const ordered = standings(candidates, preference, health)
  const tried = chance === null ? undefined : toExplore(ordered, preference, chance)
  const targets = ordered.map(({ row, explanation }, at) => ({
    row,
    reason: sayReason(at === 0 ? 'auto-first' : 'auto-next', { preference, standing: explanation }),
  }))
  if (tried === undefined) return targets
  const reason = sayReason('auto-explored', { standing: tried.explanation })
  return [{ row: tried.row, reason }, ...targets.filter(({ row }) => row !== tried.row)]
}

const wanted = (
  request: RouteRequest,
  candidates: readonly ModelRow[],
  fits: (row: ModelRow) => boolean,
): readonly RouteTarget[] => {
  const { chosen, fallbacks } = request
  if ('row' in chosen)
    return [{ row: chosen.row, reason: sayReason('chosen') }, ...chainAfter(chosen.row, request, candidates, fits)]
  const ordered = preferred(chosen.preference, candidates.filter(fits), request)
  return fallbacks === undefined
    ? [...ordered, ...lastResortOf(request)]
    : [...ordered.slice(0, 1), ...ownChain(fallbacks, request)]
}

export const route = (request: RouteRequest): Route => {
  const { needs, parameterPolicy, limits } = request
  const known = new Map<ModelRow, Unfit | null>()
  const why = (row: ModelRow): Unfit | null => {
    const before = known.get(row)
    if (before !== undefined) return before
    const unfit = whyUnfit(row, needs, parameterPolicy, limits)
    // A text can be divided for a model that is too small, but not for one that cannot be asked.
    const reason = unfit === null || unfit.kind === 'context' ? (request.unavailable(row) ?? unfit) : unfit
    known.set(row, reason)
    return reason
  }
  // Models that are switched off or do other work are nobody's candidates: that they are passed over is no news.
  const candidates =
    request.fallbacks !== undefined && 'row' in request.chosen
      ? []
      : request.rows.filter(
          (row) => row.active && row.operations.includes(needs.operation) && !request.byNameOnly.includes(row.provider),
        )
  const targets: RouteTarget[] = []
  const skipped: SkippedTarget[] = []
  const seen = new Set<ModelRow>()
  const order = wanted(request, candidates, (row) => why(row) === null)
  const last = new Set(order.filter(({ lastResort }) => lastResort).map(({ row }) => row))
  for (const target of order) {
    // One of the last resort that stands further up, as the nearest of its provider for example, is that one.
    const isLast = last.has(target.row)
    const unfit = why(target.row)
    if (seen.has(target.row) || (unfit === null && targets.length >= request.maxTargets && !isLast)) continue
    seen.add(target.row)
    if (unfit !== null) skipped.push({ provider: target.row.provider, model: target.row.key, ...unfit })
    else targets.push(isLast ? { ...target, lastResort: true } : target)
  }
  return { targets, skipped }
}
