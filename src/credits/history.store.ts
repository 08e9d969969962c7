/** Reading the ledger: pages of entries, and sums of what was spent. */
import { sql, type Kysely } from 'kysely'
import type { CreditTables } from '../db/tables/credits.ts'
import type { StoredAccount, StoredEntry } from './ledger.store.ts'

export interface EntryFilters {
  /** Left out: everybody's. */
  readonly userId?: string | undefined
  readonly kind?: StoredEntry['kind'] | undefined
  readonly operation?: string | undefined
  /** `provider/key`, or a key alone. */
  readonly model?: string | undefined
  readonly transcriptionId?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

/** The last entry of a page. */
export interface EntryPlace {
  readonly createdAt: Date
  readonly id: string
}

type Db = Kysely<CreditTables>

const filtered = (db: Db, { userId, kind, operation, model, transcriptionId, from, to }: EntryFilters) => {
  let query = db.selectFrom('credit_entries')
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (operation !== undefined) query = query.where('operation', '=', operation)
  if (model !== undefined) {
    query = query.where((row) =>
      row.or([row('model', '=', model), row(sql<string>`provider || '/' || model`, '=', model)]),
    )
  }
  if (transcriptionId !== undefined) query = query.where('transcription_id', '=', transcriptionId)
  if (from !== undefined) query = query.where('created_at', '>=', from)
  if (to !== undefined) query = query.where('created_at', '<', to)
  return query
}

/** Newest first. */
export const listEntries = (
  db: Db,
  filters: EntryFilters,
  page: { readonly after: EntryPlace | undefined; readonly limit: number },
): Promise<StoredEntry[]> => {
  const { after, limit } = page
  const query = filtered(db, filters).selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit)
  return (
    after === undefined ? query : query.where(sql<boolean>`(created_at, id) < (${after.createdAt}, ${after.id}::uuid)`)
  ).execute()
}

export interface SpentShare {
  readonly amount: number
  readonly requests: number
  readonly costMicrocents: number
  readonly costUnknown: number
}

const share = [
  sql<number>`coalesce(-sum(balance_delta), 0)::bigint`.as('amount'),
  sql<number>`count(*)`.as('requests'),
  sql<number>`coalesce(sum(cost_microcents), 0)::bigint`.as('costMicrocents'),
  sql<number>`count(*) filter (where cost_unknown)`.as('costUnknown'),
] as const

export const sumByModel = (
  db: Db,
  filters: EntryFilters,
): Promise<(SpentShare & { provider: string; model: string; operation: string })[]> =>
  filtered(db, { ...filters, kind: 'capture' })
    .select([
      sql<string>`coalesce(provider, '')`.as('provider'),
      sql<string>`coalesce(model, '')`.as('model'),
      sql<string>`coalesce(operation, '')`.as('operation'),
      ...share,
    ])
    .groupBy(['provider', 'model', 'operation'])
    .orderBy('amount', 'desc')
    .orderBy('provider')
    .orderBy('model')
    .orderBy('operation')
    .execute()

export const sumByDay = (db: Db, filters: EntryFilters): Promise<(SpentShare & { day: string; operation: string })[]> =>
  filtered(db, { ...filters, kind: 'capture' })
    .select([
      sql<string>`to_char(created_at at time zone 'UTC', 'YYYY-MM-DD')`.as('day'),
      sql<string>`coalesce(operation, '')`.as('operation'),
      ...share,
    ])
    .groupBy(['day', 'operation'])
    .orderBy('day')
    .orderBy('operation')
    .execute()

export interface AccountOfUser extends StoredAccount {
  /** Microcredits taken since a time. */
  readonly spentLately: number
}

/** Accounts as they stand, with what each spent since; who has none is not among them. */
export const accountsOf = (db: Db, userIds: readonly string[], since: Date): Promise<AccountOfUser[]> =>
  db
    .selectFrom('credit_accounts as account')
    .selectAll('account')
    .select((account) =>
      account
        .selectFrom('credit_entries as entry')
        .select(sql<number>`coalesce(-sum(entry.balance_delta), 0)::bigint`.as('sum'))
        .whereRef('entry.user_id', '=', 'account.user_id')
        .where('entry.kind', '=', 'capture')
        .where('entry.created_at', '>=', since)
        .$asScalar()
        .$notNull()
        .as('spentLately'),
    )
    .where('account.user_id', '=', sql<string>`any(${[...userIds]}::text[])`)
    .execute()

export const sumSpent = async (db: Db, filters: EntryFilters): Promise<number> => {
  const row = await filtered(db, { ...filters, kind: 'capture' })
    .select(sql<number>`coalesce(-sum(balance_delta), 0)::bigint`.as('amount'))
    .executeTakeFirstOrThrow()
  return row.amount
}
