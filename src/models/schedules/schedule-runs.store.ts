/** The runs of the timetable: waiting, going on, ended. */
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { ScheduleRunRow } from '../../db/tables/steering.ts'
import type { Database } from '../../db/types.ts'
import { inEnglish } from '../../statements/say.ts'
import type { KeptStatement, Statement } from '../../statements/statement.ts'

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

export const createScheduleRunsStore = (db: Db) => ({
  /** False when this occurrence has its run already. */
  async add(run: Pick<ScheduleRun, 'id' | 'schedule' | 'trigger' | 'startedBy' | 'dueAt' | 'state'>, now: Date) {
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
  async find(id: string): Promise<ScheduleRun | undefined> {
    const row = await db.selectFrom('schedule_runs').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toRun(row)
  },
  async begin(id: string, now: Date): Promise<void> {
    await db
      .updateTable('schedule_runs')
      .set({ state: 'running', started_at: sql`coalesce(started_at, ${now})`, error: null, error_code: null })
      .where('id', '=', id)
      .execute()
  },
  async end(id: string, end: RunEnd): Promise<void> {
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
  async newestOf(name: string, limit: number): Promise<ScheduleRun[]> {
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
  async prune(name: string): Promise<void> {
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
