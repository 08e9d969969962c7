/** Which providers' lists could not be taken when they were last asked for: their rows keep what was seen before. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'

export interface UnreadList {
  readonly provider: string
  readonly at: Date
  /** Null: it was read, and is held for an administrator. */
  readonly errorCode: string | null
  readonly message: string
}

export const noteUnread = async (db: Kysely<Database>, { provider, at, errorCode, message }: UnreadList) => {
  const values = { at, error_code: errorCode, message }
  await db
    .insertInto('unread_lists')
    .values({ provider, ...values })
    .onConflict((conflict) => conflict.column('provider').doUpdateSet(values))
    .execute()
}

export const noteRead = async (db: Kysely<Database>, provider: string): Promise<void> => {
  await db.deleteFrom('unread_lists').where('provider', '=', provider).execute()
}

/** The provider gave its list to somebody who took nothing from it: one that is held stays so. */
export const noteAnswered = async (db: Kysely<Database>, provider: string): Promise<void> => {
  await db.deleteFrom('unread_lists').where('provider', '=', provider).where('error_code', 'is not', null).execute()
}

export const unreadLists = async (db: Kysely<Database>): Promise<UnreadList[]> => {
  const rows = await db.selectFrom('unread_lists').selectAll().execute()
  return rows.map(({ error_code: errorCode, ...row }) => ({ ...row, errorCode }))
}
