/** The price list: what the product brings as data, and what an administrator has set in its place. */
import type { Kysely } from 'kysely'
import type { CreditTables } from '../db/tables/credits.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../lib/clock.ts'
import { microcreditsPerCredit, requireAmount } from './acts.ts'
import defaults from './default-prices.json' with { type: 'json' }
import { findPrice, type Price, type PriceUnit } from './price.ts'
import { deletePrice, listSetPrices, storePrice, type PricePlace } from './prices.store.ts'

export const defaultPrices: readonly Price[] = Object.freeze(
  defaults.map(({ credits, unit, ...place }) => ({
    ...place,
    unit: unit as PriceUnit,
    amount: Math.round(credits * microcreditsPerCredit),
    origin: 'default' as const,
    updatedAt: null,
  })),
)

export interface PriceList {
  /** Every price that holds, in the order of the operations. */
  list(): Promise<Price[]>
  set(place: PricePlace, price: { unit: PriceUnit; amount: number }, setBy: string): Promise<void>
  /** `not-found` when no price was set there. */
  reset(place: PricePlace): Promise<void>
}

const samePlace = (one: PricePlace, other: PricePlace): boolean =>
  one.operation === other.operation && one.provider === other.provider && one.model === other.model

const operations = [...new Set(defaultPrices.map(({ operation }) => operation))]

const invalid = (path: string, message: string): AppError =>
  new AppError('invalid-request', message, { details: { fields: [{ path, message }] } })

const check = ({ operation, provider, model }: PricePlace, unit: PriceUnit): void => {
  if (!operations.includes(operation))
    throw invalid('operation', `There is no operation “${operation}”; there are ${operations.join(', ')}`)
  if (model !== null && provider === null) throw invalid('provider', 'A price of a model needs its provider')
  if (operation === 'transcription' && unit === 'thousand-characters')
    throw invalid('unit', 'Nobody knows the characters of a recording before it is transcribed; take minute or run')
}

/** Where a price is for everything, then for a provider, then for a model. */
const width = ({ provider, model }: PricePlace): string => `${provider ?? ''}\n${model ?? ''}`

export const createPriceList = ({ db, clock }: { db: Kysely<CreditTables>; clock: Clock }): PriceList => ({
  async list() {
    const set = await listSetPrices(db)
    const kept = defaultPrices.filter((price) => !set.some((one) => samePlace(one, price)))
    return [...set, ...kept].sort(
      (a, b) =>
        operations.indexOf(a.operation) - operations.indexOf(b.operation) || width(a).localeCompare(width(b), 'en'),
    )
  },
  async set(place, { unit, amount }, setBy) {
    check(place, unit)
    requireAmount(amount, 0)
    await storePrice(db, place, { unit, amount, setBy, now: new Date(clock.now()) })
  },
  async reset(place) {
    if (!(await deletePrice(db, place))) throw new AppError('not-found', 'No price is set there')
  },
})

/** Throws for an operation that nobody has priced: that is our mistake, and free work would hide it. */
export const requirePrice = (
  prices: readonly Price[],
  of: { readonly operation: string; readonly provider: string; readonly model: string },
): Price => {
  const price = findPrice(prices, of)
  if (price === null) throw new AppError('internal', `The operation ${of.operation} has no price`)
  return price
}
