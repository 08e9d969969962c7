/** The catalog as an administrator browses it: filtered, sorted, a page at a time. */
import { sql, type Expression, type Kysely, type SqlBool } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { CatalogRow } from '../sync/catalog-row.ts'
import { toCatalogRow } from '../sync/catalog-rows.store.ts'

export const MODEL_STATUSES = ['active', 'inactive', 'proposed', 'unconfirmed'] as const
export type ModelStatus = (typeof MODEL_STATUSES)[number]
export const MODEL_SORTS = ['name', 'provider', 'multiplier', 'context', 'checked', 'removed', 'created'] as const
export type ModelSort = (typeof MODEL_SORTS)[number]

export interface ModelQuery {
  readonly provider?: string | undefined
  readonly status?: ModelStatus | undefined
  readonly availability?: CatalogRow['availability'] | undefined
  readonly operation?: string | undefined
  /** Part of key, name or alias. */
  readonly search?: string | undefined
  readonly sort: ModelSort
  readonly descending: boolean
  readonly limit: number
  readonly offset: number
}

const COLUMNS = {
  name: sql`lower(display_name)`,
  provider: sql`provider`,
  multiplier: sql`credit_multiplier`,
  context: sql`context_length`,
  checked: sql`checked_at`,
  removed: sql`removed_at`,
  created: sql`created_at`,
} as const

const WHERE_STATUS: Readonly<Record<ModelStatus, Expression<SqlBool>>> = {
  active: sql<SqlBool>`active`,
  inactive: sql<SqlBool>`not active`,
  proposed: sql<SqlBool>`proposal is not null`,
  unconfirmed: sql<SqlBool>`confirmed_by is null`,
}

/** The text as it is, without the meaning that LIKE gives to some of its letters. */
const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

const conditions = (query: ModelQuery): Expression<SqlBool>[] => {
  const { provider, status, availability, operation, search } = query
  const pattern = `%${escapeLike(search ?? '')}%`
  return [
    sql<SqlBool>`deleted_at is null`,
    ...(provider === undefined ? [] : [sql<SqlBool>`provider = ${provider}`]),
    ...(status === undefined ? [] : [WHERE_STATUS[status]]),
    ...(availability === undefined ? [] : [sql<SqlBool>`availability = ${availability}`]),
    ...(operation === undefined ? [] : [sql<SqlBool>`${operation} = any(operations)`]),
    ...(search === undefined || search === ''
      ? []
      : [
          sql<SqlBool>`(key ilike ${pattern} or display_name ilike ${pattern} or array_to_string(aliases, ' ') ilike ${pattern})`,
        ]),
  ]
}

export const findModelPage = async (
  db: Kysely<Database>,
  query: ModelQuery,
): Promise<{ items: CatalogRow[]; total: number }> => {
  const found = db.selectFrom('models').where(({ and }) => and(conditions(query)))
  const { total } = await found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const direction = query.descending ? sql`desc nulls last` : sql`asc nulls last`
  const rows = await found
    .selectAll()
    .orderBy(sql`${COLUMNS[query.sort]} ${direction}`)
    .orderBy('provider')
    .orderBy('key')
    .limit(query.limit)
    .offset(query.offset)
    .execute()
  return { items: rows.map(toCatalogRow), total }
}

export interface CatalogCounts {
  readonly provider: string
  readonly total: number
  readonly active: number
  readonly proposed: number
  readonly unconfirmed: number
}

/** For the head of the page. */
export const countModels = async (db: Kysely<Database>): Promise<CatalogCounts[]> => {
  const { rows } = await sql<Record<keyof CatalogCounts, string | number>>`
    select provider, count(*) as total, count(*) filter (where active) as active,
      count(*) filter (where proposal is not null) as proposed,
      count(*) filter (where confirmed_by is null) as unconfirmed
    from models where deleted_at is null group by provider order by provider`.execute(db)
  return rows.map((row) => ({
    provider: String(row.provider),
    total: Number(row.total),
    active: Number(row.active),
    proposed: Number(row.proposed),
    unconfirmed: Number(row.unconfirmed),
  }))
}
