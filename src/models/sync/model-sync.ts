/**
 * The catalog kept equal to what providers serve. Each provider is read and written for itself; a run tells what each
 * brought, which held lists wait for an administrator, and which fallback targets are dead.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError, toAppError } from '../../errors.ts'
import type { Catalog, Gateway } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { statement } from '../../statements/statement.ts'
import type { ProbeModelsOptions } from '../availability/probe-models.ts'
import { toProbePlan, type ProbePlan, type ProbeReport } from '../availability/probe-plan.ts'
import { raiseAlert, resolveAlerts } from '../alerts/alerts.store.ts'
import { told } from '../alerts/told.ts'
import { retireByDate } from './catalog-rows.store.ts'
import { findDeadTargets, type DeadTarget, type FallbackChain } from './fallback-chains.ts'
import { createHeldDecisions, type HeldDecisions } from './held-decisions.ts'
import type { Actor } from './model-changes.store.ts'
import { DEFAULT_QUARANTINE, type QuarantinePolicy } from './quarantine.ts'
import { createSyncRunsStore, type SyncRun } from './sync-runs.store.ts'
import { syncProvider, type ProviderResult, type SyncProviderOptions, type SyncTarget } from './sync-provider.ts'
import { withReports } from './with-reports.ts'

export interface ModelSyncDeps {
  readonly db: Kysely<Database>
  readonly gateway: Pick<Gateway, 'listModels'>
  readonly catalog: Pick<Catalog, 'resolve' | 'suggest'>
  /** Reads the table into memory again. */
  readonly refresh: () => Promise<void>
  /** Every provider that can be named, read at each run. */
  readonly targets: () => readonly SyncTarget[]
  /** Chains of fallback models, read at each run. */
  readonly chains?: () => readonly FallbackChain[] | Promise<readonly FallbackChain[]>
  /** Asks models whether they answer; without a plan only those inside this process. */
  readonly probe?: (providers: readonly string[], options: ProbeModelsOptions) => Promise<readonly ProbeReport[]>
  /** Providers inside this process: they have no list to be read. */
  readonly builtIn?: readonly string[]
  readonly quarantine?: QuarantinePolicy
  readonly clock: Clock
  readonly logger: Pick<Logger, 'info' | 'warn'>
}

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

export interface ModelSync extends HeldDecisions {
  /** What the lists would change, without changing anything. Rejects with `not-found` for a provider nobody knows. */
  preview(request: SyncRequest, signal?: AbortSignal): Promise<SyncOutcome>
  /** Reads the lists and changes the catalog. Its run is kept under `runId`; calling again for the same run is safe. */
  run(run: NewRun, signal?: AbortSignal): Promise<SyncOutcome>
  /** Notes a run that a job will do. */
  announce(run: NewRun): Promise<void>
  /** It asks no more models; its lists are read to the end. `conflict` when it has ended. */
  stop(id: string, by: Actor): Promise<SyncRun>
  runs(limit: number): Promise<SyncRun[]>
  /** Rejects with `not-found`. */
  findRun(id: string): Promise<SyncRun>
  /** Throws `not-found` for a provider nobody knows. */
  checkProviders(ids: readonly string[] | undefined): void
}

export interface NewRun extends SyncRequest {
  readonly id: string
  readonly trigger: SyncRun['trigger']
  readonly startedBy: string | null
}

const ACTOR_NAME = 'sync'

/** The providers named, or all. Throws `not-found` for one that nobody knows. */
const choose = (targets: readonly SyncTarget[], ids: readonly string[] | undefined): readonly SyncTarget[] => {
  const known = targets.map(({ id }) => id)
  const strange = ids?.find((id) => !known.includes(id))
  if (strange !== undefined)
    throw new AppError('not-found', `There is no provider ${strange}. Known are ${known.join(', ')}.`, {
      details: { provider: strange, known },
    })
  return targets.filter(({ id }) => ids === undefined || ids.includes(id))
}

