/** From the names in a request to a route: looks the models up and asks `route` for the order. */
import { AppError } from '../../errors.ts'
import { sayAlone, sayReason } from '../../reasons.ts'
import type { Catalog, Preference } from '../catalog/catalog.ts'
import type { LearnedRules } from '../catalog/learned-rules.ts'
import type { Door } from '../resilience/door/admission.ts'
import type { Refusal } from '../resilience/door/gate.ts'
import type { GatewayPolicy } from '../resilience/policy.ts'
import type { CallOptions, FallbackChain, ParameterPolicy } from '../types/call-options.ts'
import type { ModelRow } from '../types/models.ts'
import { whyUnfit, type Unfit } from './fit.ts'
import type { Lives } from './live-first.ts'
import type { Needs } from './needs.ts'
import type { ModelHealth } from './preference.ts'
import type { Substitution } from './substitute.ts'
import { CANDIDATES, suggest, type SuggestDeps } from './suggest.ts'
import { route, type OwnChain, type Route, type SkippedTarget } from './route.ts'

export interface PlanDeps {
  readonly catalog: Catalog
  readonly door: Door
  readonly policy: GatewayPolicy
  readonly learned: LearnedRules
  readonly health: (row: ModelRow) => ModelHealth
  readonly lives: Lives
  /** A model that stands in for another. */
  readonly substitute: Substitution
  readonly random: () => number
  /** The last resort as it is now, by name. */
  readonly lastResort: () => readonly string[]
}

export interface Plan extends Route {
  /** `provider/key`, or the preference as it was asked. */
  readonly asked: string
  readonly chosen: ModelRow | null
  /** Where the order comes from. */
  readonly chain: string
  /** The model that stands in for the chosen one: that it answers is no fallback. */
  readonly standIn: ModelRow | null
  /** To be added to those of the request. */
  readonly labels: Readonly<Record<string, string>>
  /** Who comes after `targets`. Looked up only when somebody must be, as it walks through the whole catalog. */
  readonly more: () => Route
}

const nameOf = (row: ModelRow): string => `${row.provider}/${row.key}`

const toUnfit = (refusal: Refusal | null): Unfit | null =>
  refusal === null
    ? null
    : {
        kind: refusal.code === 'credential-missing' ? 'no-credential' : 'resting',
        code: refusal.code,
        reason: refusal.message,
        ...(refusal.waitMs === null ? {} : { details: { retryAfterMs: refusal.waitMs } }),
      }

const chosenOf = (deps: SuggestDeps, name: string): { row: ModelRow } | { preference: Preference } => {
  const resolved = deps.catalog.resolve(name, CANDIDATES)
  if (resolved.kind === 'model') return { row: resolved.row }
  if (resolved.kind === 'auto') return { preference: resolved.preference }
  throw new AppError('model-unknown', sayAlone('unknown-named', { model: name }), {
    details: { model: name, ...suggest(deps, resolved.suggestions) },
  })
}

const known = (catalog: Catalog, names: readonly string[]): readonly ModelRow[] =>
  names.map((name) => catalog.find(name)).filter((row) => row !== null)

const NOBODY: Route = { targets: [], skipped: [] }

/** The request's own list goes before the host's chain. */
const chainOf = (options: CallOptions): (FallbackChain & { readonly reason: string }) | null => {
  if (options.fallbackModels !== undefined)
    return {
      name: 'request',
      models: options.fallbackModels,
      lastResort: false,
      reason: sayReason('next-in-request'),
    }
  return options.chain === undefined
    ? null
    : { ...options.chain, reason: sayReason('next-in-chain', { chain: options.chain.name }) }
}

const unknownTargets = (catalog: Catalog, names: readonly string[]): readonly SkippedTarget[] =>
  names
    .filter((name) => catalog.find(name) === null)
    .map((name) => {
      const slash = name.indexOf('/')
      return {
        provider: name.slice(0, Math.max(0, slash)),
        model: name.slice(slash + 1),
        kind: 'unknown',
        code: 'model-unknown',
        reason: sayReason('unknown'),
      }
    })

const avoided = (catalog: Catalog, options: CallOptions): ReadonlyMap<ModelRow, Unfit> =>
  new Map(
    (options.avoid ?? []).flatMap(({ model, reason }) => {
      const row = catalog.find(model)
      return row === null ? [] : [[row, { kind: 'avoided', code: 'no-target', reason } satisfies Unfit]]
    }),
  )

