/** Troubles that an administrator should see: one open record for each, resolved by whoever raised it or by hand. */
import { sql, type Kysely, type Selectable } from 'kysely'
import type { AlertRow } from '../../db/tables/model-sync.ts'
import type { NotificationDeliveryRow } from '../../db/tables/steering.ts'
import type { Database } from '../../db/types.ts'
import { createId } from '../../lib/ids.ts'
import type { KeptStatement } from '../../statements/statement.ts'
import { RULE_KINDS, type AlertKind, type Severity } from './kinds.ts'

export interface NewAlert {
  readonly kind: AlertKind
  readonly provider: string
  readonly model?: string
  /** In English. */
  readonly message: string
  /** The same for readers of other languages; null in rows of before. */
  readonly statement: KeptStatement | null
  readonly details: Readonly<Record<string, unknown>>
  /** Left out: as the kind has it. */
  readonly severity?: Severity
}

export interface Alert extends NewAlert {
  readonly id: string
  readonly severity: Severity
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly resolvedAt: Date | null
  readonly resolvedBy: string | null
  /** Why nobody was told. */
  readonly suppressed: string | null
  readonly suppressedStatement: KeptStatement | null
}

export interface AlertDelivery {
  readonly channelId: string | null
  readonly channelName: string
  readonly event: 'opened' | 'resolved'
  readonly state: NotificationDeliveryRow['state']
  readonly attempts: number
  readonly sentAt: Date | null
  readonly error: string | null
}

export interface AlertQuery {
  readonly open: boolean
  readonly kind?: string | undefined
  readonly provider?: string | undefined
  readonly limit: number
  readonly offset: number
}

export const toAlert = (row: Selectable<AlertRow>): Alert => ({
  id: row.id,
  kind: row.kind as AlertKind,
  severity: row.severity,
  provider: row.provider,
  ...(row.model !== null && { model: row.model }),
  message: row.message,
  statement: row.statement,
  details: row.details,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at ?? row.created_at,
  resolvedAt: row.resolved_at,
  resolvedBy: row.resolved_by,
  suppressed: row.suppressed,
  suppressedStatement: row.suppressed_statement,
})

/** Opens an alert, or brings the open one for the same trouble up to date. True when it is new. */
export const raiseAlert = async (db: Kysely<Database>, alert: NewAlert, now: Date): Promise<boolean> => {
  const told = {
    message: alert.message,
    statement: alert.statement === null ? null : JSON.stringify(alert.statement),
    details: JSON.stringify(alert.details),
    last_seen_at: now,
  }
  const model = alert.model ?? null
  const updated = await db
    .updateTable('alerts')
    .set(told)
    .where('kind', '=', alert.kind)
    .where('provider', '=', alert.provider)
    .where('model', 'is not distinct from', model)
    .where('resolved_at', 'is', null)
    .executeTakeFirst()
  if (updated.numUpdatedRows > 0n) return false
  const added = await db
    .insertInto('alerts')
    .values({
      id: createId(now.getTime()),
      kind: alert.kind,
      severity: alert.severity ?? RULE_KINDS[alert.kind].severity,
      provider: alert.provider,
      model,
      ...told,
      created_at: now,
      resolved_at: null,
    })
    // Another process noticed it at the same moment.
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (added.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Closes what is over. Returns how many were open. */
export const resolveAlerts = async (
  db: Kysely<Database>,
  over: {
    readonly kind: AlertKind
    readonly provider?: string
    readonly model?: string
    readonly except?: readonly string[]
    /** Only those that were opened before. */
    readonly before?: Date
  },
  now: Date,
): Promise<number> => {
  let update = db.updateTable('alerts').set({ resolved_at: now }).where('kind', '=', over.kind)
  if (over.provider !== undefined) update = update.where('provider', '=', over.provider)
  if (over.model !== undefined) update = update.where('model', '=', over.model)
  if (over.except !== undefined && over.except.length > 0) update = update.where('id', 'not in', [...over.except])
  if (over.before !== undefined) update = update.where('created_at', '<', over.before)
  const { numUpdatedRows } = await update.where('resolved_at', 'is', null).executeTakeFirst()
  return Number(numUpdatedRows)
}

export const resolveAlert = async (
  db: Kysely<Database>,
  id: string,
  by: string | null,
  now: Date,
): Promise<Alert | undefined> => {
  await db
    .updateTable('alerts')
    .set({ resolved_at: now, resolved_by: by })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .execute()
  const row = await db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toAlert(row)
}

export const openAlerts = async (db: Kysely<Database>, kinds: readonly AlertKind[]): Promise<Alert[]> => {
  if (kinds.length === 0) return []
  const rows = await db
    .selectFrom('alerts')
    .selectAll()
    .where('resolved_at', 'is', null)
    .where('kind', 'in', [...kinds])
    .execute()
  return rows.map(toAlert)
}

export const listAlerts = async (
  db: Kysely<Database>,
  { open, kind, provider, limit, offset }: AlertQuery,
): Promise<{ items: Alert[]; total: number }> => {
  let query = db.selectFrom('alerts')
  if (open) query = query.where('resolved_at', 'is', null)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (provider !== undefined) query = query.where('provider', '=', provider)
  const { total } = await query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return { items: rows.map(toAlert), total }
}

/** To whom these alerts were told, by the alert's id. */
export const deliveriesOf = async (
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly AlertDelivery[]>> => {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('alerts')
    .innerJoin('notification_deliveries as d', (join) =>
      join.on((on) =>
        on.or([
          on('d.notification_id', '=', on.ref('alerts.opened_notification_id')),
          on('d.notification_id', '=', on.ref('alerts.resolved_notification_id')),
        ]),
      ),
    )
    .select([
      'alerts.id',
      'd.channel_id',
      'd.channel_name',
      'd.state',
      'd.attempts',
      'd.sent_at',
      'd.error',
      sql<
        'opened' | 'resolved'
      >`case when d.notification_id = alerts.opened_notification_id then 'opened' else 'resolved' end`.as('event'),
    ])
    .where('alerts.id', 'in', [...ids])
    .orderBy('d.created_at')
    .orderBy('d.id')
    .execute()
  const told = rows.map((row) => ({
    alertId: row.id,
    channelId: row.channel_id,
    channelName: row.channel_name,
    event: row.event,
    state: row.state,
    attempts: row.attempts,
    sentAt: row.sent_at,
    error: row.error,
  }))
  return Map.groupBy(told, ({ alertId }) => alertId)
}

/** How many opened, were resolved, and are open at the end of a span of time. */
export const countAlerts = async (db: Kysely<Database>, from: Date, to: Date) => {
  const counted = await db
    .selectFrom('alerts')
    .select([
      sql<number>`count(*) filter (where created_at >= ${from} and created_at < ${to})`.as('opened'),
      sql<number>`count(*) filter (where resolved_at >= ${from} and resolved_at < ${to})`.as('resolved'),
      sql<number>`count(*) filter (where created_at < ${to} and (resolved_at is null or resolved_at >= ${to}))`.as(
        'open',
      ),
    ])
    .executeTakeFirstOrThrow()
  const byKind = await db
    .selectFrom('alerts')
    .select(['kind', sql<number>`count(*)`.as('count')])
    .where('created_at', '>=', from)
    .where('created_at', '<', to)
    .groupBy('kind')
    .orderBy('count', 'desc')
    .orderBy('kind')
    .execute()
  return { ...counted, byKind }
}
