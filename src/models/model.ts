/** A model as it is kept, and as the gateway sees it on a given day. */
import { sayAlone } from '../reasons.ts'
import type { ListedModel, ModelRow, Prices } from '../gateway/index.ts'

export interface StoredModel extends Omit<ModelRow, 'prices'> {
  /** Every known price in the order of its first day (`validFrom`); the first has none. */
  readonly prices: readonly Prices[]
  /** ISO date after which the provider stops serving it. */
  readonly retiresAt: string | null
  readonly source: string
  readonly origin: 'seed' | 'list' | 'admin'
}

/** The price that holds on a day; null when none is known. */
export const priceOn = (prices: readonly Prices[], day: string): Prices | null =>
  prices.findLast((price) => price.validFrom === undefined || price.validFrom <= day) ?? null

const retired = (model: StoredModel, day: string): boolean => model.retiresAt !== null && model.retiresAt <= day

export const toModelRow = (model: StoredModel, day: string): ModelRow => {
  const { prices, retiresAt, source: _source, origin: _origin, ...row } = model
  const isRetired = retired(model, day)
  return {
    ...row,
    prices: priceOn(prices, day),
    active: row.active && !isRetired,
    removalReason: row.removalReason ?? (isRetired ? sayAlone('removed-retired-own', { day: retiresAt ?? '' }) : null),
  }
}

/** A row for a model that its provider lists and nobody has described: what the list does not say is assumed to be little. */
export const fromListed = (provider: string, listed: ListedModel, source: string): StoredModel => ({
  provider,
  key: listed.key,
  displayName: listed.displayName ?? listed.key,
  operations: listed.operations ?? ['chat'],
  contextLength: listed.contextLength ?? null,
  maxOutputTokens: listed.maxOutputTokens ?? null,
  inputModalities: listed.inputModalities ?? ['text'],
  outputModalities: listed.outputModalities ?? ['text'],
  capabilities: listed.capabilities ?? ['stream', 'json'],
  prices: listed.prices === undefined ? [] : [listed.prices],
  creditMultiplier: 1,
  active: true,
  removalReason: null,
  retiresAt: listed.retiresAt ?? null,
  aliases: [],
  rules: {},
  source,
  origin: 'list',
})
