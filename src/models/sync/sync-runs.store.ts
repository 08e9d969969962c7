/** What each sync did, for the page that lists them. */
import { sql, type Kysely, type Selectable } from 'kysely'
import type { ModelSyncRunRow } from '../../db/tables/model-sync.ts'
import type { Database } from '../../db/types.ts'
import type { DeadTarget } from './fallback-chains.ts'
import type { ProviderResult } from './sync-provider.ts'

export interface SyncRun {
  readonly id: string
  readonly trigger: 'admin' | 'command' | 'schedule'
  /** Name of whoever started it. */
  readonly startedBy: string | null
  /** Null: all that can be asked. */
  readonly providers: readonly string[] | null
  readonly probe: boolean
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly results: readonly ProviderResult[]
  readonly deadTargets: readonly DeadTarget[]
  readonly error: string | null
  /** Name of whoever wanted no more models to be asked. */
  readonly stoppedBy: string | null
  readonly createdAt: Date
  readonly endedAt: Date | null
}

/** Older runs say nothing that the models' own history does not. */
const KEPT_RUNS = 200

const toRun = (row: Selectable<ModelSyncRunRow>): SyncRun => ({
  id: row.id,
  trigger: row.trigger,
  startedBy: row.started_by,
  providers: row.providers,
  probe: row.probe,
  state: row.state,
  results: row.results as ProviderResult[],
  deadTargets: row.dead_targets as DeadTarget[],
  error: row.error,
  stoppedBy: row.stopped_by,
  createdAt: row.created_at,
  endedAt: row.ended_at,
})

export const createSyncRunsStore = (db: Kysely<Database>) => ({
  /** Safe to call again for a run that is there. */
  async add(run: Pick<SyncRun, 'id' | 'trigger' | 'startedBy' | 'providers' | 'probe' | 'createdAt'>): Promise<void> {
    await db
      .insertInto('model_sync_runs')
      .values({
        id: run.id,
        trigger: run.trigger,
        started_by: run.startedBy,
        providers: run.providers === null ? null : [...run.providers],
        probe: run.probe,
        state: 'waiting',
        results: '[]',
        dead_targets: '[]',
        error: null,
        created_at: run.createdAt,
        ended_at: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
  },
  async begin(id: string): Promise<void> {
    await db.updateTable('model_sync_runs').set({ state: 'running', results: '[]' }).where('id', '=', id).execute()
  },
  /** What one provider brought, seen while the others are still asked. */
  async note(id: string, result: ProviderResult): Promise<void> {
    await db
      .updateTable('model_sync_runs')
      .set({ results: sql`results || ${JSON.stringify([result])}::jsonb` })
      .where('id', '=', id)
      .execute()
  },
  /** All that is known so far, while models are asked. */
  async renew(id: string, results: readonly ProviderResult[]): Promise<void> {
    await db
      .updateTable('model_sync_runs')
      .set({ results: JSON.stringify(results) })
      .where('id', '=', id)
      .execute()
  },
  async end(
    id: string,
    result: Pick<SyncRun, 'results' | 'deadTargets' | 'error'> & {
      readonly state: 'done' | 'failed'
      readonly now: Date
    },
  ): Promise<void> {
    await db
      .updateTable('model_sync_runs')
      .set({
        state: result.state,
        results: JSON.stringify(result.results),
        dead_targets: JSON.stringify(result.deadTargets),
        error: result.error,
        ended_at: result.now,
      })
      .where('id', '=', id)
      .execute()
  },
  /** No more models are asked. False when it has ended. */
  async stop(id: string, by: string): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('model_sync_runs')
      .set({ stopped_by: by })
      .where('id', '=', id)
      .where('state', 'in', ['waiting', 'running'])
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
  async isStopped(id: string): Promise<boolean> {
    const row = await db.selectFrom('model_sync_runs').select('stopped_by').where('id', '=', id).executeTakeFirst()
    return row != null && row.stopped_by !== null
  },
  async find(id: string): Promise<SyncRun | undefined> {
    const row = await db.selectFrom('model_sync_runs').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toRun(row)
  },
  async newest(limit: number): Promise<SyncRun[]> {
    const rows = await db
      .selectFrom('model_sync_runs')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toRun)
  },
  /** Removes runs that nobody reads any more. */
  async prune(): Promise<void> {
    await db
      .deleteFrom('model_sync_runs')
      .where('id', 'in', (query) =>
        query
          .selectFrom('model_sync_runs')
          .select('id')
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .offset(KEPT_RUNS),
      )
      .execute()
  },
})
