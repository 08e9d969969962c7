/**
 * What the server does by the calendar. The database holds the timetable: each process looks whose time has come, one of
 * them writes the run and its job in one transaction, and the occurrence's key keeps a second run from being written.
 */
import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import type { Database } from '../../db/types.ts'
import { AppError, toAppError } from '../../errors.ts'
import { defineJob } from '../../jobs/definition.ts'
import type { Queue } from '../../jobs/queue.ts'
import { handleJob, type JobRegistration } from '../../jobs/registry.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import { statement } from '../../statements/statement.ts'
import { nextRun, nextRuns, type Timetable } from './cron.ts'
import { createSchedulesStore, type RunEnd, type ScheduleRun, type StoredSchedule } from './schedules.store.ts'
import type { ScheduledTask } from './task.ts'

const RETRIES = 2

export const scheduledRunJob = defineJob({
  name: 'schedules.run',
  payload: z.object({ runId: z.uuid(), schedule: z.string() }),
  retry: { limit: RETRIES, delaySeconds: 30 },
  // A long one must not keep the short ones waiting.
  concurrency: 8,
  // One of a kind at a time in the whole installation.
  singletonKey: ({ schedule }) => schedule,
})

export interface Schedule extends StoredSchedule {
  readonly description: string
  readonly defaultCron: string
  readonly nextRuns: readonly Date[]
  readonly lastRun: ScheduleRun | null
  readonly currentRun: ScheduleRun | null
}

export interface ScheduleEdit {
  readonly cron?: string | undefined
  readonly timeZone?: string | undefined
  readonly paused?: boolean | undefined
}

export interface Schedules {
  /** Writes down what is new; to be done once at start. */
  prepare(): Promise<void>
  list(): Promise<Schedule[]>
  find(name: string): Promise<Schedule>
  /** Throws `invalid-request` for a timetable that cannot be. */
  change(name: string, edit: ScheduleEdit, by: string): Promise<Schedule>
  /** Starts a run besides the timetable. `conflict` while one waits or runs. */
  runNow(name: string, by: string): Promise<ScheduleRun>
  runs(name: string, limit: number): Promise<ScheduleRun[]>
  preview(timetable: Timetable): Date[]
  /** One look at the timetable: starts what is due. How many runs it started. */
  tick(): Promise<number>
  readonly handler: JobRegistration
}

export interface SchedulesDeps {
  readonly db: Kysely<Database>
  readonly queue: Pick<Queue, 'send'>
  readonly tasks: readonly ScheduledTask[]
  /** Of schedules that nobody has changed. */
  readonly timeZone: string
  readonly clock: Clock
  /** Hears of every run that failed for good, and of every one that went well. */
  readonly onEnded?: (run: ScheduleRun) => Promise<void>
}

/** How often to look whether something is due. */
export const SCHEDULE_TICK_MS = 5_000
const SHOWN_TIMES = 5

const isPermanent = (thrown: unknown): boolean => {
  const { code, entry } = toAppError(thrown)
  return code !== 'internal' && entry.retry === 'never'
}

