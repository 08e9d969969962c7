/** The timetable and its runs. */
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { ScheduleRow, ScheduleRunRow } from '../../db/tables/steering.ts'
import type { Database } from '../../db/types.ts'
import { inEnglish } from '../../statements/say.ts'
import type { KeptStatement, Statement } from '../../statements/statement.ts'

export interface StoredSchedule {
  readonly name: string
  readonly cron: string
  readonly timeZone: string
  readonly paused: boolean
  readonly nextRunAt: Date
  readonly changedAt: Date | null
  readonly changedBy: string | null
}

export interface ScheduleRun {
  readonly id: string
  readonly schedule: string
  readonly trigger: 'schedule' | 'admin'
  readonly startedBy: string | null
  readonly dueAt: Date
  readonly state: ScheduleRunRow['state']
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  /** In English. */
  readonly summary: string | null
  /** The same for readers of other languages; null in rows of before. */
  readonly statement: KeptStatement | null
  readonly result: Readonly<Record<string, unknown>> | null
  readonly error: string | null
  readonly errorCode: string | null
}

export interface RunEnd {
  readonly state: ScheduleRun['state']
  readonly statement: Statement | null
  readonly result: ScheduleRun['result']
  readonly failure: { readonly code: string; readonly message: string } | null
  readonly now: Date
}

/** Runs of each schedule that are kept. */
const KEPT_RUNS = 500

const toSchedule = (row: Selectable<ScheduleRow>): StoredSchedule => ({
  name: row.name,
  cron: row.cron,
  timeZone: row.time_zone,
  paused: row.paused,
  nextRunAt: row.next_run_at,
  changedAt: row.changed_at,
  changedBy: row.changed_by,
})

const toRun = (row: Selectable<ScheduleRunRow>): ScheduleRun => ({
  id: row.id,
  schedule: row.schedule,
  trigger: row.trigger,
  startedBy: row.started_by,
  dueAt: row.due_at,
  state: row.state,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  summary: row.summary,
  statement: row.statement,
  result: row.result as ScheduleRun['result'],
  error: row.error,
  errorCode: row.error_code,
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

  /** False when this occurrence has its run already. */
  async addRun(run: Pick<ScheduleRun, 'id' | 'schedule' | 'trigger' | 'startedBy' | 'dueAt' | 'state'>, now: Date) {
    const added = await db
      .insertInto('schedule_runs')
      .values({
        id: run.id,
        schedule: run.schedule,
        trigger: run.trigger,
        started_by: run.startedBy,
        due_at: run.dueAt,
        state: run.state,
        started_at: null,
        ended_at: null,
        summary: null,
        result: null,
        error: null,
        created_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return (added.numInsertedOrUpdatedRows ?? 0n) > 0n
  },
  async findRun(id: string): Promise<ScheduleRun | undefined> {
    const row = await db.selectFrom('schedule_runs').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toRun(row)
  },
  async beginRun(id: string, now: Date): Promise<void> {
    await db
      .updateTable('schedule_runs')
      .set({ state: 'running', started_at: sql`coalesce(started_at, ${now})`, error: null, error_code: null })
      .where('id', '=', id)
      .execute()
  },
  async endRun(id: string, end: RunEnd): Promise<void> {
    await db
      .updateTable('schedule_runs')
      .set({
        state: end.state,
        ended_at: end.state === 'waiting' ? null : end.now,
        summary: end.statement && inEnglish(end.statement),
        statement: end.statement && JSON.stringify(end.statement),
        result: end.result === null ? null : JSON.stringify(end.result),
        error: end.failure?.message ?? null,
        error_code: end.failure?.code ?? null,
      })
      .where('id', '=', id)
      .execute()
  },
  async runsOf(name: string, limit: number): Promise<ScheduleRun[]> {
    const rows = await db
      .selectFrom('schedule_runs')
      .selectAll()
      .where('schedule', '=', name)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toRun)
  },
  /** The newest of each schedule in one of these states. */
  async newestBySchedule(states: readonly ScheduleRun['state'][]): Promise<Map<string, ScheduleRun>> {
    const rows = await db
      .selectFrom('schedule_runs')
      .selectAll()
      .distinctOn('schedule')
      .where('state', 'in', [...states])
      .orderBy('schedule')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute()
    return new Map(rows.map((row) => [row.schedule, toRun(row)]))
  },
  async pruneRuns(name: string): Promise<void> {
    await sql`
      delete from schedule_runs where schedule = ${name} and created_at < (
        select created_at from schedule_runs where schedule = ${name} order by created_at desc offset ${KEPT_RUNS} limit 1
      )`.execute(db)
  },
  /** How runs that ended in a span of time went. */
  async countEnded(from: Date, to: Date): Promise<{ runs: number; failed: number }> {
    const counted = await db
      .selectFrom('schedule_runs')
      .select([sql<number>`count(*)`.as('runs'), sql<number>`count(*) filter (where state = 'failed')`.as('failed')])
      .where('ended_at', '>=', from)
      .where('ended_at', '<', to)
      .where('state', 'in', ['done', 'failed'])
      .executeTakeFirstOrThrow()
    return counted
  },
})
