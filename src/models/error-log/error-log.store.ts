/** Reads failed attempts and their causes. The newest come first; whole periods are counted from hours, not from rows. */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { AttemptTableRow, ErrorLogTableRow } from '../../db/tables/usage.ts'
import type { Database } from '../../db/types.ts'

export interface ErrorFilter {
  readonly fromMs: number
  readonly toMs: number
  /** Words of the message, or an id. */
  readonly search?: string | undefined
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly operation?: string | undefined
  readonly code?: string | undefined
  readonly blame?: 'caller' | 'provider' | 'us' | undefined
  readonly transcriptionId?: string | undefined
  readonly requestId?: string | undefined
  readonly userId?: string | undefined
  readonly cause?: string | undefined
}

/** The last row of the page before. */
export interface ErrorCursor {
  readonly atMs: number
  readonly id: string
}

export type ErrorRow = Omit<ErrorLogTableRow, 'words' | 'payload' | 'at'> & { readonly at: Date }
export type ErrorDetail = ErrorRow & { readonly payload: unknown }
export type AttemptOfRequest = Omit<AttemptTableRow, 'at'> & { readonly at: Date }

export interface CauseRow {
  readonly cause: string
  readonly provider: string
  readonly code: string
  readonly blame: 'caller' | 'provider' | 'us'
  readonly status: number | null
  readonly message: string
  readonly count: number
  readonly models: string[]
  readonly operations: string[]
  readonly first_at: Date
  readonly last_at: Date
}

export interface FacetRow {
  readonly facet: 'provider' | 'model' | 'operation' | 'code'
  readonly value: string
  readonly count: number
}

const COLUMNS = sql.raw(
  `id, at, provider, model, operation, code, blame, message, status, credential, duration_ms, user_id, request_id,
   transcription_id, cause, payload_policy`,
)

const all = (conditions: readonly (RawBuilder<unknown> | null)[]): RawBuilder<unknown> =>
  sql.join(
    conditions.filter((one) => one !== null),
    sql` and `,
  )

const equals = (column: string, value: string | undefined): RawBuilder<unknown> | null =>
  value === undefined ? null : sql`${sql.ref(column)} = ${value}`

/** Every word must begin a word of the message. */
const toWords = (search: string): string =>
  search
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => `${word}:*`)
    .join(' & ')

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const searched = (search: string | undefined): RawBuilder<unknown> | null => {
  if (search === undefined || search === '') return null
  if (UUID.test(search))
    return sql`(request_id = ${search} or transcription_id = ${search}::uuid or id = ${search}::uuid)`
  const words = toWords(search)
  const inMessage = words === '' ? sql`false` : sql`words @@ to_tsquery('simple', ${words})`
  return sql`(request_id = ${search} or ${inMessage})`
}

const inLog = (filter: ErrorFilter): RawBuilder<unknown> =>
  all([
    sql`at >= ${new Date(filter.fromMs)} and at < ${new Date(filter.toMs)}`,
    equals('provider', filter.provider),
    equals('model', filter.model),
    equals('operation', filter.operation),
    equals('code', filter.code),
    equals('blame', filter.blame),
    filter.transcriptionId === undefined ? null : sql`transcription_id = ${filter.transcriptionId}::uuid`,
    equals('request_id', filter.requestId),
    equals('user_id', filter.userId),
    equals('cause', filter.cause),
    searched(filter.search),
  ])

/** Whether the hours know all that is asked about. */
const hoursSuffice = ({ search, transcriptionId, requestId, userId }: ErrorFilter): boolean =>
  [search, transcriptionId, requestId, userId].every((one) => one === undefined || one === '')

const HOUR_MS = 3_600_000

