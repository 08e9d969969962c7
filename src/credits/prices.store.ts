/** Prices that an administrator has set. Empty texts stand for "every": a key has no nulls. */
import type { Kysely } from 'kysely'
import type { CreditTables } from '../db/tables/credits.ts'
import type { Price, PriceUnit } from './price.ts'

export interface PricePlace {
  readonly operation: string
  readonly provider: string | null
  readonly model: string | null
}

const toKey = ({ operation, provider, model }: PricePlace) => ({
  operation,
  provider: provider ?? '',
  model: model ?? '',
})

export const listSetPrices = async (db: Kysely<CreditTables>): Promise<Price[]> => {
  const rows = await db
    .selectFrom('credit_prices')
    .selectAll()
    .orderBy('operation')
    .orderBy('provider')
    .orderBy('model')
    .execute()
  return rows.map(({ operation, provider, model, unit, amount, updated_at }) => ({
    operation,
    provider: provider || null,
    model: model || null,
    unit: unit as PriceUnit,
    amount,
    origin: 'admin',
    updatedAt: updated_at,
  }))
}

export const storePrice = async (
  db: Kysely<CreditTables>,
  place: PricePlace,
  price: { readonly unit: PriceUnit; readonly amount: number; readonly setBy: string; readonly now: Date },
): Promise<void> => {
  const values = { unit: price.unit, amount: price.amount, set_by: price.setBy, updated_at: price.now }
  await db
    .insertInto('credit_prices')
    .values({ ...toKey(place), ...values })
    .onConflict((conflict) => conflict.columns(['operation', 'provider', 'model']).doUpdateSet(values))
    .execute()
}

export const deletePrice = async (db: Kysely<CreditTables>, place: PricePlace): Promise<boolean> => {
  const key = toKey(place)
  const result = await db
    .deleteFrom('credit_prices')
    .where('operation', '=', key.operation)
    .where('provider', '=', key.provider)
    .where('model', '=', key.model)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}
