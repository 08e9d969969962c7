/** The timetable for administrators. */
import type { FastifyInstance } from 'fastify'
import type { Schedule } from '../../models/schedules/schedule-list.ts'
import type { ScheduleRun } from '../../models/schedules/schedule-runs.store.ts'
import { callerOf } from '../access.ts'
import {
  listScheduleRuns,
  listSchedules,
  previewCron,
  runSchedule,
  updateSchedule,
  type ScheduleRunView,
  type ScheduleView,
} from '../contract/schedules.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'
import { toStatement } from '../statement-view.ts'

const toTime = (date: Date | null): string | null => date?.toISOString() ?? null

const toRunView = (run: ScheduleRun): ScheduleRunView => ({
  ...run,
  statement: toStatement(run.statement),
  dueAt: run.dueAt.toISOString(),
  startedAt: toTime(run.startedAt),
  endedAt: toTime(run.endedAt),
  durationMs: run.startedAt === null || run.endedAt === null ? null : run.endedAt.getTime() - run.startedAt.getTime(),
})

const toView = ({ lastRun, currentRun, nextRunAt, changedAt, ...schedule }: Schedule): ScheduleView => ({
  ...schedule,
  nextRunAt: schedule.paused ? null : nextRunAt.toISOString(),
  nextRuns: schedule.nextRuns.map((time) => time.toISOString()),
  lastRun: lastRun && toRunView(lastRun),
  currentRun: currentRun && toRunView(currentRun),
  changedAt: toTime(changedAt),
})

export const registerSchedules = (
  app: FastifyInstance,
  { accounts, steering: { schedules } }: Pick<HttpDependencies, 'accounts' | 'steering'>,
): void => {
  registerRoute(app, listSchedules, async () => ({ items: (await schedules.list()).map(toView) }))
  registerRoute(app, listScheduleRuns, async ({ params, query }) => ({
    items: (await schedules.runs(params.name, query.limit)).map(toRunView),
  }))
  registerRoute(app, previewCron, ({ query }) => ({
    nextRuns: schedules.preview(query).map((time) => time.toISOString()),
  }))
  registerRoute(app, updateSchedule, async ({ user, params: { name }, body, request }) => {
    const told = ({ cron, timeZone, paused }: Schedule) => ({ cron, timeZone, paused })
    const before = told(await schedules.find(name))
    const schedule = await schedules.change(name, body, user.email)
    const act = { action: 'schedule-changed', subject: name, before, after: told(schedule) }
    await accounts.record(user, act, callerOf(request))
    return toView(schedule)
  })
  registerRoute(app, runSchedule, async ({ user, params: { name }, request }) => {
    const run = await schedules.runNow(name, user.email)
    const act = { action: 'schedule-run', subject: name, after: { runId: run.id } }
    await accounts.record(user, act, callerOf(request))
    return toRunView(run)
  })
}