/** Failures by cause, model and operation: from the hours where they suffice, otherwise from the rows themselves. */
const countsOf = (filter: ErrorFilter): RawBuilder<unknown> =>
  hoursSuffice(filter)
    ? sql`
      select cause, model, operation, sum(count)::bigint as count, min(first_at) as first_at, max(last_at) as last_at
      from error_hours where ${all([
        sql`hour >= ${new Date(Math.floor(filter.fromMs / HOUR_MS) * HOUR_MS)} and hour < ${new Date(filter.toMs)}`,
        equals('model', filter.model),
        equals('operation', filter.operation),
        equals('cause', filter.cause),
      ])} group by 1, 2, 3`
    : sql`
      select cause, model, operation, count(*) as count, min(at) as first_at, max(at) as last_at
      from error_log where ${inLog(filter)} group by 1, 2, 3`

const withCauses = (filter: ErrorFilter): RawBuilder<unknown> => {
  const conditions = [equals('provider', filter.provider), equals('code', filter.code), equals('blame', filter.blame)]
  return sql`
    counted as materialized (
      select counts.*, provider, code, blame, status, message
      from (${countsOf(filter)}) as counts join error_causes using (cause)
      where ${all([sql`true`, ...conditions])}
    )`
}

export type ErrorLogStore = ReturnType<typeof createErrorLogStore>

export const createErrorLogStore = (db: Kysely<Database>) => ({
  async page(filter: ErrorFilter, cursor: ErrorCursor | null, limit: number): Promise<ErrorRow[]> {
    const after = cursor === null ? null : sql`(at, id) < (${new Date(cursor.atMs)}, ${cursor.id}::uuid)`
    const { rows } = await sql<ErrorRow>`
      select ${COLUMNS} from error_log where ${all([inLog(filter), after])}
      order by at desc, id desc limit ${limit}`.execute(db)
    return rows
  },

  async find(id: string): Promise<ErrorDetail | undefined> {
    const { rows } = await sql<ErrorDetail>`select ${COLUMNS}, payload from error_log where id = ${id}::uuid`.execute(
      db,
    )
    return rows[0]
  },

  async causes(filter: ErrorFilter, limit: number): Promise<{ items: CauseRow[]; total: number; facets: FacetRow[] }> {
    const [items, facets] = await Promise.all([
      sql<CauseRow & { total: number }>`
        with ${withCauses(filter)}
        select cause, min(provider) as provider, min(code) as code, min(blame) as blame, min(status) as status,
          min(message) as message, sum(count)::bigint as count, array_agg(distinct model order by model) as models,
          array_agg(distinct operation order by operation) as operations, min(first_at) as first_at,
          max(last_at) as last_at, (sum(sum(count)) over ())::bigint as total
        from counted group by cause order by sum(count) desc, max(last_at) desc limit ${limit}`.execute(db),
      sql<FacetRow>`
        with ${withCauses(filter)}
        select facet, value, sum(count)::bigint as count
        from counted cross join lateral (values
          ('provider', provider), ('model', model), ('operation', operation), ('code', code)) as one (facet, value)
        group by 1, 2 order by 1, 3 desc, 2`.execute(db),
    ])
    return { items: items.rows, total: items.rows[0]?.total ?? 0, facets: facets.rows }
  },

  async attemptsOf(requestId: string): Promise<AttemptOfRequest[]> {
    const { rows } = await sql<AttemptOfRequest>`
      select * from attempts where request_id = ${requestId} order by at, id limit 200`.execute(db)
    return rows
  },

  /** What a model's failures of a time were, by code, most frequent first. */
  async reasonsByModel(
    fromMs: number,
  ): Promise<{ provider: string; model: string; code: string; count: number; last_at: Date; message: string }[]> {
    const { rows } = await sql<{
      provider: string
      model: string
      code: string
      count: number
      last_at: Date
      message: string
    }>`
      select provider, model, code, sum(count)::bigint as count, max(error_hours.last_at) as last_at,
        (array_agg(message order by count desc))[1] as message
      from error_hours join error_causes using (cause)
      where hour >= ${new Date(Math.floor(fromMs / HOUR_MS) * HOUR_MS)} and blame = 'provider'
      group by 1, 2, 3 order by 4 desc`.execute(db)
    return rows
  },
})
