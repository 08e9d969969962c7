/** Who changed what of a model, and when. It only grows. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { createId } from '../../lib/ids.ts'
import type { FieldChange } from './diff.ts'

/** Who changed it: the sync, an administrator, the provider by what it refused, or the watch over its errors. */
export interface Actor {
  readonly kind: 'sync' | 'admin' | 'provider' | 'watch'
  readonly id: string | null
  readonly name: string
}

export type ModelAction = 'added' | 'removed' | 'proposed' | 'changed' | 'deleted' | 'confirmed' | 'learned'

export interface ModelChange {
  readonly provider: string
  readonly key: string
  readonly action: ModelAction
  readonly changes: readonly FieldChange[]
}

export interface RecordedChange extends ModelChange {
  readonly id: string
  readonly actor: Actor
  readonly createdAt: Date
}

/** A model's history on a page; older entries stay in the table. */
const MOST_SHOWN = 200

export const recordChanges = async (
  db: Kysely<Database>,
  changes: readonly ModelChange[],
  actor: Actor,
  now: Date,
): Promise<void> => {
  if (changes.length === 0) return
  const rows = changes.map((change) => ({
    id: createId(now.getTime()),
    provider: change.provider,
    key: change.key,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: actor.name,
    action: change.action,
    changes: JSON.stringify(change.changes),
    created_at: now,
  }))
  await db.insertInto('model_changes').values(rows).execute()
}

export const changesOf = async (db: Kysely<Database>, provider: string, key: string): Promise<RecordedChange[]> => {
  const rows = await db
    .selectFrom('model_changes')
    .selectAll()
    .where('provider', '=', provider)
    .where('key', '=', key)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST_SHOWN)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    provider: row.provider,
    key: row.key,
    action: row.action as ModelAction,
    changes: row.changes as FieldChange[],
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    createdAt: row.created_at,
  }))
}
