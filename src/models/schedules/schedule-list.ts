/** The schedules as pages read them: the stored timetable, its next times, its last run and the one that goes on. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import { nextRuns } from './cron.ts'
import { createScheduleRunsStore, type ScheduleRun } from './schedule-runs.store.ts'
import { createSchedulesStore, type StoredSchedule } from './schedules.store.ts'
import type { ScheduledTask } from './task.ts'

export interface Schedule extends StoredSchedule {
  readonly description: string
  readonly defaultCron: string
  readonly nextRuns: readonly Date[]
  readonly lastRun: ScheduleRun | null
  readonly currentRun: ScheduleRun | null
}

export interface ScheduleListDeps {
  readonly db: Kysely<Database>
  /** Schedules of versions that knew other tasks are not shown. */
  readonly tasks: readonly ScheduledTask[]
  readonly clock: Clock
}

/** How many of the next times are shown. */
export const SHOWN_TIMES = 5

export const createScheduleList = ({ db, tasks, clock }: ScheduleListDeps) => {
  const store = createSchedulesStore(db)
  const runs = createScheduleRunsStore(db)

  const toSchedule = (
    { description, cron }: ScheduledTask,
    schedule: StoredSchedule,
    last: ScheduleRun | undefined,
    current: ScheduleRun | undefined,
  ): Schedule => ({
    ...schedule,
    description,
    defaultCron: cron,
    nextRuns: schedule.paused ? [] : nextRuns(schedule, clock.now(), SHOWN_TIMES),
    lastRun: last ?? null,
    currentRun: current ?? null,
  })

  const list = async (): Promise<Schedule[]> => {
    const [all, last, current] = await Promise.all([
      store.all(),
      runs.newestBySchedule(['done', 'failed', 'skipped']),
      runs.newestBySchedule(['waiting', 'running']),
    ])
    return all.flatMap((schedule) => {
      const task = tasks.find(({ name }) => name === schedule.name)
      return task ? [toSchedule(task, schedule, last.get(task.name), current.get(task.name))] : []
    })
  }

  const find = async (name: string): Promise<Schedule> => {
    const found = (await list()).find((one) => one.name === name)
    if (found === undefined) throw new AppError('internal', `The schedule ${name} was never written down`)
    return found
  }
  return { list, find }
}