/** The caller divides its text rather than have a larger model answer. */
const refuseTooLong = (row: ModelRow, unfit: Unfit | null): void => {
  if (unfit?.code !== 'context-too-long') return
  throw new AppError('context-too-long', `${nameOf(row)}: ${unfit.reason}`, {
    details: { provider: row.provider, model: row.key, ...unfit.details, estimated: true },
  })
}

interface Trial {
  /** Null in the arm that goes on with the chosen model. */
  readonly standIn: ModelRow | null
  readonly reason: string
  readonly labels: Readonly<Record<string, string>>
}

/** Only requests that the model under trial could take are part of a trial, in either arm: otherwise arms differ by more. */
const openTrial = (
  { catalog, substitute }: PlanDeps,
  row: ModelRow,
  options: CallOptions,
  fits: (row: ModelRow) => boolean,
): Trial | null => {
  const found = substitute(row, options.labels ?? {})
  const candidate = found === null ? null : catalog.find(found.candidate)
  if (found === null || candidate === null || candidate === row || !fits(candidate)) return null
  const { takesPart, reason, labels } = found
  return { standIn: takesPart ? candidate : null, reason, labels }
}

export const planRoute = (
  deps: PlanDeps,
  model: string,
  needs: Needs,
  options: CallOptions,
  parameterPolicy: ParameterPolicy,
): Plan => {
  const { catalog, door, policy } = deps
  const chosen = chosenOf(deps, model)
  // What was learned from refusals matters to the choice only where nothing may be changed about the request.
  const learnedUnfit = (row: ModelRow): Unfit | null =>
    parameterPolicy === 'refuse' ? whyUnfit(deps.learned.withLearned(row), needs, parameterPolicy, policy.tokens) : null
  const unwanted = avoided(catalog, options)
  const unavailable = (row: ModelRow): Unfit | null =>
    unwanted.get(row) ?? toUnfit(door.check(row)) ?? learnedUnfit(row)
  const chain = chainOf(options)
  const fallbacks: OwnChain | undefined =
    chain === null
      ? undefined
      : { rows: known(catalog, chain.models), reason: chain.reason, lastResort: chain.lastResort }
  const routeAll = (): Route => {
    const found = route({
      chosen,
      needs,
      fallbacks,
      rows: catalog.rows(),
      lastResort: known(catalog, deps.lastResort()).filter((row) => door.check(row)?.code !== 'credential-missing'),
      byNameOnly: policy.routing.byNameOnly,
      parameterPolicy,
      limits: policy.tokens,
      maxTargets: policy.routing.maxTargets,
      sameProviderTargets: policy.routing.sameProviderTargets,
      unavailable,
      health: deps.health,
      lives: deps.lives,
      // Who waits for an answer is not made to wait for an experiment.
      chance: options.interactive === false ? deps.random() : null,
    })
    return { ...found, skipped: [...found.skipped, ...unknownTargets(catalog, chain?.models ?? [])] }
  }
  const from = { chain: chain?.name ?? 'routing', standIn: null, labels: {} }
  if ('preference' in chosen) return { ...routeAll(), ...from, asked: model, chosen: null, more: () => NOBODY }
  const { row } = chosen
  const asked = nameOf(row)
  const unfit = whyUnfit(row, needs, parameterPolicy, policy.tokens)
  if (options.whenTooLong === 'divide') refuseTooLong(row, unfit)
  const isFit = unfit === null && unavailable(row) === null
  const trial = openTrial(deps, row, options, (one) => {
    return whyUnfit(one, needs, parameterPolicy, policy.tokens) === null && unavailable(one) === null
  })
  if (trial?.standIn != null) {
    const { standIn, reason, labels } = trial
    const rest = (): Route => {
      const { targets, skipped } = routeAll()
      return { targets: targets.filter((target) => target.row !== standIn), skipped }
    }
    return {
      targets: [{ row: standIn, reason }],
      skipped: [],
      ...from,
      standIn,
      labels,
      asked,
      chosen: row,
      more: rest,
    }
  }
  if (!isFit) return { ...routeAll(), ...from, asked, chosen: row, more: () => NOBODY }
  const more = (): Route => {
    const { targets, skipped } = routeAll()
    return { targets: targets.filter((target) => nameOf(target.row) !== asked), skipped }
  }
  const labels = trial?.labels ?? {}
  return { targets: [{ row, reason: sayReason('chosen') }], skipped: [], ...from, labels, asked, chosen: row, more }
}
