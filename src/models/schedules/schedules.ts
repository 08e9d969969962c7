/**
 * What the server does by the calendar. The database holds the timetable: each process looks whose time has come, one of
 * them writes the run and its job in one transaction, and the occurrence's key keeps a second run from being written.
 */
import { AppError } from '../../errors.ts'
import type { Queue } from '../../jobs/queue.ts'
import type { JobRegistration } from '../../jobs/registry.ts'
import { nextRun, nextRuns, type Timetable } from './cron.ts'
import { createScheduleList, SHOWN_TIMES, type Schedule } from './schedule-list.ts'
import { createScheduleRunsStore, type ScheduleRun } from './schedule-runs.store.ts'
import { createScheduledRunHandler, type ScheduledRunDeps } from './scheduled-run.ts'
import { createSchedulesStore, type StoredSchedule } from './schedules.store.ts'
import { startRun } from './start-run.ts'
import type { ScheduledTask } from './task.ts'

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

export interface SchedulesDeps extends Pick<ScheduledRunDeps, 'db' | 'clock' | 'onEnded'> {
  readonly queue: Pick<Queue, 'send'>
  readonly tasks: readonly ScheduledTask[]
  /** Of schedules that nobody has changed. */
  readonly timeZone: string
}

/** How often to look whether something is due. */
export const SCHEDULE_TICK_MS = 5_000

export const createSchedules = (deps: SchedulesDeps): Schedules => {
  const { db, tasks, timeZone, clock } = deps
  const store = createSchedulesStore(db)
  const runs = createScheduleRunsStore(db)
  const schedules = createScheduleList(deps)
  const now = (): Date => new Date(clock.now())
  const taskOf = (name: string): ScheduledTask => {
    const task = tasks.find((one) => one.name === name)
    if (task === undefined) throw new AppError('not-found', `There is no schedule ${name}`, { details: { name } })
    return task
  }
  const find = (name: string): Promise<Schedule> => schedules.find(taskOf(name).name)
  const stored = async (name: string): Promise<StoredSchedule> => {
    const found = await store.find(taskOf(name).name)
    if (found === undefined) throw new AppError('internal', `The schedule ${name} was never written down`)
    return found
  }

  return {
    handler: createScheduledRunHandler({ ...deps, taskOf }),
    list: schedules.list,
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
      return db.transaction().execute(async (transaction) => {
        const id = await startRun(deps, transaction, run)
        // A refusal leaves no trace in the list.
        if (id === undefined)
          throw new AppError('conflict', `${name} waits or runs already`, { details: { schedule: name } })
        // Read before a worker can see it: the answer is the run as it was begun.
        const begun = await createScheduleRunsStore(transaction).find(id)
        if (begun === undefined) throw new AppError('internal', `The run ${id} is gone`)
        return begun
      })
    },
    runs: (name, limit) => runs.newestOf(taskOf(name).name, limit),
    tick: () =>
      db.transaction().execute(async (transaction) => {
        const timetable = createSchedulesStore(transaction)
        let started = 0
        for (const schedule of await timetable.lockDue(
          tasks.map(({ name }) => name),
          now(),
        )) {
          const { name, nextRunAt } = schedule
          const run = { schedule: name, trigger: 'schedule' as const, startedBy: null, dueAt: nextRunAt }
          if ((await startRun(deps, transaction, run)) !== undefined) started += 1
          // Times missed while nothing ran are made up for once.
          await timetable.setNext(name, nextRun(schedule, clock.now()))
        }
        return started
      }),
  }
}
