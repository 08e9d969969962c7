/** Weekly reports: made by the calendar, kept, shown, and sent to the channels that subscribed. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import { inEnglish } from '../../statements/say.ts'
import { statement } from '../../statements/statement.ts'
import { countAlerts } from '../alerts/alerts.store.ts'
import type { CallWindows } from '../alerts/call-windows.ts'
import { deliveriesOfNotification } from '../alerts/notifications.store.ts'
import type { Notifier } from '../alerts/notifier.ts'
import { createDisablementsStore } from '../auto-disable/disablements.store.ts'
import { createRolloutsStore } from '../rollout/rollouts.store.ts'
import { createScheduleRunsStore } from '../schedules/schedule-runs.store.ts'
import type { ScheduledTask } from '../schedules/task.ts'
import type { ToldReport } from './report-message.ts'
import { createReportsStore, type StoredReport } from './reports.store.ts'
import { buildReport, headlineOf, isWorst, type WeeklyReport } from './weekly-report.ts'

export interface ReportDelivery {
  readonly channelName: string
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed'
  readonly error: string | null
}

export interface Reports {
  list(limit: number): Promise<Omit<StoredReport, 'body'>[]>
  find(id: string): Promise<StoredReport & { readonly deliveries: readonly ReportDelivery[] }>
  readonly task: ScheduledTask
}

export interface ReportsDeps {
  readonly db: Kysely<Database>
  readonly windows: CallWindows
  /** Response times of a provider, or of all, which no sum can tell. */
  readonly times: (
    from: Date,
    to: Date,
  ) => Promise<(provider: string | null) => { readonly p50Ms: number | null; readonly p95Ms: number | null }>
  readonly notifier: Pick<Notifier, 'send'>
  readonly clock: Clock
}

const HOUR_MS = 3_600_000
const WEEK_MS = 7 * 24 * HOUR_MS
const MOST_ROLLOUTS = 50

/** The seven days up to the last whole hour, as rollups are by the hour. */
export const weekBefore = (moment: Date): { from: Date; to: Date } => {
  const toMs = Math.floor(moment.getTime() / HOUR_MS) * HOUR_MS
  return { from: new Date(toMs - WEEK_MS), to: new Date(toMs) }
}

export const createReports = ({ db, windows, times, notifier, clock }: ReportsDeps): Reports => {
  const store = createReportsStore(db)
  const inWeek = (date: Date | null, from: Date, to: Date): boolean => date !== null && date >= from && date < to

  const make = async (from: Date, to: Date): Promise<WeeklyReport> => {
    const [week, before, timesOf, catalog, alerts, disabled, rollouts, schedules] = await Promise.all([
      windows.window(from, to, { percentiles: true }),
      windows.window(new Date(from.getTime() - WEEK_MS), from),
      times(from, to),
      store.catalogOf(from, to),
      countAlerts(db, from, to),
      createDisablementsStore(db).between(from, to),
      createRolloutsStore(db).list({ open: false, limit: MOST_ROLLOUTS }),
      createScheduleRunsStore(db).countEnded(from, to),
    ])
    const codes = new Map<string, Readonly<Record<string, number>>>()
    for (const one of week.filter(isWorst))
      codes.set(`${one.provider}/${one.model}`, await windows.failureCodes(one, from, to))
    return buildReport({
      week,
      weekBefore: before,
      times: timesOf,
      codes: ({ provider, model }) => codes.get(`${provider}/${model}`) ?? {},
      catalog,
      alerts,
      disabled: disabled.map(({ provider, key, evidence: { failures, requests }, disabledAt }) => {
        const why = statement('failed-of', { failures, requests })
        return { provider, model: key, reason: inEnglish(why), statement: why, at: disabledAt.toISOString() }
      }),
      rollouts: rollouts
        .filter((one) => one.endedAt === null || inWeek(one.endedAt, from, to))
        .map(({ id, control, candidate, status, percent, reason, statement: said }) => ({
          id,
          control,
          candidate,
          status,
          percent,
          reason,
          statement: said,
        })),
      schedules,
    })
  }

  return {
    list: (limit) => store.list(limit),
    async find(id) {
      const report = await store.find(id)
      if (report === undefined) throw new AppError('not-found', 'There is no such report', { details: { id } })
      const deliveries = report.notificationId === null ? [] : await deliveriesOfNotification(db, report.notificationId)
      return {
        ...report,
        deliveries: deliveries.map(({ channel_name, state, error }) => ({ channelName: channel_name, state, error })),
      }
    },
    task: {
      name: 'reports.weekly',
      description: 'Makes the report of the last seven days and mails it',
      cron: '0 7 * * 1',
      async run({ dueAt }) {
        const { from, to } = weekBefore(dueAt)
        const body = await make(from, to)
        const said = headlineOf(body)
        const headline = inEnglish(said)
        await store.keep({
          id: createId(clock.now()),
          from,
          to,
          headline,
          statement: said,
          body,
          createdAt: new Date(clock.now()),
        })
        const kept = await store.findWeek(from, to)
        if (kept === undefined) throw new AppError('internal', 'The report was not kept')
        // A second delivery of the job makes the report anew and mails it no second time.
        if (kept.notificationId === null) {
          const told: ToldReport = { id: kept.id, from: from.toISOString(), to: to.toISOString(), headline, body }
          await store.setNotification(kept.id, await notifier.send('report', told, 'reports'))
        }
        return { statement: said, result: { reportId: kept.id } }
      },
    },
  }
}
