/** What watches over the models and steers them: the timetable with its tasks, alerts, reports, rollouts. */
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import type { Database } from '../db/types.ts'
import type { JobRegistration } from '../jobs/registry.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createSchedules, scheduledRunJob, type Schedules } from '../models/schedules/schedules.ts'
import type { ScheduledTask } from '../models/schedules/task.ts'
import { createSyncTask } from '../models/sync/sync-task.ts'
import type { ModelLife } from './model-life.ts'

export const steeringJobs = [scheduledRunJob] as const

export interface Steering {
  readonly schedules: Schedules
  readonly handlers: readonly JobRegistration[]
}

export interface SteeringDeps {
  readonly config: Config
  readonly db: Kysely<Database>
  readonly queue: Queue
  readonly modelLife: ModelLife
  /** Of other rooms: upkeep of their tables. */
  readonly tasks: readonly ScheduledTask[]
  readonly clock: Clock
  readonly logger: Logger
}

export const createSteering = (deps: SteeringDeps): Steering => {
  const { config, db, queue, modelLife, clock } = deps
  const schedules = createSchedules({
    db,
    queue,
    tasks: [createSyncTask(modelLife.sync), ...deps.tasks],
    timeZone: config.models.sync.timeZone,
    clock,
  })
  return { schedules, handlers: [schedules.handler] }
}
