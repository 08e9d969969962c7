/** One look at the providers' lists, and at models where that was asked: what it would change, or what it has changed. */
import { AppError } from '../../errors.ts'
import type { Gateway } from '../../gateway/index.ts'
import type { ProbeModelsOptions } from '../availability/probe-models.ts'
import { toProbePlan, type ProbePlan, type ProbeReport } from '../availability/probe-plan.ts'
import { retireByDate } from './catalog-rows.store.ts'
import { createDeadTargets, type DeadTargetsDeps } from './dead-targets.ts'
import type { DeadTarget } from './fallback-chains.ts'
import type { Actor } from './model-changes.store.ts'
import { DEFAULT_QUARANTINE, type QuarantinePolicy } from './quarantine.ts'
import { createSyncRunsStore, type SyncRun } from './sync-runs.store.ts'
import { syncProvider, type ProviderResult, type SyncProviderOptions, type SyncTarget } from './sync-provider.ts'
import { withReports } from './with-reports.ts'

export interface SyncRequest {
  /** Left out: all. */
  readonly providers?: readonly string[] | undefined
  /** `true`: by the default plan. */
  readonly probe?: ProbePlan | boolean | undefined
}

export interface SyncOutcome {
  readonly results: readonly ProviderResult[]
  readonly deadTargets: readonly DeadTarget[]
}

export interface NewRun extends SyncRequest {
  readonly id: string
  readonly trigger: SyncRun['trigger']
  readonly startedBy: string | null
}

export interface CatalogSyncDeps extends DeadTargetsDeps {
  readonly gateway: Pick<Gateway, 'listModels'>
  /** Reads the table into memory again. */
  readonly refresh: () => Promise<void>
  /** Asks models whether they answer; without a plan only those inside this process. */
  readonly probe?: (providers: readonly string[], options: ProbeModelsOptions) => Promise<readonly ProbeReport[]>
  /** Providers inside this process: they have no list to be read. */
  readonly builtIn?: readonly string[]
  readonly quarantine?: QuarantinePolicy
}

const ACTOR_NAME = 'sync'

/** The providers named, or all. Throws `not-found` for one that nobody knows. */
export const chooseTargets = (
  targets: readonly SyncTarget[],
  ids: readonly string[] | undefined,
): readonly SyncTarget[] => {
  const known = targets.map(({ id }) => id)
  const strange = ids?.find((id) => !known.includes(id))
  if (strange !== undefined)
    throw new AppError('not-found', `There is no provider ${strange}. Known are ${known.join(', ')}.`, {
      details: { provider: strange, known },
    })
  return targets.filter(({ id }) => ids === undefined || ids.includes(id))
}

export const createCatalogSync = (deps: CatalogSyncDeps) => {
  const { db, clock, refresh, quarantine = DEFAULT_QUARANTINE } = deps
  const runs = createSyncRunsStore(db)
  const dead = createDeadTargets(deps)
  const listing = { db, quarantine, clock, listModels: deps.gateway.listModels }
  /** Asked at once: each is another server. */
  const readLists = (
    { providers }: SyncRequest,
    options: SyncProviderOptions,
    note: (result: ProviderResult) => Promise<void> = () => Promise.resolve(),
  ): Promise<ProviderResult[]> =>
    Promise.all(
      chooseTargets(deps.targets(), providers).map(async (target) => {
        const result = await syncProvider(listing, target, options)
        await note(result)
        return result
      }),
    )

  /** The results with what was asked; a provider whose list could not be read is not asked either. */
  const askModels = async (
    results: readonly ProviderResult[],
    { id, probe: plan = false, providers }: NewRun,
    signal?: AbortSignal,
  ): Promise<readonly ProviderResult[]> => {
    if (deps.probe === undefined) return results
    const read = results.filter(({ outcome }) => outcome === 'applied' || outcome === 'unchanged')
    const builtIn = providers === undefined ? (deps.builtIn ?? []) : []
    const reports = await deps.probe([...builtIn, ...read.map(({ provider }) => provider)], {
      plan: toProbePlan(plan),
      signal,
      isStopped: () => runs.isStopped(id),
      onProgress: async (known) => await runs.renew(id, withReports(results, known)),
    })
    return withReports(results, reports)
  }

  const preview = async (request: SyncRequest, signal?: AbortSignal): Promise<SyncOutcome> => {
    const actor: Actor = { kind: 'sync', id: null, name: ACTOR_NAME }
    const results = await readLists(request, { dryRun: true, actor, ...(signal && { signal }) })
    return { results, deadTargets: await dead.find() }
  }

  const change = async (run: NewRun, signal?: AbortSignal): Promise<SyncOutcome> => {
    chooseTargets(deps.targets(), run.providers)
    await retireByDate(db, new Date(clock.now()))
    const actor: Actor = { kind: 'sync', id: run.id, name: ACTOR_NAME }
    const options = { dryRun: false, actor, ...(signal && { signal }) }
    const results = await readLists(run, options, (result) => runs.note(run.id, result))
    const probed = await askModels(results, run, signal)
    await refresh()
    const deadTargets = await dead.find()
    await dead.tell(deadTargets)
    return { results: probed, deadTargets }
  }

  return { preview, change }
}
