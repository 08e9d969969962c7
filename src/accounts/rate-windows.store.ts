/** Counted attempts in fixed windows, one atomic statement each, shared by all replicas. */
import { sql, type Kysely } from 'kysely'
import type { AccountTables } from '../db/tables/accounts.ts'

export interface RateWindow {
  /** Attempts in this window, this one included. */
  readonly count: number
  readonly endsAt: Date
}

export type RateWindowsStore = ReturnType<typeof createRateWindowsStore>

export const createRateWindowsStore = (db: Kysely<AccountTables>) => ({
  async count(key: string, now: Date, windowMs: number): Promise<RateWindow> {
    const endsAt = new Date(now.getTime() + windowMs)
    const { rows } = await sql<{ count: number; ends_at: Date }>`
      insert into rate_windows (key, count, ends_at) values (${key}, 1, ${endsAt})
      on conflict (key) do update set
        count = case when rate_windows.ends_at <= ${now} then 1 else rate_windows.count + 1 end,
        ends_at = case when rate_windows.ends_at <= ${now} then ${endsAt} else rate_windows.ends_at end
      returning count, ends_at`.execute(db)
    const row = rows[0]
    return { count: row?.count ?? 1, endsAt: row?.ends_at ?? endsAt }
  },

  async clear(key: string): Promise<void> {
    await db.deleteFrom('rate_windows').where('key', '=', key).execute()
  },

  async deleteEnded(now: Date): Promise<void> {
    await db.deleteFrom('rate_windows').where('ends_at', '<', now).execute()
  },
})
