/** Kept reports, and what they are made of that no other store gives. */
import { sql, type Kysely, type Selectable } from 'kysely'
import type { WeeklyReportRow } from '../../db/tables/steering.ts'
import type { Database } from '../../db/types.ts'
import type { KeptStatement } from '../../statements/statement.ts'
import type { WeeklyReport } from './weekly-report.ts'

export interface StoredReport {
  readonly id: string
  readonly from: Date
  readonly to: Date
  /** In English. */
  readonly headline: string
  /** The same for readers of other languages; null in rows of before. */
  readonly statement: KeptStatement | null
  readonly body: WeeklyReport
  readonly notificationId: string | null
  readonly createdAt: Date
}

const toReport = (row: Selectable<WeeklyReportRow>): StoredReport => ({
  id: row.id,
  from: row.from_at,
  to: row.to_at,
  headline: row.headline,
  statement: row.statement,
  body: row.body as WeeklyReport,
  notificationId: row.notification_id,
  createdAt: row.created_at,
})

export const createReportsStore = (db: Kysely<Database>) => ({
  async list(limit: number): Promise<Omit<StoredReport, 'body'>[]> {
    const rows = await db
      .selectFrom('weekly_reports')
      .select(['id', 'from_at', 'to_at', 'headline', 'statement', 'notification_id', 'created_at'])
      .orderBy('to_at', 'desc')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      id: row.id,
      from: row.from_at,
      to: row.to_at,
      headline: row.headline,
      statement: row.statement,
      notificationId: row.notification_id,
      createdAt: row.created_at,
    }))
  },
  async find(id: string): Promise<StoredReport | undefined> {
    const row = await db.selectFrom('weekly_reports').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toReport(row)
  },
  async findWeek(from: Date, to: Date): Promise<StoredReport | undefined> {
    const row = await db
      .selectFrom('weekly_reports')
      .selectAll()
      .where('from_at', '=', from)
      .where('to_at', '=', to)
      .executeTakeFirst()
    return row && toReport(row)
  },
  /** Keeps it, in the place of one that was made for the same time. */
  async keep(report: Omit<StoredReport, 'notificationId'>): Promise<void> {
    const values = {
      headline: report.headline,
      statement: report.statement && JSON.stringify(report.statement),
      body: JSON.stringify(report.body),
      created_at: report.createdAt,
    }
    await db
      .insertInto('weekly_reports')
      .values({ id: report.id, from_at: report.from, to_at: report.to, notification_id: null, ...values })
      .onConflict((conflict) => conflict.columns(['from_at', 'to_at']).doUpdateSet(values))
      .execute()
  },
  async setNotification(id: string, notificationId: string): Promise<void> {
    await db.updateTable('weekly_reports').set({ notification_id: notificationId }).where('id', '=', id).execute()
  },

  async catalogOf(from: Date, to: Date): Promise<WeeklyReport['catalog']> {
    const counted = await db
      .selectFrom('models')
      .select([
        sql<number>`count(*) filter (where active)`.as('active'),
        sql<number>`count(*) filter (where not active)`.as('inactive'),
      ])
      .where('deleted_at', 'is', null)
      .executeTakeFirstOrThrow()
    const removed = await db
      .selectFrom('models')
      .select(['provider', 'key as model', 'removal_reason as reason'])
      .where('deleted_at', 'is', null)
      .where('active', '=', false)
      .where('removed_at', '>=', from)
      .where('removed_at', '<', to)
      .orderBy('removed_at')
      .orderBy('provider')
      .orderBy('key')
      .limit(200)
      .execute()
    const added = await db
      .selectFrom('model_changes')
      .select(['provider', 'key as model'])
      .distinct()
      .where('action', '=', 'added')
      .where('created_at', '>=', from)
      .where('created_at', '<', to)
      .limit(200)
      .execute()
    return { ...counted, added, removed: removed.map((one) => ({ ...one, reason: one.reason ?? '' })) }
  },
})
