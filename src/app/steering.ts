/** What watches over the models and steers them: the timetable with its tasks, alerts, reports, rollouts. */
import { statfs } from 'node:fs/promises'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import type { Database } from '../db/types.ts'
import { readQueueLoad } from '../jobs/queue-load.store.ts'
import type { JobRegistration } from '../jobs/registry.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Clock } from '../lib/clock.ts'
import { createEncryption } from '../lib/encryption.ts'
import type { Logger } from '../lib/logger.ts'
import { createAlerts, type Alerts } from '../models/alerts/alerts.ts'
import { raiseAlert, resolveAlerts } from '../models/alerts/alerts.store.ts'
import { createCallWindows } from '../models/alerts/call-windows.store.ts'
import { createChannels } from '../models/alerts/channels/channels.ts'
import { createSender } from '../models/alerts/channels/sender.ts'
import { createNotifier, deliveryJob, type Notifier } from '../models/alerts/notifier.ts'
import { told } from '../models/alerts/told.ts'
import { createWatchTask } from '../models/alerts/watch.ts'
import { createAutoDisable, type AutoDisable } from '../models/auto-disable/auto-disable.ts'
import { scheduledRunJob } from '../models/schedules/scheduled-run.ts'
import { createSchedules, type Schedules } from '../models/schedules/schedules.ts'
import type { ScheduleRun } from '../models/schedules/schedule-runs.store.ts'
import type { ScheduledTask } from '../models/schedules/task.ts'
import { createHealthCheck } from '../models/availability/health-check.ts'
import { reportMessage, type ToldReport } from '../models/reports/report-message.ts'
import { createReports, type Reports, type ReportsDeps } from '../models/reports/reports.ts'
import type { Rollouts } from '../models/rollout/rollouts.ts'
import { createSelection } from '../models/selection/selection.ts'
import { NOTHING, toFigures } from '../models/usage/figures.ts'
import { measureWithoutProbes } from '../models/usage/without-probes.ts'
import { createSyncTask } from '../models/sync/sync-task.ts'
import { sayAlone } from '../reasons.ts'
import { statement } from '../statements/statement.ts'
import type { Closers } from './closers.ts'
import type { Ai } from './ai.ts'
import type { ModelLife } from './model-life.ts'
import { readUserBudgets } from './user-budgets.store.ts'
import type { UsageRoom } from './usage.ts'

export const steeringJobs = [scheduledRunJob, deliveryJob] as const

export interface Steering {
  readonly schedules: Schedules
  readonly alerts: Alerts
  readonly disablements: AutoDisable['list']
  readonly reports: Reports
  readonly rollouts: Rollouts
  readonly selection: ReturnType<typeof createSelection>
  readonly notifier: Notifier
  readonly handlers: readonly JobRegistration[]
}

export interface SteeringDeps {
  readonly config: Pick<Config, 'messages' | 'server' | 'encryption' | 'models'>
  /** Holds the recordings; its disk is watched. */
  readonly directory: string
  readonly db: Kysely<Database>
  readonly queue: Queue
  readonly ai: Pick<Ai, 'models' | 'gateway' | 'rollouts' | 'byNameOnly'>
  readonly modelLife: Pick<ModelLife, 'sync' | 'probing' | 'targets' | 'growLimits'>
  readonly usage: Pick<UsageRoom, 'store' | 'statistics'>
  /** Of other rooms: upkeep of their tables. */
  readonly tasks: readonly ScheduledTask[]
  readonly closers: Pick<Closers, 'add'>
  readonly clock: Clock
  readonly logger: Logger
}

const freeSpace = async (directory: string) => {
  const { bsize, bavail, blocks } = await statfs(directory)
  return { freeBytes: bsize * bavail, totalBytes: bsize * blocks }
}

/** An alert while the last run of a schedule is a failed one. */
const tellFailedRun = async (db: Kysely<Database>, run: ScheduleRun, now: Date): Promise<void> => {
  const subject = { kind: 'schedule-failed', provider: '', model: run.schedule } as const
  if (run.state === 'done') return void (await resolveAlerts(db, subject, now))
  const failed = statement('schedule-failed', { schedule: run.schedule, error: run.error })
  await raiseAlert(db, { ...subject, ...told(failed), details: { runId: run.id, dueAt: run.dueAt.toISOString() } }, now)
}

/** Response times of providers and of all calls, as the rollups know them. */
export const createTimes =
  ({ store }: Pick<UsageRoom, 'store'>): ReportsDeps['times'] =>
  async (from, to) => {
    const period = { fromMs: from.getTime(), toMs: to.getTime(), grain: 'hour' as const }
    const question = { period, filter: {}, steps: false, percentiles: true }
    const [all, providers] = await Promise.all([
      measureWithoutProbes(store, { ...question, by: [] }),
      measureWithoutProbes(store, { ...question, by: ['provider'] }),
    ])
    return (provider) => {
      const found = provider === null ? all[0] : providers.find((one) => one.provider === provider)
      const { p50Ms, p95Ms } = toFigures(found ?? NOTHING)
      return { p50Ms, p95Ms }
    }
  }

export const createSteering = (deps: SteeringDeps): Steering => {
  const { config, db, queue, ai, modelLife, usage, clock, closers } = deps
  const { smtpUrl, from, allowedPrivate } = config.messages
  const sender = createSender({ smtpUrl, from, allowed: allowedPrivate, clock })
  closers.add(() => sender.close())
  const encryption = createEncryption(config.encryption.secrets)
  const channels = createChannels({ db, encryption, sender, clock })
  const { publicUrl } = config.server
  const notifier = createNotifier({
    db,
    queue,
    channels,
    sender,
    publicUrl,
    reportMessage: (content, channel, id) => reportMessage(content as ToldReport, channel, id, publicUrl),
    clock,
  })
  const statistics = createCallWindows(db)
  const autoDisable = createAutoDisable({ db, statistics, ...modelLife.probing })
  const watchTask = createWatchTask({
    db,
    statistics,
    queues: async () =>
      (await readQueueLoad(db, queue)).map(({ name, waiting, oldestMs }) => ({
        name,
        waiting,
        oldestMs: oldestMs ?? 0,
      })),
    disk: () => freeSpace(deps.directory),
    userBudgets: () => readUserBudgets(db, new Date(clock.now())),
    notifier,
    autoDisable,
    clock,
  })
  const reports = createReports({ db, windows: statistics, times: createTimes(usage), notifier, clock })
  const { rollouts } = ai
  const schedules = createSchedules({
    db,
    queue,
    tasks: [
      createSyncTask(modelLife.sync),
      modelLife.growLimits,
      createHealthCheck({ db, targets: modelLife.targets, listModels: ai.gateway.listModels, clock }),
      watchTask,
      rollouts.task,
      reports.task,
      ...deps.tasks,
    ],
    timeZone: config.models.sync.timeZone,
    clock,
    onEnded: (run) => tellFailedRun(db, run, new Date(clock.now())),
  })
  return {
    schedules,
    alerts: createAlerts({ db, channels, clock }),
    disablements: autoDisable.list,
    reports,
    rollouts,
    selection: createSelection({
      rows: () => ai.models.catalog.rows(),
      health: ai.gateway.insight.statistics.health,
      medianMs: ({ provider, key }) => usage.statistics.of(provider, key).day?.p50Ms ?? null,
      whyNot: (row) =>
        row.active
          ? (ai.gateway.insight.door.check(row)?.message ?? null)
          : (row.removalReason ?? sayAlone('switched-off')),
      byNameOnly: ai.byNameOnly,
    }),
    notifier,
    handlers: [schedules.handler, notifier.handler],
  }
}
