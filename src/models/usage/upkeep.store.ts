/** Removes what is over, and counts a day anew from its raw rows. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { rollUp, rollUpUsers } from './recorder/batch.store.ts'

const DAY_MS = 86_400_000

export interface Removed {
  readonly table: string
  readonly rows: number
}

export type UpkeepStore = ReturnType<typeof createUpkeepStore>

export const createUpkeepStore = (db: Kysely<Database>) => ({
  /** Rows of rollups and lists that are older than these times. Raw rows go with their partitions. */
  async removeBefore(times: {
    readonly minutes: Date
    readonly hours: Date
    readonly errors: Date
    readonly batches: Date
  }): Promise<Removed[]> {
    const remove = async (table: string, where: ReturnType<typeof sql>): Promise<Removed> => {
      const { numAffectedRows = 0n } = await sql`delete from ${sql.table(table)} where ${where}`.execute(db)
      return { table, rows: Number(numAffectedRows) }
    }
    return [
      await remove('usage_rollups', sql`grain = 'minute' and start < ${times.minutes}`),
      await remove('usage_rollups', sql`grain = 'hour' and start < ${times.hours}`),
      await remove('error_hours', sql`hour < ${times.errors}`),
      await remove('error_causes', sql`last_at < ${times.errors}`),
      await remove('usage_batches', sql`written_at < ${times.batches}`),
      await remove('usage_recorders', sql`seen_at < ${times.batches}`),
    ]
  },

  /**
   * Counts the rollups of one UTC day anew from its raw rows, and so mends what a fault has bent. Writers of the day wait
   * meanwhile. With `hour` the minutes of the day are left out.
   */
  recount: (day: string, step: 'minute' | 'hour'): Promise<void> =>
    db.transaction().execute(async (trx) => {
      const start = new Date(`${day}T00:00:00Z`)
      const end = new Date(start.getTime() + DAY_MS)
      await sql`lock table usage_rollups, usage_users in share row exclusive mode`.execute(trx)
      await sql`delete from usage_rollups where start >= ${start} and start < ${end}`.execute(trx)
      await sql`delete from usage_users where day = ${start}`.execute(trx)
      const rows = sql`select * from attempts where at >= ${start} and at < ${end}`
      await rollUp(rows, step).execute(trx)
      await rollUpUsers(rows).execute(trx)
    }),
})
