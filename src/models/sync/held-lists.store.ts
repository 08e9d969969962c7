/** Lists that were not believed, each with what it would have changed, until an administrator decides. One open a provider. */
import type { Kysely, Selectable } from 'kysely'
import type { HeldModelListRow } from '../../db/tables/model-sync.ts'
import type { Database } from '../../db/types.ts'
import { createId } from '../../lib/ids.ts'
import type { KeptStatement } from '../../statements/statement.ts'
import type { ListDiff } from './diff.ts'
import type { CleanModel } from './listed-model.ts'
import type { Doubt } from './quarantine.ts'

export interface HeldList extends Omit<Doubt, 'statement'> {
  /** Null in rows of older versions. */
  readonly statement: KeptStatement | null
  readonly id: string
  readonly provider: string
  readonly listed: readonly CleanModel[]
  readonly diff: ListDiff
  readonly state: 'open' | 'applied' | 'dismissed' | 'superseded'
  /** Name of the administrator. */
  readonly decidedBy: string | null
  readonly decidedAt: Date | null
  readonly createdAt: Date
}

const toHeld = (row: Selectable<HeldModelListRow>): HeldList => ({
  id: row.id,
  provider: row.provider,
  cause: row.cause,
  message: row.message,
  statement: row.statement,
  listed: row.listed as CleanModel[],
  diff: row.diff as ListDiff,
  state: row.state,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
  createdAt: row.created_at,
})

/** Holds a list in place of the provider's earlier one, which nobody needs to decide any more. */
export const holdList = async (
  db: Kysely<Database>,
  held: Doubt & Pick<HeldList, 'provider' | 'listed' | 'diff'>,
  now: Date,
): Promise<string> => {
  await supersedeHeld(db, held.provider, now)
  const id = createId(now.getTime())
  await db
    .insertInto('held_model_lists')
    .values({
      id,
      provider: held.provider,
      cause: held.cause,
      message: held.message,
      statement: JSON.stringify(held.statement),
      listed: JSON.stringify(held.listed),
      diff: JSON.stringify(held.diff),
      state: 'open',
      decided_by: null,
      decided_at: null,
      created_at: now,
    })
    .execute()
  return id
}

/** A list that is believed again makes the held one of its provider pointless. */
export const supersedeHeld = async (db: Kysely<Database>, provider: string, now: Date): Promise<void> => {
  await db
    .updateTable('held_model_lists')
    .set({ state: 'superseded', decided_at: now })
    .where('provider', '=', provider)
    .where('state', '=', 'open')
    .execute()
}

export const findHeld = async (db: Kysely<Database>, id: string): Promise<HeldList | undefined> => {
  const row = await db.selectFrom('held_model_lists').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toHeld(row)
}

export const listHeld = async (
  db: Kysely<Database>,
  { open, limit }: { readonly open: boolean; readonly limit: number },
): Promise<HeldList[]> => {
  let query = db.selectFrom('held_model_lists').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc')
  if (open) query = query.where('state', '=', 'open')
  return (await query.limit(limit).execute()).map(toHeld)
}

/** False when somebody else has decided, or a newer list came. */
export const decideHeld = async (
  db: Kysely<Database>,
  id: string,
  decision: { readonly state: 'applied' | 'dismissed'; readonly by: string; readonly now: Date },
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('held_model_lists')
    .set({ state: decision.state, decided_by: decision.by, decided_at: decision.now })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export const replaceHeldDiff = async (db: Kysely<Database>, id: string, diff: ListDiff): Promise<void> => {
  await db
    .updateTable('held_model_lists')
    .set({ diff: JSON.stringify(diff) })
    .where('id', '=', id)
    .execute()
}
