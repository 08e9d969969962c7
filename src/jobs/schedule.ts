/** Jobs that come again by the calendar. The database holds the timetable, so each time is kept once, by one process. */
import type { AnyJob, JobDefinition } from './definition.ts'
import { NO_OWNER, type Queue } from './queue.ts'

export interface Schedule {
  readonly job: AnyJob
  readonly payload: object
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string
  /** IANA time zone, for example `Europe/Istanbul`. Default UTC. */
  readonly timeZone?: string
  /** Tells apart several schedules of one job. */
  readonly key?: string
}

export const defineSchedule = <Payload extends object>(
  schedule: Omit<Schedule, 'job' | 'payload'> & { readonly job: JobDefinition<Payload>; readonly payload: Payload },
): Schedule => {
  schedule.job.payload.parse(schedule.payload)
  return Object.freeze(schedule)
}

/** Makes the stored timetable equal to the given one. A time missed while nothing ran is made up for once. */
export const applySchedules = async ({ boss }: Pick<Queue, 'boss'>, schedules: readonly Schedule[]): Promise<void> => {
  const wanted = new Set(schedules.map(({ job, key = '' }) => `${job.name} ${key}`))
  for (const { job, payload, cron, timeZone = 'UTC', key = '' } of schedules) {
    await boss.schedule(job.name, cron, payload, { tz: timeZone, key, missed: 'once', group: { id: NO_OWNER } })
  }
  for (const stored of await boss.getSchedules()) {
    if (!wanted.has(`${stored.name} ${stored.key}`)) await boss.unschedule(stored.name, stored.key)
  }
}
