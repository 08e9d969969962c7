/** Messages and their deliveries. A row for each channel, so that each is sent once, whoever sends it. */
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { NotificationDeliveryRow } from '../../db/tables/steering.ts'
import type { Database } from '../../db/types.ts'
import { createId } from '../../lib/ids.ts'
import { inEnglish } from '../../statements/say.ts'
import type { Statement } from '../../statements/statement.ts'
import type { AlertKind, Severity } from './kinds.ts'
import type { PendingAlert } from './plan-notices.ts'
import type { ToldAlert } from './messages/alerts-message.ts'

type Db = Kysely<Database> | Transaction<Database>

export type StoredDelivery = Selectable<NotificationDeliveryRow>

export interface StoredNotification {
  readonly id: string
  readonly kind: 'alerts' | 'report' | 'test'
  readonly content: unknown
}

export interface PendingRow extends PendingAlert {
  readonly told: Omit<ToldAlert, 'event'>
}

/**
 * Alerts that may have to be told, held until the transaction ends. Rows are locked one after the other: two processes that
 * look at once would each get some of a storm, and tell it twice. So the second waits, and finds nothing left.
 */
export const lockPending = async (transaction: Transaction<Database>): Promise<PendingRow[]> => {
  await sql`select pg_advisory_xact_lock(hashtext('alerts-tell'))`.execute(transaction)
  const rows = await transaction
    .selectFrom('alerts')
    .selectAll()
    .where((where) =>
      where.or([
        where.and([where('opened_notification_id', 'is', null), where('suppressed', 'is', null)]),
        where.and([
          where('opened_notification_id', 'is not', null),
          where('resolved_at', 'is not', null),
          where('resolved_notification_id', 'is', null),
        ]),
      ]),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(1_000)
    .forUpdate()
    .skipLocked()
    .execute()
  const last = await lastToldOf(
    transaction,
    rows.filter((row) => row.opened_notification_id === null).map(({ id }) => id),
  )
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind as AlertKind,
    severity: row.severity,
    resolved: row.resolved_at !== null,
    wasTold: row.opened_notification_id !== null,
    lastToldMs: last.get(row.id) ?? null,
    told: {
      id: row.id,
      kind: row.kind as AlertKind,
      severity: row.severity,
      provider: row.provider,
      model: row.model,
      message: row.message,
      statement: row.statement,
      details: row.details,
      at: row.created_at.toISOString(),
    },
  }))
}

const lastToldOf = async (db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; told_at: Date }>`
    select a.id, max(n.created_at) as told_at from alerts a
    join alerts earlier on earlier.kind = a.kind and earlier.provider = a.provider
      and earlier.model is not distinct from a.model and earlier.id <> a.id
    join notifications n on n.id = earlier.opened_notification_id
    where a.id = any(${ids}::uuid[]) group by a.id`.execute(db)
  return new Map(rows.map(({ id, told_at }) => [id, told_at.getTime()]))
}

export const suppress = async (db: Db, id: string, why: Statement): Promise<void> => {
  const values = { suppressed: inEnglish(why), suppressed_statement: JSON.stringify(why) }
  await db.updateTable('alerts').set(values).where('id', '=', id).execute()
}

export const markTold = async (
  db: Db,
  ids: readonly string[],
  event: 'opened' | 'resolved',
  notificationId: string,
): Promise<void> => {
  if (ids.length === 0) return
  const column = event === 'opened' ? 'opened_notification_id' : 'resolved_notification_id'
  await db
    .updateTable('alerts')
    .set({ [column]: notificationId })
    .where('id', 'in', [...ids])
    .execute()
}

export const lastAlertsMessageAt = async (db: Db): Promise<Date | null> => {
  const row = await db
    .selectFrom('notifications')
    .select(({ fn }) => fn.max('created_at').as('at'))
    .where('kind', '=', 'alerts')
    .executeTakeFirst()
  return row?.at ?? null
}

/** A message and one delivery for each channel; the deliveries' ids. */
export const addNotification = async (
  db: Db,
  notification: StoredNotification,
  channels: readonly { readonly id: string; readonly name: string; readonly minimumSeverity: Severity }[],
  now: Date,
): Promise<string[]> => {
  await db
    .insertInto('notifications')
    .values({ ...notification, content: JSON.stringify(notification.content), created_at: now })
    .execute()
  if (channels.length === 0) return []
  const deliveries = channels.map((channel) => ({
    id: createId(now.getTime()),
    notification_id: notification.id,
    channel_id: channel.id,
    channel_name: channel.name,
    state: 'waiting' as const,
    attempts: 0,
    error: null,
    created_at: now,
    sent_at: null,
  }))
  await db.insertInto('notification_deliveries').values(deliveries).execute()
  return deliveries.map(({ id }) => id)
}

export const findNotification = async (db: Db, id: string): Promise<StoredNotification | undefined> =>
  db.selectFrom('notifications').select(['id', 'kind', 'content']).where('id', '=', id).executeTakeFirst()

export const deliveriesOfNotification = (db: Db, id: string): Promise<StoredDelivery[]> =>
  db
    .selectFrom('notification_deliveries')
    .selectAll()
    .where('notification_id', '=', id)
    .orderBy('created_at')
    .orderBy('id')
    .execute()

/** Takes a delivery for one attempt. Undefined when it is sent, or failed for good. */
export const claimDelivery = async (db: Db, id: string): Promise<StoredDelivery | undefined> =>
  db
    .updateTable('notification_deliveries')
    .set(({ eb }) => ({ state: 'sending', attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'sending'])
    .returningAll()
    .executeTakeFirst()

export const settleDelivery = async (
  db: Db,
  id: string,
  end: { readonly state: 'sent' | 'waiting' | 'failed'; readonly error: string | null; readonly now: Date },
): Promise<void> => {
  await db
    .updateTable('notification_deliveries')
    .set({ state: end.state, error: end.error, sent_at: end.state === 'sent' ? end.now : null })
    .where('id', '=', id)
    .execute()
}
