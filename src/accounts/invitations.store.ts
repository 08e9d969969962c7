/** The invitations table. */
import type { Kysely, Selectable } from 'kysely'
import type { AccountTables, InvitationRow } from '../db/tables/accounts.ts'

export type StoredInvitation = Omit<Selectable<InvitationRow>, 'token_hash' | 'invited_by' | 'accepted_by'>

const shown = ['id', 'email', 'role', 'created_at', 'expires_at', 'accepted_at'] as const

export type InvitationsStore = ReturnType<typeof createInvitationsStore>

export const createInvitationsStore = (db: Kysely<AccountTables>) => ({
  list: (): Promise<StoredInvitation[]> =>
    db.selectFrom('invitations').select(shown).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(500).execute(),

  async insert(row: {
    id: string
    email: string
    role: 'user' | 'admin'
    token_hash: string
    invited_by: string
    created_at: Date
    expires_at: Date
  }): Promise<StoredInvitation> {
    return db.insertInto('invitations').values(row).returning(shown).executeTakeFirstOrThrow()
  },

  /** The invitation, when it is unused and not expired. */
  findOpen: (tokenHash: string, now: Date): Promise<StoredInvitation | undefined> =>
    db
      .selectFrom('invitations')
      .select(shown)
      .where('token_hash', '=', tokenHash)
      .where('accepted_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst(),

  /** Takes the invitation; false when somebody else took it or an admin withdrew it meanwhile. */
  async accept(id: string, now: Date): Promise<boolean> {
    const result = await db
      .updateTable('invitations')
      .set({ accepted_at: now })
      .where('id', '=', id)
      .where('accepted_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows === 1n
  },

  /** Gives it back after a sign-up that failed. */
  async release(id: string): Promise<void> {
    await db
      .updateTable('invitations')
      .set({ accepted_at: null })
      .where('id', '=', id)
      .where('accepted_by', 'is', null)
      .execute()
  },

  async setAcceptedBy(id: string, userId: string): Promise<void> {
    await db.updateTable('invitations').set({ accepted_by: userId }).where('id', '=', id).execute()
  },

  /** Withdraws it; what was removed, for the audit log. */
  remove: (id: string): Promise<{ email: string; role: 'user' | 'admin' } | undefined> =>
    db.deleteFrom('invitations').where('id', '=', id).returning(['email', 'role']).executeTakeFirst(),
})
