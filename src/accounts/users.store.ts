/** The users table. Rows are made by better-auth at sign-up; the rest is read and changed here. */
import { sql, type Kysely } from 'kysely'
import type { AccountTables } from '../db/tables/accounts.ts'
import type { User } from './user.ts'

/** Any number that no other part locks on: first letters of "sign". */
const SIGN_UP_LOCK = 0x7369676e

export type UsersStore = ReturnType<typeof createUsersStore>

export const createUsersStore = (db: Kysely<AccountTables>) => ({
  async exists(): Promise<boolean> {
    const row = await db.selectFrom('users').select('id').limit(1).executeTakeFirst()
    return row !== undefined
  },

  async emailExists(email: string): Promise<boolean> {
    const row = await db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst()
    return row !== undefined
  },

  async find(id: string): Promise<(User & { preferences: Record<string, unknown> }) | undefined> {
    return db
      .selectFrom('users')
      .select(['id', 'email', 'name', 'role', 'preferences'])
      .where('id', '=', id)
      .executeTakeFirst()
  },

  /** Preferences are merged at the top level: what is not named stays. */
  async update(id: string, change: { name?: string; preferences?: object }, now: Date): Promise<void> {
    await db
      .updateTable('users')
      .set((row) => ({
        updated_at: now,
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.preferences === undefined
          ? {}
          : { preferences: sql<string>`${row.ref('preferences')} || ${JSON.stringify(change.preferences)}::jsonb` }),
      }))
      .where('id', '=', id)
      .execute()
  },

  /**
   * Runs `work` while no other replica signs anyone up, so that "no user exists yet" and "this invitation is unused"
   * stay true until the row is written. Holds one connection meanwhile; callers queue in their process first.
   */
  withSignUpLock: <Result>(work: () => Promise<Result>): Promise<Result> =>
    db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${SIGN_UP_LOCK})`.execute(transaction)
      return work()
    }),

  async deleteExpiredSessions(now: Date): Promise<void> {
    await db.deleteFrom('sessions').where('expires_at', '<', now).execute()
  },
})
