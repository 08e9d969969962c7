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
import { lockProvider, retireByDate } from './catalog-rows.store.ts'
import type { ListDiff } from './diff.ts'
import { findDeadTargets, type DeadTarget, type FallbackChain } from './fallback-chains.ts'
import { decideHeld, findHeld, listHeld, replaceHeldDiff, type HeldList } from './held-lists.store.ts'
import type { Actor } from './model-changes.store.ts'
import { DEFAULT_QUARANTINE, type QuarantinePolicy } from './quarantine.ts'
import { createSyncRunsStore, type SyncRun } from './sync-runs.store.ts'
import { applyPlan, planFor, syncProvider, type ProviderResult, type SyncTarget } from './sync-provider.ts'

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

export interface ModelSync {
  /** What the lists would change, without changing anything. Rejects with `not-found` for a provider nobody knows. */
  preview(request: SyncRequest, signal?: AbortSignal): Promise<SyncOutcome>
  /** Reads the lists and changes the catalog. Its run is kept under `runId`; calling again for the same run is safe. */
  run(run: NewRun, signal?: AbortSignal): Promise<SyncOutcome>
  /** Notes a run that a job will do. */
  announce(run: NewRun): Promise<void>
  runs(limit: number): Promise<SyncRun[]>
  findRun(id: string): Promise<SyncRun>
  held(query: { readonly open: boolean; readonly limit: number }): Promise<HeldList[]>
  /** Does what the held list says. `conflict` when the catalog has changed since, with the new diff shown from then on. */
  applyHeld(id: string, by: Actor): Promise<HeldList>
  dismissHeld(id: string, by: Actor): Promise<HeldList>
  checkProviders(ids: readonly string[] | undefined): void
}

export interface NewRun extends SyncRequest {
  readonly id: string
  readonly trigger: SyncRun['trigger']
  readonly startedBy: string | null
}

/** Asked at once: each is another server. */
const inParallel = (
  targets: readonly SyncTarget[],
  work: (target: SyncTarget) => Promise<ProviderResult>,
): Promise<ProviderResult[]> => Promise.all(targets.map(work))

const sameChange = (left: ListDiff, right: ListDiff): boolean => {
  const keys = (diff: ListDiff) =>
    JSON.stringify([diff.removed.map(({ key }) => key), diff.added.map(({ key }) => key)])
  return keys(left) === keys(right)
}

/** What is built in has no result of a list, so it gets one of its own. */
const withReports = (results: readonly ProviderResult[], reports: readonly ProbeReport[]): ProviderResult[] => {
  const listed = new Set(results.map(({ provider }) => provider))
  const own = reports
    .filter(({ provider }) => !listed.has(provider))
    .map(({ provider }) => ({
      provider,
      outcome: 'unchanged' as const,
      diff: null,
      message: null,
      errorCode: null,
      heldId: null,
      durationMs: 0,
      checked: 0,
    }))
  return [...results, ...own].map((result) => ({
    ...result,
    probes: reports.find(({ provider }) => provider === result.provider) ?? null,
  }))
}

