/** A row of the catalog that an administrator adds. */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { StoredModel } from '../model.ts'
import { toRow } from '../models.store.ts'
import type { Sources } from '../sync/catalog-row.ts'

/** A deleted row of that name makes room: the new one is what the administrator wants. */
export const putRow = async (
  trx: Transaction<Database>,
  model: StoredModel,
  sources: Sources,
  now: Date,
): Promise<void> => {
  await trx.deleteFrom('models').where('provider', '=', model.provider).where('key', '=', model.key).execute()
  await trx
    .insertInto('models')
    .values({
      ...toRow(model, now),
      sources: JSON.stringify(sources),
      removal_cause: model.active ? null : 'admin',
      removed_at: model.active ? null : now,
    })
    .execute()
}
