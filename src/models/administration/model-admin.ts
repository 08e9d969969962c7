/** Everything that an administrator sees and does of the catalog: rows, history, sync, held lists. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { ModelRow, RequestRules } from '../../gateway/index.ts'
import type { Queue } from '../../jobs/queue.ts'
import type { Clock } from '../../lib/clock.ts'
import { probeModel, type ProbeDeps, type ProbeResult } from '../availability/probe-model.ts'
import { toModelRow } from '../model.ts'
import type { CatalogRow } from '../sync/catalog-row.ts'
import { findRow } from '../sync/catalog-rows.store.ts'
import { startModelSync } from '../sync/jobs.ts'
import { changesOf, type Actor, type RecordedChange } from '../sync/model-changes.store.ts'
import type { ModelSync } from '../sync/model-sync.ts'
import type { SyncRequest } from '../sync/sync-catalog.ts'
import { unreadLists, type UnreadList } from '../sync/unread-lists.store.ts'
import { countModels, findModelPage, type CatalogCounts, type ModelQuery } from './catalog-pages.store.ts'
import { createModelEditing, type ModelEditing, type ModelName } from './edit-models.ts'

export interface ModelAdmin
  extends
    ModelEditing,
    Pick<ModelSync, 'preview' | 'stop' | 'runs' | 'findRun' | 'held' | 'applyHeld' | 'dismissHeld'> {
  page(query: ModelQuery): Promise<{ items: CatalogRow[]; total: number }>
  counts(): Promise<CatalogCounts[]>
  /** Whose list could not be taken when it was last asked for. */
  unread(): Promise<UnreadList[]>
  find(name: ModelName): Promise<{ row: CatalogRow; history: RecordedChange[] }>
  /** What becomes of each parameter of a request to it. */
  requestRules(name: ModelName): Promise<RequestRules>
  /** A real call to this model alone, active or not. */
  test(name: ModelName, actor: Actor, signal?: AbortSignal): Promise<ProbeResult>
  /** Starts a sync in the background; its id. */
  startSync(request: SyncRequest, actor: Actor): Promise<string>
}

export interface ModelAdminDeps extends Omit<ProbeDeps, 'clock'> {
  readonly db: Kysely<Database>
  readonly sync: ModelSync
  readonly queue: Pick<Queue, 'send'>
  readonly refresh: () => Promise<void>
  readonly describe: (row: ModelRow) => RequestRules
  readonly clock: Clock
}

export const createModelAdmin = (deps: ModelAdminDeps): ModelAdmin => {
  const { db, sync, queue, refresh, clock } = deps
  const row = async ({ provider, key }: ModelName): Promise<CatalogRow> => {
    const found = await findRow(db, provider, key)
    if (found !== undefined && found.deletedAt === null) return found
    throw new AppError('not-found', `The catalog has no model ${provider}/${key}`, {
      details: { provider, model: key },
    })
  }
  const rowOfToday = async (name: ModelName): Promise<ModelRow> =>
    toModelRow(await row(name), new Date(clock.now()).toISOString().slice(0, 10))
  return {
    ...createModelEditing({ db, refresh, clock }),
    preview: sync.preview,
    stop: sync.stop,
    runs: sync.runs,
    findRun: sync.findRun,
    held: sync.held,
    applyHeld: sync.applyHeld,
    dismissHeld: sync.dismissHeld,
    page: (query) => findModelPage(db, query),
    counts: () => countModels(db),
    unread: () => unreadLists(db),
    find: async (name) => ({ row: await row(name), history: await changesOf(db, name.provider, name.key) }),
    requestRules: async (name) => deps.describe(await rowOfToday(name)),
    async test(name, actor, signal) {
      const result = await probeModel(deps, await rowOfToday(name), { actor, ...(signal && { signal }) })
      await refresh()
      return result
    },
    startSync: (request, actor) =>
      startModelSync(
        { queue, sync, clock },
        { startedBy: actor.name, providers: request.providers, probe: request.probe },
      ),
  }
}
