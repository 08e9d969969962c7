/** Why each request went to its model, newest first. */
import type { Insertable, Kysely, Selectable } from 'kysely'
import type { RoutingDecisionRow } from '../../db/tables/chains.ts'
import type { Database } from '../../db/types.ts'

export type StoredDecision = Selectable<RoutingDecisionRow>

export interface DecisionQuery {
  readonly requestId?: string | undefined
  readonly transcriptionId?: string | undefined
  readonly textId?: string | undefined
  readonly userId?: string | undefined
  readonly operation?: string | undefined
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly fallback?: boolean | undefined
  /** The last one of the page before. */
  readonly after?: { readonly createdAt: Date; readonly id: string } | undefined
  readonly limit: number
}

export interface DecisionsStore {
  insert(rows: readonly Insertable<RoutingDecisionRow>[]): Promise<void>
  list(query: DecisionQuery): Promise<StoredDecision[]>
  /** At most so many at once, so that nobody waits for it. */
  removeBefore(moment: Date, most: number): Promise<void>
}

const COLUMNS = {
  requestId: 'request_id',
  transcriptionId: 'transcription_id',
  textId: 'text_id',
  userId: 'user_id',
  operation: 'operation',
  provider: 'provider',
  model: 'model',
} as const

export const createDecisionsStore = (db: Kysely<Database>): DecisionsStore => ({
  async insert(rows) {
    await db
      .insertInto('routing_decisions')
      .values([...rows])
      .execute()
  },
  list({ after, fallback, limit, ...equal }) {
    let query = db.selectFrom('routing_decisions').selectAll()
    for (const [name, column] of Object.entries(COLUMNS)) {
      const value = equal[name as keyof typeof equal]
      if (value !== undefined) query = query.where(column, '=', value)
    }
    if (fallback !== undefined) {
      query = query.where((row) => {
        const other = row.or([row('fallback_used', '=', true), row('provider', 'is', null)])
        return fallback ? other : row.not(other)
      })
    }
    if (after !== undefined) {
      query = query.where((row) =>
        row.or([
          row('created_at', '<', after.createdAt),
          row.and([row('created_at', '=', after.createdAt), row('id', '<', after.id)]),
        ]),
      )
    }
    return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  },
  async removeBefore(moment, most) {
    await db
      .deleteFrom('routing_decisions')
      .where('id', 'in', (inner) =>
        inner.selectFrom('routing_decisions').select('id').where('created_at', '<', moment).limit(most),
      )
      .execute()
  },
})