export const createModelSync = (deps: ModelSyncDeps): ModelSync => {
  const { db, clock, logger, catalog, refresh, quarantine = DEFAULT_QUARANTINE } = deps
  const now = (): Date => new Date(clock.now())
  const runs = createSyncRunsStore(db)
  const listing = { db, quarantine, clock, listModels: deps.gateway.listModels }
  /** Asked at once: each is another server. */
  const readLists = (
    { providers }: SyncRequest,
    options: SyncProviderOptions,
    note: (result: ProviderResult) => Promise<void> = () => Promise.resolve(),
  ): Promise<ProviderResult[]> =>
    Promise.all(
      choose(deps.targets(), providers).map(async (target) => {
        const result = await syncProvider(listing, target, options)
        await note(result)
        return result
      }),
    )

  const deadTargets = async (): Promise<DeadTarget[]> => {
    const unreachable = new Map(deps.targets().map((target) => [target.id, target.unreachable]))
    return findDeadTargets(catalog, (await deps.chains?.()) ?? [], (id) => unreachable.get(id) ?? null)
  }
  /** One alert for all chains: it goes when the last dead target is gone. */
  const tellDead = async (dead: readonly DeadTarget[]): Promise<void> => {
    const kind = 'fallback-target-dead' as const
    if (dead.length === 0) return void (await resolveAlerts(db, { kind }, now()))
    const broken = statement('chains-broken', { models: dead.map(({ model }) => model) })
    await raiseAlert(db, { kind, provider: '', ...told(broken), details: { deadTargets: dead } }, now())
  }
  /** The results with what was asked; a provider whose list could not be read is not asked either. */
  const probe = async (
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
  const change = async (run: NewRun, signal?: AbortSignal): Promise<SyncOutcome> => {
    choose(deps.targets(), run.providers)
    await retireByDate(db, now())
    const actor: Actor = { kind: 'sync', id: run.id, name: ACTOR_NAME }
    const options = { dryRun: false, actor, ...(signal && { signal }) }
    const results = await readLists(run, options, (result) => runs.note(run.id, result))
    const probed = await probe(results, run, signal)
    await refresh()
    const dead = await deadTargets()
    await tellDead(dead)
    return { results: probed, deadTargets: dead }
  }
  const add = ({ id, trigger, startedBy, providers, probe: plan = false }: NewRun): Promise<void> =>
    runs.add({ id, trigger, startedBy, providers: providers ?? null, probe: plan !== false, createdAt: now() })
  const find = async (id: string): Promise<SyncRun> => {
    const run = await runs.find(id)
    if (run === undefined) throw new AppError('not-found', 'There is no such sync', { details: { id } })
    return run
  }

  return {
    ...createHeldDecisions(deps),
    checkProviders: (ids) => void choose(deps.targets(), ids),
    async preview(request, signal) {
      const actor: Actor = { kind: 'sync', id: null, name: ACTOR_NAME }
      const results = await readLists(request, { dryRun: true, actor, ...(signal && { signal }) })
      return { results, deadTargets: await deadTargets() }
    },
    async announce(run) {
      choose(deps.targets(), run.providers)
      await add(run)
    },
    async run(run, signal) {
      const { id } = run
      await add(run)
      await runs.begin(id)
      try {
        const outcome = await change(run, signal)
        await runs.end(id, { ...outcome, state: 'done', error: null, now: now() })
        await runs.prune()
        const results = outcome.results.map(({ provider, outcome: result }) => `${provider} ${result}`)
        logger.info({ runId: id, results }, 'The catalog was compared with the providers’ lists')
        return outcome
      } catch (thrown) {
        const error = toAppError(thrown).message
        await runs.end(id, { results: [], deadTargets: [], state: 'failed', error, now: now() }).catch(() => {})
        throw thrown
      }
    },
    runs: (limit) => runs.newest(limit),
    async stop(id, by) {
      const isStopped = await runs.stop(id, by.name)
      const run = await find(id)
      if (!isStopped) throw new AppError('conflict', 'This sync has ended already', { details: { id } })
      return run
    },
    findRun: find,
  }
}

/** A run's id; also what a job carries. */
export const newRunId = (clock: Clock): string => createId(clock.now())
