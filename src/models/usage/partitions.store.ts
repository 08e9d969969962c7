/** The partitions by day of attempts and error log: made ahead, and dropped whole when their time is over. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'

const TABLES = ['attempts', 'error_log'] as const
const DAY_MS = 86_400_000
/** Told apart from all other advisory locks of ours. */
const LOCK = 5_209_001

/** The UTC day of a time, as `2026-11-22`. */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)

const partitionName = (table: string, day: string): string => `${table}_${day.replaceAll('-', '')}`

/** The day of a partition by its name; null for a table that is none of ours. */
const dayOfName = (name: string): string | null => {
  const [, year, month, day] = /_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? []
  return year === undefined ? null : `${year}-${month}-${day}`
}

const listPartitions = async (db: Kysely<Database>): Promise<{ name: string; day: string }[]> => {
  const { rows } = await sql<{ name: string }>`
    select child.relname as name
    from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = any (array['attempts'::regclass, 'error_log'::regclass])
  `.execute(db)
  return rows.flatMap(({ name }) => {
    const day = dayOfName(name)
    return day === null ? [] : [{ name, day }]
  })
}

export type PartitionsStore = ReturnType<typeof createPartitionsStore>

export const createPartitionsStore = (db: Kysely<Database>) => ({
  /** Makes what is missing for these UTC days. Several processes may do so at once. */
  async ensure(days: readonly string[]): Promise<void> {
    const existing = new Set((await listPartitions(db)).map(({ name }) => name))
    const missing = days.flatMap((day) =>
      TABLES.filter((table) => !existing.has(partitionName(table, day))).map((table) => ({ table, day })),
    )
    if (missing.length === 0) return
    await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx)
      for (const { table, day } of missing) {
        const next = dayOf(Date.parse(`${day}T00:00:00Z`) + DAY_MS)
        await sql`
          create table if not exists ${sql.table(partitionName(table, day))} partition of ${sql.table(table)}
          for values from (${sql.lit(`${day}T00:00:00Z`)}) to (${sql.lit(`${next}T00:00:00Z`)})
        `.execute(trx)
      }
    })
  },

  /** Drops every partition of a day before this one. A partition in use is left for the next time. */
  async dropBefore(day: string): Promise<string[]> {
    const old = (await listPartitions(db)).filter((one) => one.day < day)
    for (const { name } of old) {
      await db.transaction().execute(async (trx) => {
        await sql`set local lock_timeout = '3s'`.execute(trx)
        await sql`drop table if exists ${sql.table(name)}`.execute(trx)
      })
    }
    return old.map(({ name }) => name)
  },

  list: () => listPartitions(db),
})

/** Today and the days that follow, as `ensure` takes them. */
export const daysFrom = (nowMs: number, count: number): string[] =>
  Array.from({ length: count }, (_, ahead) => dayOf(nowMs + ahead * DAY_MS))
