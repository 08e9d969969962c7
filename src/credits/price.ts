/** What work costs in credits: base × the model's multiplier × the size of the work. Pure; amounts in microcredits. */

export type PriceUnit = 'minute' | 'thousand-characters' | 'run'

export interface Price {
  readonly operation: string
  /** Null: every provider. */
  readonly provider: string | null
  /** Null: every model of the provider. */
  readonly model: string | null
  readonly unit: PriceUnit
  /** For one unit, before the multiplier. */
  readonly amount: number
  readonly origin: 'default' | 'admin'
  readonly updatedAt: Date | null
}

/** What there is to be done; what nobody knows is null. */
export interface WorkSize {
  /** Of the transcript that is read. */
  readonly characters: number | null
  /** Of the sound. */
  readonly seconds: number | null
}

/** Speech as it is usually spoken: some 150 words of 6 characters a minute. */
export const CHARACTERS_PER_SECOND = 15

export const quantityOf = (unit: PriceUnit, { characters, seconds }: WorkSize): number => {
  if (unit === 'run') return 1
  return unit === 'minute'
    ? (seconds ?? (characters ?? 0) / CHARACTERS_PER_SECOND) / 60
    : (characters ?? (seconds ?? 0) * CHARACTERS_PER_SECOND) / 1000
}

export const amountOf = (price: Pick<Price, 'amount'>, multiplier: number, quantity: number): number =>
  Math.round(price.amount * multiplier * quantity)

const places: readonly ((price: Price, provider: string, model: string) => boolean)[] = [
  (price, provider, model) => price.provider === provider && price.model === model,
  (price, provider) => price.provider === provider && price.model === null,
  (price) => price.provider === null && price.model === null,
]

/** The narrowest price that fits; null for an operation that has none. */
export const findPrice = (
  prices: readonly Price[],
  of: { readonly operation: string; readonly provider: string; readonly model: string },
): Price | null => {
  const ours = prices.filter(({ operation }) => operation === of.operation)
  for (const fits of places) {
    const found = ours.find((price) => fits(price, of.provider, of.model))
    if (found !== undefined) return found
  }
  return null
}
