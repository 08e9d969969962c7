/** Fallback chains as they are kept. The last resort is the house's chain under a name that no operation has. */
import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { FallbackChainRow } from '../../db/tables/chains.ts'

export type StoredChain = Omit<Selectable<FallbackChainRow>, 'models'> & { readonly models: readonly string[] }

export const LAST_RESORT = 'last-resort'

const toChain = (row: Selectable<FallbackChainRow>): StoredChain => ({ ...row, models: row.models as string[] })

export interface ChainsStore {
  /** A user's, or with null the house's; the last resort is among the latter. */
  list(userId: string | null): Promise<StoredChain[]>
  all(): Promise<StoredChain[]>
  save(chain: StoredChain): Promise<void>
  /** False when there was none. */
  remove(userId: string | null, operation: string): Promise<boolean>
}

export const createChainsStore = (db: Kysely<Database>): ChainsStore => ({
  async list(userId) {
    const query = db.selectFrom('fallback_chains').selectAll().orderBy('operation')
    const rows = userId === null ? query.where('user_id', 'is', null) : query.where('user_id', '=', userId)
    return (await rows.execute()).map(toChain)
  },
  async all() {
    return (await db.selectFrom('fallback_chains').selectAll().orderBy('operation').execute()).map(toChain)
  },
  async save({ models, ...chain }) {
    await db.transaction().execute(async (transaction) => {
      const same = transaction.deleteFrom('fallback_chains').where('operation', '=', chain.operation)
      await (
        chain.user_id === null ? same.where('user_id', 'is', null) : same.where('user_id', '=', chain.user_id)
      ).execute()
      await transaction
        .insertInto('fallback_chains')
        .values({ ...chain, models: JSON.stringify(models) })
        .execute()
    })
  },
  async remove(userId, operation) {
    const same = db.deleteFrom('fallback_chains').where('operation', '=', operation)
    const { numDeletedRows } = await (
      userId === null ? same.where('user_id', 'is', null) : same.where('user_id', '=', userId)
    ).executeTakeFirst()
    return numDeletedRows > 0n
  },
})
