/**
 * Why each request went to its model, for administrators: written a moment later and many at once, so that no request
 * waits for it, and kept for a month.
 */
import type { Insertable } from 'kysely'
import type { RoutingDecisionRow } from '../../db/tables/chains.ts'
import type { Decision, DecisionRecord } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { isId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { readReason, type Reason } from '../../reasons.ts'
import type { DecisionQuery, DecisionsStore, StoredDecision } from './decisions.store.ts'

export interface DecisionView extends Omit<Decision, 'chain' | 'targets' | 'skipped'> {
  readonly id: string
  readonly requestId: string
  readonly createdAt: string
  readonly operation: string | null
  readonly userId: string | null
  readonly transcriptionId: string | null
  readonly textId: string | null
  readonly chain: 'request' | 'user' | 'global' | 'routing'
  readonly targets: { provider: string; model: string; reason: string; because?: Reason | null }[]
  readonly skipped: { provider: string; model: string; kind: string; reason: string; because?: Reason | null }[]
  /** Who answered; null when nobody did. */
  readonly provider: string | null
  readonly model: string | null
  readonly fallbackUsed: boolean
  readonly errorCode: string | null
}

export interface Decisions {
  /** For the gateway; neither throws nor waits. */
  record(record: DecisionRecord): void
  list(
    query: Omit<DecisionQuery, 'after' | 'provider'> & { readonly cursor?: string | undefined },
  ): Promise<{ items: DecisionView[]; nextCursor: string | null }>
  /** Writes what waits. */
  flush(): Promise<void>
}

export interface DecisionsDeps {
  readonly store: DecisionsStore
  readonly clock: Clock
  readonly newId: () => string
  readonly logger: Pick<Logger, 'warn'>
}

const WRITE_EVERY_MS = 1_000
const MOST_AT_ONCE = 500
/** A database that is away must not fill the memory. */
const MOST_WAITING = 10_000
const KEPT_MS = 30 * 24 * 3_600_000
const SWEEP_EVERY_MS = 3_600_000

type Row = Insertable<RoutingDecisionRow>

const idOrNull = (text: string | undefined): string | null => (text !== undefined && isId(text) ? text : null)

const toRow = (record: DecisionRecord, id: string): Row => ({
  id,
  request_id: record.requestId,
  created_at: new Date(record.endedAtMs),
  operation: record.labels['operation'] ?? record.operation,
  user_id: record.labels['userId'] ?? null,
  transcription_id: idOrNull(record.labels['transcriptionId']),
  text_id: idOrNull(record.labels['textId']),
  asked: record.asked,
  chain: record.chain,
  targets: JSON.stringify(record.targets),
  skipped: JSON.stringify(record.skipped),
  provider: record.provider,
  model: record.model,
  fallback_used: record.fallbackUsed,
  error_code: record.errorCode,
})

const toView = (row: StoredDecision): DecisionView => ({
  id: row.id,
  requestId: row.request_id,
  createdAt: row.created_at.toISOString(),
  operation: row.operation,
  userId: row.user_id,
  transcriptionId: row.transcription_id,
  textId: row.text_id,
  asked: row.asked,
  chain: row.chain as DecisionView['chain'],
  targets: (row.targets as DecisionView['targets']).map((target) => ({
    ...target,
    because: readReason(target.reason),
  })),
  skipped: (row.skipped as DecisionView['skipped']).map((target) => ({
    ...target,
    because: readReason(target.reason),
  })),
  provider: row.provider,
  model: row.model,
  fallbackUsed: row.fallback_used,
  errorCode: row.error_code,
})

const toCursor = ({ created_at: createdAt, id }: StoredDecision): string => `${createdAt.getTime()}.${id}`
const readCursor = (cursor: string | undefined): DecisionQuery['after'] => {
  const match = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(cursor ?? '')
  return match === null ? undefined : { createdAt: new Date(Number(match[1])), id: match[2] ?? '' }
}

/** `provider/key` in its parts; a name without a provider is a key. */
const splitRef = (ref: string | undefined): { provider?: string; model?: string } => {
  if (ref === undefined) return {}
  const slash = ref.indexOf('/')
  return slash < 0 ? { model: ref } : { provider: ref.slice(0, slash), model: ref.slice(slash + 1) }
}

export const createDecisions = ({ store, clock, newId, logger }: DecisionsDeps): Decisions => {
  let waiting: Row[] = []
  let writing: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let sweptAtMs = clock.now()

  const sweep = async (): Promise<void> => {
    if (clock.now() - sweptAtMs < SWEEP_EVERY_MS) return
    sweptAtMs = clock.now()
    await store.removeBefore(new Date(clock.now() - KEPT_MS), 50_000)
  }
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const rows = waiting.slice(0, MOST_AT_ONCE)
      await store.insert(rows)
      waiting = waiting.slice(rows.length)
    }
    await sweep()
  }
  const flush = (): Promise<void> =>
    (writing ??= writeAll()
      .catch((error: unknown) => logger.warn({ error }, 'Decisions of the routing could not be kept'))
      .finally(() => {
        writing = null
      }))

  return {
    record(record) {
      if (waiting.length >= MOST_WAITING) return
      waiting.push(toRow(record, newId()))
      timer ??= setTimeout(() => {
        timer = null
        void flush()
      }, WRITE_EVERY_MS).unref()
    },
    async list({ cursor, limit, model, ...query }) {
      await flush()
      const rows = await store.list({ ...query, ...splitRef(model), after: readCursor(cursor), limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return { items: page.map(toView), nextCursor: rows.length > limit && last ? toCursor(last) : null }
    },
    async flush() {
      if (timer !== null) clearTimeout(timer)
      timer = null
      await flush()
    },
  }
}
