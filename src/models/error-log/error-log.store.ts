/** Reads failed attempts and their causes. The newest come first; whole periods are counted from hours, not from rows. */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { AttemptTableRow, ErrorLogTableRow } from '../../db/tables/usage.ts'
import type { Database } from '../../db/types.ts'
import {
  assembleCauses,
  type CauseFacts,
  type Causes,
  type ModelCount,
  type OperationCount,
} from './assemble-causes.ts'

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

/** Failures with cause, model and operation: from the hours where they suffice, otherwise from the rows themselves. */
const failuresOf = (filter: ErrorFilter): RawBuilder<unknown> => {
  if (!hoursSuffice(filter))
    return sql`select cause, model, operation, 1 as count, at as first_at, at as last_at
      from error_log where ${inLog(filter)}`
  const ofCause = all([
    sql`true`,
    equals('provider', filter.provider),
    equals('code', filter.code),
    equals('blame', filter.blame),
  ])
  const { provider, code, blame } = filter
  const isPlain = provider === undefined && code === undefined && blame === undefined
  return sql`select cause, model, operation, count, first_at, last_at from error_hours where ${all([
    sql`hour >= ${new Date(Math.floor(filter.fromMs / HOUR_MS) * HOUR_MS)} and hour < ${new Date(filter.toMs)}`,
    equals('model', filter.model),
    equals('operation', filter.operation),
    equals('cause', filter.cause),
    isPlain ? null : sql`cause in (select cause from error_causes where ${ofCause})`,
  ])}`
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

  /** Two small groupings side by side: one of all three names at once is several times slower. */
  async causes(filter: ErrorFilter, limit: number): Promise<Causes> {
    const failures = failuresOf(filter)
    const [byModel, byOperation] = await Promise.all([
      sql<ModelCount>`
        select cause, model, sum(count)::bigint as count, min(first_at) as first_at, max(last_at) as last_at
        from (${failures}) as failures group by 1, 2`.execute(db),
      sql<OperationCount>`
        select cause, operation, sum(count)::bigint as count from (${failures}) as failures group by 1, 2`.execute(db),
    ])
    const found = [...new Set(byModel.rows.map(({ cause }) => cause))]
    const { rows: facts } = await sql<CauseFacts>`
      select cause, provider, code, blame, status, message from error_causes where cause = any (${found})`.execute(db)
    return assembleCauses(facts, byModel.rows, byOperation.rows, limit)
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
