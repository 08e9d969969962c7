/**
 * The SQL of the ledger. Every change is one entry and one update of the account in the same transaction; the update's
 * own condition decides whether there is enough, so two requests at once cannot both pass a check that holds for one.
 */
import { sql, type Insertable, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { CreditAccountRow, CreditEntryRow, CreditHoldRow, CreditTables } from '../db/tables/credits.ts'

export type StoredEntry = Selectable<CreditEntryRow>
export type StoredHold = Selectable<CreditHoldRow>
export type StoredAccount = Selectable<CreditAccountRow>
type Db = Kysely<CreditTables> | Transaction<CreditTables>

export interface AccountChange {
  readonly userId: string
  readonly balanceDelta: number
  readonly heldDelta: number
  /** What counts as spent in this month. */
  readonly spent: number
  readonly month: string
  readonly now: Date
  /** A new reservation must fit what is free and the month's limit. */
  readonly isReservation: boolean
}

/** Spent in `month`, whichever month the row last was about. */
const spentIn = (month: string) => sql<number>`(case when month = ${month}::date then month_spent else 0 end)`

export const openAccount = async (db: Db, userId: string, month: string, now: Date): Promise<void> => {
  await db
    .insertInto('credit_accounts')
    .values({ user_id: userId, balance: 0, held: 0, monthly_limit: null, month, month_spent: 0, updated_at: now })
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute()
}

/** False when the account does not allow the change; nothing is changed then. */
export const changeAccount = async (db: Db, change: AccountChange): Promise<boolean> => {
  const { userId, balanceDelta, heldDelta, spent, month, now, isReservation } = change
  const update = db
    .updateTable('credit_accounts')
    .set({
      balance: sql`balance + ${balanceDelta}`,
      held: sql`held + ${heldDelta}`,
      month_spent: sql`${spentIn(month)} + ${spent}`,
      month: sql`greatest(month, ${month}::date)`,
      updated_at: now,
    })
    .where('user_id', '=', userId)
    .where(sql<boolean>`balance + ${balanceDelta} >= held + ${heldDelta}`)
  const limited = isReservation
    ? update.where(sql<boolean>`(monthly_limit is null or ${spentIn(month)} + held + ${heldDelta} <= monthly_limit)`)
    : update
  const result = await limited.executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** False when an entry with this key is there already. */
export const insertEntry = async (db: Db, entry: Insertable<CreditEntryRow>): Promise<boolean> => {
  const result = await db
    .insertInto('credit_entries')
    .values(entry)
    .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** False when a reservation for the same work is open. */
export const insertHold = async (db: Db, hold: Insertable<CreditHoldRow>): Promise<boolean> => {
  const result = await db
    .insertInto('credit_holds')
    .values(hold)
    .onConflict((conflict) => conflict.column('work_id').where('status', '=', 'open').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Only in the transaction that has inserted it. */
export const deleteHold = async (db: Transaction<CreditTables>, id: string): Promise<void> => {
  await db.deleteFrom('credit_holds').where('id', '=', id).execute()
}

export const findOpenHold = (db: Db, workId: string): Promise<StoredHold | undefined> =>
  db
    .selectFrom('credit_holds')
    .selectAll()
    .where('work_id', '=', workId)
    .where('status', '=', 'open')
    .executeTakeFirst()

/** Locks what is reserved for one work, or for everything about a recording, in an order that cannot deadlock. */
export const lockOpenHolds = (
  db: Db,
  of: { readonly workId: string } | { readonly transcriptionId: string },
): Promise<StoredHold[]> => {
  const open = db.selectFrom('credit_holds').selectAll().where('status', '=', 'open').orderBy('id').forUpdate()
  return (
    'workId' in of ? open.where('work_id', '=', of.workId) : open.where('transcription_id', '=', of.transcriptionId)
  ).execute()
}

/** Inserts what is new and returns its keys. */
export const insertEntries = async (db: Db, entries: readonly Insertable<CreditEntryRow>[]): Promise<Set<string>> => {
  const inserted = new Set<string>()
  // The protocol takes 65,535 values in a statement.
  for (let from = 0; from < entries.length; from += 1000) {
    const rows = await db
      .insertInto('credit_entries')
      .values(entries.slice(from, from + 1000))
      .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
      .returning('idempotency_key')
      .execute()
    for (const { idempotency_key } of rows) inserted.add(idempotency_key)
  }
  return inserted
}

export const knownKeys = async (db: Db, keys: readonly string[]): Promise<Set<string>> => {
  if (keys.length === 0) return new Set()
  const rows = await db
    .selectFrom('credit_entries')
    .select('idempotency_key')
    .where('idempotency_key', '=', sql<string>`any(${[...keys]}::text[])`)
    .execute()
  return new Set(rows.map(({ idempotency_key }) => idempotency_key))
}

export const capturesOfWork = (db: Db, workId: string): Promise<StoredEntry[]> =>
  db
    .selectFrom('credit_entries')
    .selectAll()
    .where('work_id', '=', workId)
    .where('kind', '=', 'capture')
    .orderBy('created_at')
    .orderBy('id')
    .execute()

export const findEntry = (db: Db, key: string): Promise<StoredEntry | undefined> =>
  db.selectFrom('credit_entries').selectAll().where('idempotency_key', '=', key).executeTakeFirst()

/** Locks the hold until the transaction ends, so that a capture and the sweep cannot both take what remains. */
export const lockHold = (db: Db, id: string): Promise<StoredHold | undefined> =>
  db.selectFrom('credit_holds').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export const updateHold = async (
  db: Db,
  id: string,
  change: { readonly remaining: number; readonly status: StoredHold['status'] },
): Promise<void> => {
  await db.updateTable('credit_holds').set(change).where('id', '=', id).execute()
}

export const extendHold = async (db: Db, id: string, expiresAt: Date): Promise<boolean> => {
  const result = await db
    .updateTable('credit_holds')
    .set({ expires_at: expiresAt })
    .where('id', '=', id)
    .where('status', '=', 'open')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export const expiredHolds = (db: Db, now: Date, limit: number): Promise<{ id: string }[]> =>
  db
    .selectFrom('credit_holds')
    .select('id')
    .where('status', '=', 'open')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute()

export const findAccount = (db: Db, userId: string): Promise<StoredAccount | undefined> =>
  db.selectFrom('credit_accounts').selectAll().where('user_id', '=', userId).executeTakeFirst()

export const setMonthlyLimit = async (db: Db, userId: string, limit: number | null, now: Date): Promise<void> => {
  await db
    .updateTable('credit_accounts')
    .set({ monthly_limit: limit, updated_at: now })
    .where('user_id', '=', userId)
    .execute()
}

/** What the account should hold by its entries: equal to the account at all times. */
export const sumEntries = async (db: Db, userId: string): Promise<{ balance: number; held: number }> => {
  const row = await db
    .selectFrom('credit_entries')
    .select([
      sql<number>`coalesce(sum(balance_delta), 0)::bigint`.as('balance'),
      sql<number>`coalesce(sum(held_delta), 0)::bigint`.as('held'),
    ])
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow()
  return row
}
