/** The timetable. */
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { ScheduleRow } from '../../db/tables/steering.ts'
import type { Database } from '../../db/types.ts'

export interface StoredSchedule {
  readonly name: string
  readonly cron: string
  readonly timeZone: string
  readonly paused: boolean
  readonly nextRunAt: Date
  readonly changedAt: Date | null
  readonly changedBy: string | null
}

const toSchedule = (row: Selectable<ScheduleRow>): StoredSchedule => ({
  name: row.name,
  cron: row.cron,
  timeZone: row.time_zone,
  paused: row.paused,
  nextRunAt: row.next_run_at,
  changedAt: row.changed_at,
  changedBy: row.changed_by,
})

type Db = Kysely<Database> | Transaction<Database>

export const createSchedulesStore = (db: Db) => ({
  /** Adds a schedule that is new, and gives an untouched one the present default. */
  async ensure({ name, cron, timeZone, nextRunAt }: Omit<StoredSchedule, 'paused' | 'changedAt' | 'changedBy'>) {
    await db
      .insertInto('schedules')
      .values({
        name,
        cron,
        time_zone: timeZone,
        next_run_at: nextRunAt,
        paused: false,
        changed_at: null,
        changed_by: null,
      })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ cron, time_zone: timeZone, next_run_at: nextRunAt })
          .where('schedules.changed_at', 'is', null)
          .where((where) =>
            where.or([where('schedules.cron', '!=', cron), where('schedules.time_zone', '!=', timeZone)]),
          ),
      )
      .execute()
  },
  async all(): Promise<StoredSchedule[]> {
    return (await db.selectFrom('schedules').selectAll().orderBy('name').execute()).map(toSchedule)
  },
  async find(name: string): Promise<StoredSchedule | undefined> {
    const row = await db.selectFrom('schedules').selectAll().where('name', '=', name).executeTakeFirst()
    return row && toSchedule(row)
  },
  /** Those whose time has come, held until the transaction ends; what another process holds is left to it. */
  async lockDue(names: readonly string[], now: Date): Promise<StoredSchedule[]> {
    const rows = await db
      .selectFrom('schedules')
      .selectAll()
      .where('name', 'in', [...names])
      .where('next_run_at', '<=', now)
      .where('paused', '=', false)
      .orderBy('next_run_at')
      .forUpdate()
      .skipLocked()
      .execute()
    return rows.map(toSchedule)
  },
  async setNext(name: string, nextRunAt: Date): Promise<void> {
    await db.updateTable('schedules').set({ next_run_at: nextRunAt }).where('name', '=', name).execute()
  },
  async change(
    name: string,
    change: Pick<StoredSchedule, 'cron' | 'timeZone' | 'paused' | 'nextRunAt'>,
    by: string,
    now: Date,
  ) {
    await db
      .updateTable('schedules')
      .set({
        cron: change.cron,
        time_zone: change.timeZone,
        paused: change.paused,
        next_run_at: change.nextRunAt,
        changed_at: now,
        changed_by: by,
      })
      .where('name', '=', name)
      .execute()
  },
})
