/** The log of what administrators did. It only grows. */
import type { Kysely, Selectable } from 'kysely'
import type { AccountTables, AuditRow } from '../db/tables/accounts.ts'

export type AuditStore = ReturnType<typeof createAuditStore>

export const createAuditStore = (db: Kysely<AccountTables>) => ({
  async insert(row: Omit<Selectable<AuditRow>, 'details'> & { details: object }): Promise<void> {
    await db
      .insertInto('audit_log')
      .values({ ...row, details: JSON.stringify(row.details) })
      .execute()
  },

  newest: (limit: number): Promise<Selectable<AuditRow>[]> =>
    db.selectFrom('audit_log').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute(),
})
