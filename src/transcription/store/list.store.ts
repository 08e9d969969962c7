/** One page of a user's recordings: search, filters, and a cursor that neither skips nor repeats when rows are added. */
import { sql, type RawBuilder } from 'kysely'
import { AppError } from '../../errors.ts'
import { isId } from '../../lib/ids.ts'
import { toSearchQuery } from '../search-words.ts'
import type { ListQuery } from '../transcriptions.ts'
import type { ListedTranscription } from '../views.ts'
import { storable } from './stored-text.ts'
import { listed, type Executor } from './transcriptions.store.ts'

interface Order {
  /** What is compared, before the id. */
  readonly value: RawBuilder<unknown>
  readonly type: RawBuilder<unknown>
  readonly ascending: boolean
  /** The compared value of a row, as the cursor holds it. */
  of(row: ListedTranscription): string
}

const created = { value: sql`t.created_at`, type: sql`timestamptz` }
const byCreation = (row: ListedTranscription): string => row.created_at.toISOString()

const orders: Readonly<Record<ListQuery['sort'], Order>> = {
  newest: { ...created, ascending: false, of: byCreation },
  oldest: { ...created, ascending: true, of: byCreation },
  longest: {
    value: sql`coalesce(t.duration_second, 0)`,
    type: sql`double precision`,
    ascending: false,
    of: (row) => String(row.duration_second ?? 0),
  },
  title: { value: sql`t.title_key`, type: sql`text`, ascending: true, of: (row) => row.title_key },
}

/** Sort, value and id of the last row of a page. */
type Cursor = [ListQuery['sort'], string, string]

const encodeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

const isCursor = (parsed: unknown, sort: ListQuery['sort']): parsed is Cursor => {
  if (!Array.isArray(parsed) || parsed.length !== 3 || parsed[0] !== sort) return false
  const [, value, id] = parsed as unknown[]
  if (typeof value !== 'string' || typeof id !== 'string' || !isId(id)) return false
  if (sort === 'longest') return Number.isFinite(Number(value))
  return sort === 'title' || !Number.isNaN(Date.parse(value))
}

const decodeCursor = (text: string, sort: ListQuery['sort']): Cursor => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (isCursor(parsed, sort)) return parsed
  } catch {
    // Reported below, like every other text that is no cursor of ours.
  }
  throw new AppError('invalid-request', 'The cursor does not belong to this list', {
    details: { fields: [{ path: 'cursor', message: 'not a cursor of this list' }] },
  })
}

const searchCondition = (search: string | undefined): RawBuilder<boolean>[] => {
  if (search === undefined || search.trim() === '') return []
  const words = toSearchQuery(search)
  // Signs only: searched for, and to be found nowhere.
  return [words === null ? sql<boolean>`false` : sql<boolean>`t.search @@ ${words}::tsquery`]
}

const conditionsOf = (userId: string, query: ListQuery): RawBuilder<boolean>[] => [
  sql<boolean>`t.user_id = ${userId}`,
  ...(query.status === undefined ? [] : [sql<boolean>`t.status = ${query.status}`]),
  ...(query.language === undefined ? [] : [sql<boolean>`t.language = ${storable(query.language)}`]),
  ...(query.from === undefined ? [] : [sql<boolean>`t.created_at >= ${new Date(query.from)}`]),
  ...(query.to === undefined ? [] : [sql<boolean>`t.created_at < ${new Date(query.to)}`]),
  ...searchCondition(query.search),
]

const all = (conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> => sql.join(conditions, sql` and `)

export interface ListPage {
  readonly rows: ListedTranscription[]
  readonly nextCursor: string | null
  readonly total: number
}

const cursorCondition = ({ sort, cursor }: ListQuery, order: Order): RawBuilder<boolean>[] => {
  if (cursor === undefined) return []
  const [, value, id] = decodeCursor(cursor, sort)
  const comparison = order.ascending ? sql`>` : sql`<`
  return [sql<boolean>`(${order.value}, t.id) ${comparison} (${value}::${order.type}, ${id}::uuid)`]
}

export const listOwned = async (db: Executor, userId: string, query: ListQuery): Promise<ListPage> => {
  const order = orders[query.sort]
  const conditions = conditionsOf(userId, query)
  const direction = order.ascending ? sql`asc` : sql`desc`
  const found = await listed(db)
    .where(all([...conditions, ...cursorCondition(query, order)]))
    .orderBy(sql`${order.value} ${direction}, t.id ${direction}`)
    .limit(query.limit + 1)
    .execute()
  const { total } = await db
    .selectFrom('transcriptions as t')
    .select(sql<number>`count(*)::int`.as('total'))
    .where(all(conditions))
    .executeTakeFirstOrThrow()
  const rows = found.slice(0, query.limit)
  const last = found.length > query.limit ? rows.at(-1) : undefined
  return { rows, nextCursor: last ? encodeCursor([query.sort, order.of(last), last.id]) : null, total }
}