export const createSchedules = ({ db, queue, tasks, timeZone, clock, onEnded }: SchedulesDeps): Schedules => {
  const store = createSchedulesStore(db)
  const now = (): Date => new Date(clock.now())
  const names = tasks.map(({ name }) => name)
  const taskOf = (name: string): ScheduledTask => {
    const task = tasks.find((one) => one.name === name)
    if (task === undefined) throw new AppError('not-found', `There is no schedule ${name}`, { details: { name } })
    return task
  }
  const stored = async (name: string): Promise<StoredSchedule> => {
    const found = await store.find(taskOf(name).name)
    if (found === undefined) throw new AppError('internal', `The schedule ${name} was never written down`)
    return found
  }
  const toSchedule = (
    schedule: StoredSchedule,
    last: ReadonlyMap<string, ScheduleRun>,
    current: ReadonlyMap<string, ScheduleRun>,
  ): Schedule => {
    const { description, cron } = taskOf(schedule.name)
    return {
      ...schedule,
      description,
      defaultCron: cron,
      nextRuns: schedule.paused ? [] : nextRuns(schedule, clock.now(), SHOWN_TIMES),
      lastRun: last.get(schedule.name) ?? null,
      currentRun: current.get(schedule.name) ?? null,
    }
  }
  const list = async (): Promise<Schedule[]> => {
    const [all, last, current] = await Promise.all([
      store.all(),
      store.newestBySchedule(['done', 'failed', 'skipped']),
      store.newestBySchedule(['waiting', 'running']),
    ])
    return all.filter(({ name }) => names.includes(name)).map((one) => toSchedule(one, last, current))
  }
  const find = async (name: string): Promise<Schedule> => {
    taskOf(name)
    const found = (await list()).find((one) => one.name === name)
    if (found === undefined) throw new AppError('internal', `The schedule ${name} was never written down`)
    return found
  }

  /** The run and its job, both or neither. Undefined when the occurrence has its run, or the last one still goes on. */
  const start = async (
    transaction: Transaction<Database>,
    run: Pick<ScheduleRun, 'schedule' | 'trigger' | 'startedBy' | 'dueAt'>,
  ): Promise<string | undefined> => {
    const runs = createSchedulesStore(transaction)
    const id = createId(clock.now())
    if (!(await runs.addRun({ ...run, id, state: 'waiting' }, now()))) return undefined
    const jobId = await queue.send(scheduledRunJob, { runId: id, schedule: run.schedule }, { transaction })
    if (jobId !== undefined) return id
    const why = statement('run-before-goes-on')
    await runs.endRun(id, { state: 'skipped', statement: why, result: null, failure: null, now: now() })
    return undefined
  }

  const handler = handleJob(scheduledRunJob, async ({ payload: { runId, schedule }, attempt, signal }) => {
    const run = await store.findRun(runId)
    // Delivered twice, or of a version that knew more tasks.
    if (run === undefined || run.endedAt !== null) return
    await store.beginRun(runId, now())
    const end = async (ended: Omit<RunEnd, 'now'>): Promise<void> => {
      await store.endRun(runId, { ...ended, now: now() })
      await store.pruneRuns(schedule)
      const whole = await store.findRun(runId)
      if (whole !== undefined && ended.state !== 'waiting') await onEnded?.(whole)
    }
    try {
      const { dueAt, trigger, startedBy } = run
      const outcome = await taskOf(schedule).run({ runId, dueAt, trigger, startedBy, signal })
      await end({ state: 'done', statement: outcome.statement, result: outcome.result ?? {}, failure: null })
    } catch (thrown) {
      // Handed over to another process: it goes on there.
      if (signal.aborted) throw thrown
      const isLast = attempt >= RETRIES || isPermanent(thrown)
      const failure = toAppError(thrown)
      await end({ state: isLast ? 'failed' : 'waiting', statement: null, result: null, failure })
      throw thrown
    }
  })

  return {
    handler,
    list,
    find,
    preview: (timetable) => nextRuns(timetable, clock.now(), SHOWN_TIMES),
    async prepare() {
      for (const { name, cron } of tasks)
        await store.ensure({ name, cron, timeZone, nextRunAt: nextRun({ cron, timeZone }, clock.now()) })
    },
    async change(name, edit, by) {
      const before = await stored(name)
      const timetable = { cron: edit.cron ?? before.cron, timeZone: edit.timeZone ?? before.timeZone }
      const nextRunAt = nextRun(timetable, clock.now())
      await store.change(name, { ...timetable, paused: edit.paused ?? before.paused, nextRunAt }, by, now())
      return find(name)
    },
    async runNow(name, by) {
      taskOf(name)
      const run = { schedule: name, trigger: 'admin' as const, startedBy: by, dueAt: now() }
      const id = await db.transaction().execute(async (transaction) => {
        const started = await start(transaction, run)
        // A refusal leaves no trace in the list.
        if (started === undefined)
          throw new AppError('conflict', `${name} waits or runs already`, { details: { schedule: name } })
        return started
      })
      const begun = await store.findRun(id)
      if (begun === undefined) throw new AppError('internal', `The run ${id} is gone`)
      return begun
    },
    runs: (name, limit) => store.runsOf(taskOf(name).name, limit),
    tick: () =>
      db.transaction().execute(async (transaction) => {
        const timetable = createSchedulesStore(transaction)
        let started = 0
        for (const schedule of await timetable.lockDue(names, now())) {
          const { name, nextRunAt } = schedule
          const run = { schedule: name, trigger: 'schedule' as const, startedBy: null, dueAt: nextRunAt }
          if ((await start(transaction, run)) !== undefined) started += 1
          // Times missed while nothing ran are made up for once.
          await timetable.setNext(name, nextRun(schedule, clock.now()))
        }
        return started
      }),
  }
}
