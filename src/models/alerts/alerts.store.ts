/** Troubles that an administrator should see: one open record for each, resolved by the sync itself or by hand. */
import type { Kysely, Selectable } from 'kysely'
import type { AlertRow } from '../../db/tables/model-sync.ts'
import type { Database } from '../../db/types.ts'
import { createId } from '../../lib/ids.ts'

export type AlertKind = 'model-list-held' | 'model-sync-failed' | 'fallback-target-dead'

export interface NewAlert {
  readonly kind: AlertKind
  readonly provider: string
  readonly model?: string
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

export interface Alert extends NewAlert {
  readonly id: string
  readonly createdAt: Date
  readonly resolvedAt: Date | null
}

export interface AlertQuery {
  readonly open: boolean
  readonly limit: number
  readonly offset: number
}

const toAlert = (row: Selectable<AlertRow>): Alert => ({
  id: row.id,
  kind: row.kind as AlertKind,
  provider: row.provider,
  ...(row.model !== null && { model: row.model }),
  message: row.message,
  details: row.details,
  createdAt: row.created_at,
  resolvedAt: row.resolved_at,
})

/** Opens an alert, or brings the open one for the same trouble up to date. */
export const raiseAlert = async (db: Kysely<Database>, alert: NewAlert, now: Date): Promise<void> => {
  const told = { message: alert.message, details: JSON.stringify(alert.details) }
  const model = alert.model ?? null
  const updated = await db
    .updateTable('alerts')
    .set(told)
    .where('kind', '=', alert.kind)
    .where('provider', '=', alert.provider)
    .where('model', 'is not distinct from', model)
    .where('resolved_at', 'is', null)
    .executeTakeFirst()
  if (updated.numUpdatedRows > 0n) return
  await db
    .insertInto('alerts')
    .values({
      id: createId(now.getTime()),
      kind: alert.kind,
      provider: alert.provider,
      model,
      ...told,
      created_at: now,
      resolved_at: null,
    })
    // Another process noticed it at the same moment.
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Closes what is over. Returns how many were open. */
export const resolveAlerts = async (
  db: Kysely<Database>,
  over: { readonly kind: AlertKind; readonly provider?: string; readonly except?: readonly string[] },
  now: Date,
): Promise<number> => {
  let update = db.updateTable('alerts').set({ resolved_at: now }).where('kind', '=', over.kind)
  if (over.provider !== undefined) update = update.where('provider', '=', over.provider)
  if (over.except !== undefined && over.except.length > 0) update = update.where('id', 'not in', [...over.except])
  const { numUpdatedRows } = await update.where('resolved_at', 'is', null).executeTakeFirst()
  return Number(numUpdatedRows)
}

export const resolveAlert = async (db: Kysely<Database>, id: string, now: Date): Promise<Alert | undefined> => {
  await db
    .updateTable('alerts')
    .set({ resolved_at: now })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .execute()
  const row = await db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toAlert(row)
}

export const listAlerts = async (
  db: Kysely<Database>,
  { open, limit, offset }: AlertQuery,
): Promise<{ items: Alert[]; total: number }> => {
  let query = db.selectFrom('alerts')
  if (open) query = query.where('resolved_at', 'is', null)
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
