/**
 * The catalog kept equal to what providers serve. Each provider is read and written for itself; a run tells what each
 * brought, which held lists wait for an administrator, and which fallback targets are dead.
 */
import { AppError, toAppError } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { createHeldDecisions, type HeldDecisions } from './held-decisions.ts'
import type { Actor } from './model-changes.store.ts'
import {
  chooseTargets,
  createCatalogSync,
  type CatalogSyncDeps,
  type NewRun,
  type SyncOutcome,
  type SyncRequest,
} from './sync-catalog.ts'
import { createSyncRunsStore, type SyncRun } from './sync-runs.store.ts'

export interface ModelSyncDeps extends CatalogSyncDeps {
  readonly logger: Pick<Logger, 'info' | 'warn'>
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

export const createModelSync = (deps: ModelSyncDeps): ModelSync => {
  const { clock, logger } = deps
  const now = (): Date => new Date(clock.now())
  const runs = createSyncRunsStore(deps.db)
  const { preview, change } = createCatalogSync(deps)
  const add = ({ id, trigger, startedBy, providers, probe: plan = false }: NewRun): Promise<void> =>
    runs.add({ id, trigger, startedBy, providers: providers ?? null, probe: plan !== false, createdAt: now() })
  const find = async (id: string): Promise<SyncRun> => {
    const run = await runs.find(id)
    if (run === undefined) throw new AppError('not-found', 'There is no such sync', { details: { id } })
    return run
  }

  return {
    ...createHeldDecisions(deps),
    checkProviders: (ids) => void chooseTargets(deps.targets(), ids),
    preview,
    async announce(run) {
      chooseTargets(deps.targets(), run.providers)
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
