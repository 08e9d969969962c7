/** The error log: failed attempts one by one and by cause, in the words of the table of errors. */
import { AppError, ERRORS, type ErrorCode } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import { isId } from '../../lib/ids.ts'
import { readReason } from '../../reasons.ts'
import { toSpan, type AskedPeriod } from '../usage/period.ts'
import type { UsageRecorder } from '../usage/recorder/recorder.ts'
import type { CauseRow, FacetRow } from './assemble-causes.ts'
import type { AttemptOfRequest, ErrorCursor, ErrorFilter, ErrorLogStore, ErrorRow } from './error-log.store.ts'

export interface ErrorEntry {
  readonly id: string
  readonly at: string
  readonly provider: string
  readonly model: string
  readonly operation: string
  readonly code: string
  readonly title: string
  readonly blame: 'caller' | 'provider' | 'us'
  readonly message: string
  readonly status: number | null
  readonly credential: string | null
  readonly durationMs: number
  readonly requestId: string
  readonly transcriptionId: string | null
  readonly userId: string | null
  readonly cause: string
}

export type AskedErrors = AskedPeriod & Omit<ErrorFilter, 'fromMs' | 'toMs'>

export interface ErrorLogDeps {
  readonly store: ErrorLogStore
  /** What was just recorded is in the log when it is read. */
  readonly recorder: Pick<UsageRecorder, 'flush'>
  readonly clock: Clock
}

export type ErrorLog = ReturnType<typeof createErrorLog>

/** A code of an older version may have left the table. */
const wordsOf = (code: string): { title: string; advice: string } =>
  code in ERRORS ? ERRORS[code as ErrorCode] : { title: code, advice: '' }

const toEntry = (row: ErrorRow): ErrorEntry => ({
  id: row.id,
  at: row.at.toISOString(),
  provider: row.provider,
  model: row.model,
  operation: row.operation,
  code: row.code,
  title: wordsOf(row.code).title,
  blame: row.blame,
  message: row.message,
  status: row.status,
  credential: row.credential,
  durationMs: row.duration_ms,
  requestId: row.request_id,
  transcriptionId: row.transcription_id,
  userId: row.user_id,
  cause: row.cause,
})

const toCause = ({ first_at, last_at, ...row }: CauseRow) => ({
  ...wordsOf(row.code),
  cause: row.cause,
  provider: row.provider,
  code: row.code,
  blame: row.blame,
  status: row.status,
  message: row.message,
  count: row.count,
  models: row.models,
  operations: row.operations,
  firstAt: first_at.toISOString(),
  lastAt: last_at.toISOString(),
})

const MICROCENTS_PER_USD = 100_000_000

const toAttempt = (row: AttemptOfRequest) => ({
  id: row.id,
  at: row.at.toISOString(),
  provider: row.provider,
  model: row.model,
  operation: row.operation,
  outcome: row.outcome,
  code: row.error_code,
  credential: row.credential,
  durationMs: row.duration_ms,
  firstTokenMs: row.first_token_ms,
  inputTokens: row.input_tokens,
  outputTokens: row.output_tokens,
  costUsd: row.cost_microcents === null ? null : row.cost_microcents / MICROCENTS_PER_USD,
  reason: row.reason,
  because: readReason(row.reason),
})

const facetsOf = (facets: readonly FacetRow[], name: FacetRow['facet']) =>
  facets.filter(({ facet }) => facet === name).map(({ value, count }) => ({ value, count }))

const toCursor = (text: string | undefined): ErrorCursor | null => {
  if (text === undefined) return null
  const [at = '', id = ''] = text.split('_')
  if (!/^\d{1,15}$/.test(at) || !isId(id)) throw new AppError('invalid-request', 'The cursor is none of ours')
  return { atMs: Number(at), id }
}

export const createErrorLog = ({ store, recorder, clock }: ErrorLogDeps) => {
  const filterOf = ({ period, from, to, ...rest }: AskedErrors): ErrorFilter => ({
    ...rest,
    ...toSpan({ period, from, to }, clock.now()),
  })
  const endsOf = ({ fromMs, toMs }: ErrorFilter) => ({
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
  })
  // A database that is slow to take them must not keep the log from being read.
  const settle = (): Promise<void> => recorder.flush().catch(() => {})

  return {
    async list(asked: AskedErrors, cursor: string | undefined, limit: number) {
      if (cursor === undefined) await settle()
      const filter = filterOf(asked)
      const rows = await store.page(filter, toCursor(cursor), limit + 1)
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      const nextCursor = rows.length > limit && last !== undefined ? `${last.at.getTime()}_${last.id}` : null
      return { ...endsOf(filter), items: items.map(toEntry), nextCursor }
    },

    async causes(asked: AskedErrors, limit: number) {
      await settle()
      const filter = filterOf(asked)
      const { items, total, facets } = await store.causes(filter, limit)
      return {
        ...endsOf(filter),
        items: items.map(toCause),
        total,
        facets: {
          // A request that was refused before a model was called is nobody's.
          providers: facetsOf(facets, 'provider').filter(({ value }) => value !== ''),
          models: facetsOf(facets, 'model'),
          operations: facetsOf(facets, 'operation'),
          codes: facetsOf(facets, 'code'),
        },
      }
    },

    /** Throws `not-found`. */
    async find(id: string) {
      const row = await store.find(id)
      if (row === undefined) throw new AppError('not-found', 'There is no such error in the log; old ones are removed')
      const attempts = await store.attemptsOf(row.request_id)
      return {
        ...toEntry(row),
        advice: wordsOf(row.code).advice,
        payloadPolicy: row.payload_policy,
        payload: row.payload ?? null,
        attempts: attempts.map(toAttempt),
      }
    },
  }
}
