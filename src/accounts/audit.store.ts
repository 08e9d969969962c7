/** The log of what administrators did. It only grows. */
import { sql, type Kysely, type Selectable } from 'kysely'
import type { AccountTables, AuditRow } from '../db/tables/accounts.ts'

/** What was done, to what, and what it changed. */
export interface Act {
  /** For example `model-changed`. */
  readonly action: string
  readonly subject: string
  readonly details?: object
  /** The thing before and after; what is equal in both is left out of the log. Never with a secret in it. */
  readonly before?: object | null
  readonly after?: object | null
}

export interface NewAuditEntry extends Act {
  readonly id: string
  readonly actorId: string | null
  readonly actorEmail: string
  readonly requestId: string | null
  readonly address: string | null
  readonly at: Date
}

export interface AuditQuery {
  /** Part of the email, in any case of letters. */
  readonly actor?: string | undefined
  readonly action?: string | undefined
  /** Part of the subject, or of a name in the fields. */
  readonly subject?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly limit: number
  readonly offset: number
}

type Fields = Readonly<Record<string, unknown>>

const entriesOf = (value: object | null | undefined): Fields =>
  // As JSON, so that dates and texts compare as they are kept.
  value == null ? {} : (JSON.parse(JSON.stringify(value)) as Fields)

/** Both sides with only the fields that differ; null for a side that was not given. */
export const changedFields = ({ before, after }: Pick<Act, 'before' | 'after'>) => {
  const [left, right] = [entriesOf(before), entriesOf(after)]
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])]
  const changed = names.filter((name) => JSON.stringify(left[name]) !== JSON.stringify(right[name]))
  const pick = (side: Fields) =>
    Object.fromEntries(changed.flatMap((name) => (name in side ? [[name, side[name]]] : [])))
  return { before: before == null ? null : pick(left), after: after == null ? null : pick(right) }
}

const part = (text: string): string => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

/** What is kept under an id has its name in the fields. */
const namesIt = (pattern: string) =>
  sql<boolean>`(subject ilike ${pattern} or details::text ilike ${pattern} or before::text ilike ${pattern} or after::text ilike ${pattern})`

export const createAuditStore = (db: Kysely<AccountTables>) => {
  const matching = ({ actor, action, subject, from, to }: AuditQuery) => {
    let query = db.selectFrom('audit_log')
    if (actor !== undefined) query = query.where('actor_email', 'ilike', part(actor))
    if (action !== undefined) query = query.where('action', '=', action)
    if (subject !== undefined) query = query.where(namesIt(part(subject)))
    if (from !== undefined) query = query.where('created_at', '>=', from)
    if (to !== undefined) query = query.where('created_at', '<', to)
    return query
  }
  return {
    async insert(entry: NewAuditEntry): Promise<void> {
      const { before, after } = changedFields(entry)
      await db
        .insertInto('audit_log')
        .values({
          id: entry.id,
          actor_id: entry.actorId,
          actor_email: entry.actorEmail,
          action: entry.action,
          subject: entry.subject,
          details: JSON.stringify(entry.details ?? {}),
          before: before === null ? null : JSON.stringify(before),
          after: after === null ? null : JSON.stringify(after),
          request_id: entry.requestId,
          ip_address: entry.address,
          created_at: entry.at,
        })
        .execute()
    },

    newest: (limit: number): Promise<Selectable<AuditRow>[]> =>
      db.selectFrom('audit_log').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute(),

    async page(query: AuditQuery): Promise<{ items: Selectable<AuditRow>[]; total: number; actions: string[] }> {
      const [items, counted, actions] = await Promise.all([
        matching(query)
          .selectAll()
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(query.limit)
          .offset(query.offset)
          .execute(),
        matching(query)
          .select(sql<number>`count(*)`.as('total'))
          .executeTakeFirstOrThrow(),
        db.selectFrom('audit_log').select('action').distinct().orderBy('action').execute(),
      ])
      return { items, total: counted.total, actions: actions.map(({ action }) => action) }
    },
  }
}
