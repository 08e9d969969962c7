/** What metrics tell of credits. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/types.ts'

export interface CreditTotals {
  readonly balance: number
  readonly held: number
  /** Of the month that is under way. */
  readonly spent: number
}

export const readCreditTotals = async (db: Kysely<Database>, month: string): Promise<CreditTotals> => {
  const { rows } = await sql<CreditTotals>`
    select coalesce(sum(balance), 0)::bigint as balance, coalesce(sum(held), 0)::bigint as held,
      coalesce(sum(month_spent) filter (where month = ${month}::date), 0)::bigint as spent
    from credit_accounts`.execute(db)
  return rows[0] ?? { balance: 0, held: 0, spent: 0 }
}
