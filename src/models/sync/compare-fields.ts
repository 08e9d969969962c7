/**
 * What one listed model says about one row: which values change, and which are not believed. What an administrator set
 * stays; what a provider's refusal taught is not raised again by its list; a price never becomes zero by a list.
 */
import type { ListedModel, Prices } from '../../gateway/index.ts'
import { priceOn } from '../model.ts'
import { sourceOf, type CatalogRow, type SourcedField } from './catalog-row.ts'
import type { FieldChange } from './diff.ts'

/** A list that promises so many times what the documentation does is a mistake of the list more often than not. */
const BELIEVABLE_GROWTH = 4
/** Less than the smallest useful answer is no limit. */
const SMALLEST_LIMIT = 512
/** A price that moves further is more often a change of unit than of price. */
const BELIEVABLE_PRICE_FACTOR = 10

export interface FieldVerdict {
  readonly changes: readonly FieldChange[]
  readonly notes: readonly string[]
  /** The row's prices after the change; undefined when they stay. */
  readonly prices?: readonly Prices[]
}

type LimitField = 'contextLength' | 'maxOutputTokens'

const WORDS: Readonly<Record<LimitField, string>> = { contextLength: 'context', maxOutputTokens: 'output' }

/** Why a listed limit is not taken; null when it is. */
const doubt = (row: CatalogRow, field: LimitField, listed: number): string | null => {
  const known = row[field]
  const { kind } = sourceOf(row, field)
  const claim = `The list says ${WORDS[field]} ${listed}`
  if (kind === 'admin') return `${claim}; ${known ?? 'nothing'} stays, as an administrator set it`
  if (known === null) return null
  if (kind === 'learned' && listed > known) return `${claim}; ${known} stays, as the provider refused more`
  if (row.operations.includes('chat') && listed < SMALLEST_LIMIT)
    return `${claim}; that is too little to be meant, ${known} stays`
  if (kind === 'seed' && listed > known * BELIEVABLE_GROWTH)
    return `${claim}, far more than documented; ${known} stays until it is set by hand`
  return null
}

/** Limits are counted in tokens of text: what hears or draws has none that we could use. */
const hasLimit = ({ operations }: Pick<CatalogRow, 'operations'>, field: LimitField): boolean =>
  operations.includes('chat') || (field === 'contextLength' && operations.includes('embed'))

const compareLimit = (row: CatalogRow, field: LimitField, listed: number | undefined, source: string): FieldVerdict => {
  if (listed === undefined || listed === row[field] || !hasLimit(row, field)) return NOTHING
  const note = doubt(row, field, listed)
  return note === null
    ? { changes: [{ field, from: row[field], to: listed, source }], notes: [] }
    : { changes: [], notes: [note] }
}

const NOTHING: FieldVerdict = Object.freeze({ changes: [], notes: [] })

/** The prices that lists speak of. */
const PRICE_FIELDS = ['inputPerMillion', 'outputPerMillion', 'cachedInputPerMillion', 'audioPerMinute'] as const

const statedPrices = (prices: Prices | null): Record<string, number> =>
  Object.fromEntries(
    PRICE_FIELDS.flatMap((field) => (prices?.[field] == null ? [] : [[field, prices[field]] as [string, number]])),
  )

const isFar = (from: number, to: number): boolean =>
  from > 0 && (to > from * BELIEVABLE_PRICE_FACTOR || to < from / BELIEVABLE_PRICE_FACTOR)

const differs = (from: number | undefined, to: number): boolean => from === undefined || Math.abs(from - to) > 1e-6

const comparePrices = (row: CatalogRow, listed: Prices | undefined, day: string, source: string): FieldVerdict => {
  if (listed === undefined) return NOTHING
  const before = priceOn(row.prices, day)
  const known = statedPrices(before)
  const said = statedPrices(listed)
  if (!Object.entries(said).some(([field, price]) => differs(known[field], price))) return NOTHING
  const { kind } = sourceOf(row, 'prices')
  if (kind === 'admin') return { changes: [], notes: ['The list has other prices; those of the administrator stay'] }
  const far = Object.entries(said).find(([field, price]) => isFar(known[field] ?? 0, price))
  if (far !== undefined)
    return {
      changes: [],
      notes: [`The list says ${far[0]} ${far[1]} after ${known[far[0]]}; not believed, set it by hand`],
    }
  // Tiers belong to the price they were published with.
  const { tiers: _tiers, validFrom: _validFrom, ...kept } = before ?? { inputPerMillion: null, outputPerMillion: null }
  const next: Prices = {
    ...kept,
    ...listed,
    ...(before !== null && { validFrom: day }),
    source: `${source}, ${day}`,
  }
  const others = row.prices.filter((price) => before === null || price.validFrom !== day)
  const earlier = others.filter((price) => price.validFrom === undefined || price.validFrom <= day)
  const later = others.filter((price) => price.validFrom !== undefined && price.validFrom > day)
  return {
    changes: [{ field: 'prices', from: before === null ? null : known, to: { ...known, ...said }, source }],
    notes: [],
    prices: [...earlier, next, ...later],
  }
}

const comparePlain = (
  row: CatalogRow,
  field: SourcedField & ('displayName' | 'retiresAt'),
  to: string | null | undefined,
  source: string,
): FieldVerdict =>
  to === undefined || to === row[field] || sourceOf(row, field).kind === 'admin'
    ? NOTHING
    : { changes: [{ field, from: row[field], to, source }], notes: [] }

export interface Comparison {
  readonly row: CatalogRow
  /** What the list says about it; undefined where it is only there by another spelling. */
  readonly listed: ListedModel | undefined
  /** ISO day after which it is not served; null: the list takes an earlier announcement back; undefined: says nothing. */
  readonly retiresAt: string | null | undefined
  /** ISO day. */
  readonly day: string
  /** In words, for example `list of groq`. */
  readonly source: string
}

export const compareFields = ({ row, listed, retiresAt, day, source }: Comparison): FieldVerdict => {
  const verdicts = [
    compareLimit(row, 'contextLength', listed?.contextLength, source),
    compareLimit(row, 'maxOutputTokens', listed?.maxOutputTokens, source),
    comparePrices(row, listed?.prices, day, source),
    comparePlain(row, 'retiresAt', retiresAt, source),
    // Names of the seed are written for people.
    row.origin === 'list' ? comparePlain(row, 'displayName', listed?.displayName, source) : NOTHING,
  ]
  const prices = verdicts.find((verdict) => verdict.prices !== undefined)?.prices
  return {
    changes: verdicts.flatMap((verdict) => verdict.changes),
    notes: verdicts.flatMap((verdict) => verdict.notes),
    ...(prices !== undefined && { prices }),
  }
}
