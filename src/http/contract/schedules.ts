/** What the server does by the calendar: each schedule with its last and next run, started, paused and set by administrators. */
import { z } from 'zod'
import { defineRoute, timestamp } from './route.ts'
import { statementSchema } from './statements.ts'

const tag = 'admin'
const byName = z.object({ name: z.string().regex(/^[a-z][a-z0-9.-]{0,60}$/) })

export const scheduleRunStates = ['waiting', 'running', 'done', 'failed', 'skipped'] as const

export const scheduleRunSchema = z.object({
  id: z.string(),
  schedule: z.string(),
  trigger: z.enum(['schedule', 'admin']),
  /** The administrator's email, when one started it by hand. */
  startedBy: z.string().nullable(),
  /** The moment that the timetable names; for a run by hand, when it was asked for. */
  dueAt: timestamp,
  state: z.enum(scheduleRunStates),
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  durationMs: z.int().nullable(),
  /** What it did, in one English sentence. */
  summary: z.string().nullable(),
  /** The summary as a code with its parameters, for other languages. */
  statement: statementSchema,
  /** The same as data; its shape depends on the schedule. */
  result: z.record(z.string(), z.unknown()).nullable(),
  error: z.string().nullable(),
  /** One of the error codes. */
  errorCode: z.string().nullable(),
})
export type ScheduleRunView = z.infer<typeof scheduleRunSchema>

export const scheduleSchema = z.object({
  /** For example `models.sync`; pages translate it, and fall back to `description`. */
  name: z.string(),
  description: z.string(),
  cron: z.string(),
  defaultCron: z.string(),
  timeZone: z.string(),
  paused: z.boolean(),
  /** Null while it is paused. */
  nextRunAt: timestamp.nullable(),
  /** The next five times, for whoever edits the expression. */
  nextRuns: z.array(timestamp),
  /** The newest that began; null when none ever did. */
  lastRun: scheduleRunSchema.nullable(),
  /** One that runs or waits now. */
  currentRun: scheduleRunSchema.nullable(),
  changedAt: timestamp.nullable(),
  changedBy: z.string().nullable(),
})
export type ScheduleView = z.infer<typeof scheduleSchema>

export const listSchedules = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/schedules',
  access: 'admin',
  tag,
  summary: 'Everything that is done by the calendar, with last and next run',
  response: z.object({ items: z.array(scheduleSchema) }),
})
export const updateSchedule = defineRoute({
  method: 'PATCH',
  path: '/api/v1/admin/schedules/:name',
  access: 'admin',
  tag,
  summary: 'Set when it runs, pause it, or let it go on',
  params: byName,
  body: z.object({
    /** Five fields: minute, hour, day of month, month, day of week. Wrong ones are `invalid-request` on `cron`. */
    cron: z.string().trim().min(1).max(100).optional(),
    /** IANA name, for example `Europe/Istanbul`. */
    timeZone: z.string().trim().min(1).max(60).optional(),
    paused: z.boolean().optional(),
  }),
  response: scheduleSchema,
})
export const runSchedule = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/schedules/:name/run',
  access: 'admin',
  tag,
  summary: 'Run it now, besides its times; `conflict` while it waits or runs already',
  params: byName,
  response: scheduleRunSchema,
})
export const listScheduleRuns = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/schedules/:name/runs',
  access: 'admin',
  tag,
  summary: 'The last runs of a schedule, newest first',
  params: byName,
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  response: z.object({ items: z.array(scheduleRunSchema) }),
})
export const previewCron = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/cron-preview',
  access: 'admin',
  tag,
  summary: 'The next times of a cron expression, without setting it',
  query: z.object({ cron: z.string().trim().min(1).max(100), timeZone: z.string().trim().min(1).max(60) }),
  response: z.object({ nextRuns: z.array(timestamp) }),
})
