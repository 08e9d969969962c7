/** Users who have a budget for the month and spent most of it: credits, accounts and the error log together. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/types.ts'
import type { UserBudget } from '../models/alerts/evaluate.ts'

/** Below this nobody wants to be told. */
const LEAST_SHARE = 0.5
const REFUSED_MS = 24 * 3_600_000
const MICROCREDITS = 1_000_000

export const readUserBudgets = async (db: Kysely<Database>, now: Date): Promise<UserBudget[]> => {
  const month = `${now.toISOString().slice(0, 7)}-01`
  const refusedSince = new Date(now.getTime() - REFUSED_MS)
  const { rows } = await sql<{ email: string; spent: number; budget: number; refused: boolean }>`
    select users.email, account.month_spent as spent, account.monthly_limit as budget,
      exists (select 1 from error_log where error_log.user_id = account.user_id::text and code = 'budget-exceeded'
        and at >= ${refusedSince}) as refused
    from credit_accounts account join users on users.id::text = account.user_id::text
    where account.monthly_limit > 0 and account.month = ${month}::date
      and account.month_spent >= account.monthly_limit * ${LEAST_SHARE}::double precision
    order by users.email`.execute(db)
  return rows.map(({ email, spent, budget, refused }) => ({
    user: email,
    spentCredits: spent / MICROCREDITS,
    budgetCredits: budget / MICROCREDITS,
    refused,
  }))
}