export const createModelSync = (deps: ModelSyncDeps): ModelSync => {
  const { db, clock, logger, catalog, refresh, quarantine = DEFAULT_QUARANTINE } = deps
  const now = (): Date => new Date(clock.now())
  const runs = createSyncRunsStore(db)
  const listing = { db, quarantine, clock, listModels: deps.gateway.listModels }

  const checkProviders = (ids: readonly string[] | undefined): void => {
    const known = deps.targets().map(({ id }) => id)
    const strange = ids?.find((id) => !known.includes(id))
    if (strange === undefined) return
    throw new AppError('not-found', `There is no provider ${strange}. Known are ${known.join(', ')}.`, {
      details: { provider: strange, known },
    })
  }
  const chosen = ({ providers }: SyncRequest): readonly SyncTarget[] => {
    checkProviders(providers)
    return deps.targets().filter(({ id }) => providers === undefined || providers.includes(id))
  }
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
    request: SyncRequest,
    runId: string,
    signal?: AbortSignal,
  ): Promise<readonly ProviderResult[]> => {
    if (deps.probe === undefined) return results
    const read = results.filter(({ outcome }) => outcome === 'applied' || outcome === 'unchanged')
    const builtIn = request.providers === undefined ? (deps.builtIn ?? []) : []
    const reports = await deps.probe([...builtIn, ...read.map(({ provider }) => provider)], {
      plan: toProbePlan(request.probe),
      signal,
      onProgress: async (known) => await runs.renew(runId, withReports(results, known)),
    })
    return withReports(results, reports)
  }
  const change = async (request: SyncRequest, runId: string, signal?: AbortSignal): Promise<SyncOutcome> => {
    const targets = chosen(request)
    await retireByDate(db, now())
    const actor: Actor = { kind: 'sync', id: runId, name: 'sync' }
    const options = { dryRun: false, actor, ...(signal && { signal }) }
    const results = await inParallel(targets, async (target) => {
      const result = await syncProvider(listing, target, options)
      await runs.note(runId, result)
      return result
    })
    const probed = await probe(results, request, runId, signal)
    await refresh()
    const dead = await deadTargets()
    await tellDead(dead)
    return { results: probed, deadTargets: dead }
  }
  const openHeld = async (id: string): Promise<HeldList> => {
    const held = await findHeld(db, id)
    if (held === undefined) throw new AppError('not-found', 'There is no such held list', { details: { id } })
    if (held.state !== 'open')
      throw new AppError('conflict', `This list was ${held.state} in the meantime`, { details: { id } })
    return held
  }
  const decided = async (id: string): Promise<HeldList> => {
    const held = await findHeld(db, id)
    if (held === undefined) throw new AppError('internal', `The held list ${id} is gone`)
    return held
  }

  return {
    checkProviders,
    async preview(request, signal) {
      const options = {
        dryRun: true,
        actor: { kind: 'sync', id: null, name: 'sync' } as const,
        ...(signal && { signal }),
      }
      const results = await inParallel(chosen(request), (target) => syncProvider(listing, target, options))
      return { results, deadTargets: await deadTargets() }
    },
    async announce({ id, trigger, startedBy, providers, probe = false }) {
      checkProviders(providers)
      await runs.add({ id, trigger, startedBy, providers: providers ?? null, probe: probe !== false, createdAt: now() })
    },
    async run(run, signal) {
      const { id, trigger, startedBy, providers, probe = false } = run
      await runs.add({ id, trigger, startedBy, providers: providers ?? null, probe: probe !== false, createdAt: now() })
      await runs.begin(id)
      try {
        const outcome = await change(run, id, signal)
        await runs.end(id, { ...outcome, state: 'done', error: null, now: now() })
        await runs.prune()
        const told = outcome.results.map(({ provider, outcome: result }) => `${provider} ${result}`)
        logger.info({ runId: id, results: told }, 'The catalog was compared with the providers’ lists')
        return outcome
      } catch (thrown) {
        const error = toAppError(thrown).message
        await runs.end(id, { results: [], deadTargets: [], state: 'failed', error, now: now() }).catch(() => {})
        throw thrown
      }
    },
    runs: (limit) => runs.newest(limit),
    async findRun(id) {
      const run = await runs.find(id)
      if (run === undefined) throw new AppError('not-found', 'There is no such sync', { details: { id } })
      return run
    },
    held: (query) => listHeld(db, query),
    async applyHeld(id, by) {
      const held = await openHeld(id)
      const displayName = deps.targets().find((target) => target.id === held.provider)?.displayName ?? held.provider
      const outcome = await db.transaction().execute(async (trx) => {
        await lockProvider(trx, held.provider)
        const plan = await planFor(trx, { id: held.provider, displayName }, held.listed, now())
        // What was shown is what is done, or it is shown again.
        if (!sameChange(plan.diff, held.diff)) {
          await replaceHeldDiff(trx, id, plan.diff)
          return 'changed'
        }
        if (!(await decideHeld(trx, id, { state: 'applied', by: by.name, now: now() }))) return 'late'
        await applyPlan(trx, plan, by, now())
        return 'done'
      })
      if (outcome !== 'done')
        throw new AppError('conflict', 'The catalog has changed since this list was held; look at the new difference', {
          details: { id },
        })
      await refresh()
      return decided(id)
    },
    async dismissHeld(id, by) {
      const { provider } = await openHeld(id)
      await db.transaction().execute(async (trx) => {
        if (!(await decideHeld(trx, id, { state: 'dismissed', by: by.name, now: now() })))
          throw new AppError('conflict', 'Somebody else has decided about this list', { details: { id } })
        await resolveAlerts(trx, { kind: 'model-list-held', provider }, now())
      })
      return decided(id)
    },
  }
}

/** A run's id; also what a job carries. */
export const newRunId = (clock: Clock): string => createId(clock.now())
