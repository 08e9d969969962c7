/** Writes what a server that has run for a fortnight would hold: calls with their rollups, decisions, a rollout, a report. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../src/db/types.ts'
import { createId } from '../../src/lib/ids.ts'
import { toAttemptRow } from '../../src/models/usage/recorder/attempt-row.ts'
import { createBatchStore } from '../../src/models/usage/recorder/batch.store.ts'
import { createPartitionsStore, dayOf } from '../../src/models/usage/partitions.store.ts'
import { seedRollout } from './seed-rollout.ts'
import { usageHistory, type HistoryModel } from './usage-history.ts'

const BATCH_LINES = 2_000
const DAY_MS = 86_400_000

interface SeedOptions {
  readonly nowMs: number
  readonly days?: number
  readonly busiest?: number
}

/** Two models that write of each provider that has some, the first ones of each first. */
const chooseModels = async (db: Kysely<Database>): Promise<HistoryModel[]> => {
  const rows = await db
    .selectFrom('models')
    .select(['provider', 'key', 'prices'])
    .where('active', '=', true)
    .where('provider', '!=', 'offline')
    .where(sql<boolean>`'chat' = any(operations)`)
    .orderBy('provider')
    .orderBy('key')
    .execute()
  const byProvider = Object.values(Object.groupBy(rows, ({ provider }) => provider))
  return [0, 1].flatMap((place) =>
    byProvider.flatMap((ofOne) => {
      const row = ofOne?.[place]
      if (row === undefined) return []
      const price = (row.prices as unknown as Record<string, unknown>[]).at(-1) ?? {}
      const read = (name: string): number | null => (typeof price[name] === 'number' ? price[name] : null)
      return [
        {
          provider: row.provider,
          model: row.key,
          inputPerMillion: read('inputPerMillion'),
          outputPerMillion: read('outputPerMillion'),
        },
      ]
    }),
  )
}

const writeUsage = async (db: Kysely<Database>, models: readonly HistoryModel[], options: Required<SeedOptions>) => {
  const { nowMs, days, busiest } = options
  const users = await db.selectFrom('users').select('id').execute()
  const records = usageHistory({ models, days, nowMs, busiest, userIds: users.map(({ id }) => id) })
  const partitions = createPartitionsStore(db)
  await partitions.ensure(Array.from({ length: days + 2 }, (_, day) => dayOf(nowMs - (days + 1 - day) * DAY_MS)))
  const batches = createBatchStore(db)
  for (let start = 0; start < records.length; start += BATCH_LINES) {
    const rows = records.slice(start, start + BATCH_LINES).map((record) => toAttemptRow(record, 'metadata'))
    await batches.write(
      {
        id: createId(),
        lines: rows.map((row) => JSON.stringify(row)),
        hasFailures: rows.some(({ failure }) => failure !== undefined),
      },
      new Date(nowMs),
    )
  }
}

/** Does nothing on a server that has recorded calls already, so that a second start of the demo adds nothing. */
export const seedMonitoring = async (db: Kysely<Database>, options: SeedOptions): Promise<void> => {
  const { nowMs, days = 14, busiest = 26 } = options
  const models = await chooseModels(db)
  const [control, candidate] = models
  if (control === undefined || candidate === undefined) return
  if ((await db.selectFrom('rollouts').select('id').limit(1).execute()).length > 0) return
  await writeUsage(db, models, { nowMs, days, busiest })
  await seedRollout(db, { control, candidate, nowMs })
}
