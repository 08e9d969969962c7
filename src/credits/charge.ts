/** What was taken for one work, told by its entries in the ledger: the breakdown that a page shows. Pure. */
import { microcreditsPerCredit } from './acts.ts'
import type { StoredEntry } from './ledger.store.ts'
import type { PriceUnit } from './price.ts'

/** What an entry of a charge says about how it came about; amounts in microcredits. */
export interface PartBreakdown {
  readonly path: string
  readonly unit: PriceUnit
  readonly quantity: number
  readonly base: number
  readonly multiplier: number
  /** Less was taken than this model costs, because less had been shown before. */
  readonly capped: boolean
  /** The answer was there already; entries of earlier versions do not say. */
  readonly cached?: boolean
}

export interface ChargeLine {
  readonly provider: string
  readonly model: string
  readonly parts: number
  readonly unit: PriceUnit
  readonly quantity: number
  readonly baseCredits: number
  readonly multiplier: number
  readonly credits: number
  readonly capped: boolean
  /** The answers were there already: they cost nothing. */
  readonly cached?: boolean
  readonly costMicrocents: number | null
}

export interface ChargeFacts {
  readonly operation: string
  readonly credits: number
  readonly heldCredits: number
  readonly partsCharged: number
  readonly partsMissing: number
  readonly lines: readonly ChargeLine[]
  readonly costMicrocents: number | null
  readonly chargedAt: string
}

export const toCredits = (microcredits: number): number => microcredits / microcreditsPerCredit

const breakdownOf = ({ breakdown }: StoredEntry): PartBreakdown => breakdown as unknown as PartBreakdown

const sumCosts = (entries: readonly StoredEntry[]): number | null =>
  entries.some(({ cost_unknown }) => cost_unknown)
    ? null
    : entries.reduce((sum, { cost_microcents }) => sum + (cost_microcents ?? 0), 0)

/** Requests that only join parts read nothing of the source: they are no parts of their own. */
const isPart = (entry: StoredEntry): boolean => breakdownOf(entry).quantity > 0

const toLine = (entries: readonly StoredEntry[], first: StoredEntry): ChargeLine => {
  const { unit, base, multiplier, capped, cached = false } = breakdownOf(first)
  return {
    provider: first.provider ?? '',
    model: first.model ?? '',
    parts: entries.filter(isPart).length,
    unit,
    quantity: Number(entries.reduce((sum, entry) => sum + breakdownOf(entry).quantity, 0).toFixed(6)),
    baseCredits: toCredits(base),
    multiplier,
    credits: toCredits(entries.reduce((sum, { balance_delta }) => sum - balance_delta, 0)),
    capped,
    ...(cached && { cached }),
    costMicrocents: sumCosts(entries),
  }
}

const sameLine = (entry: StoredEntry): string => {
  const { unit, base, multiplier, capped, cached = false } = breakdownOf(entry)
  return JSON.stringify([entry.provider, entry.model, unit, base, multiplier, capped, cached])
}

export const toChargeFacts = (
  captures: readonly StoredEntry[],
  of: { readonly operation: string; readonly held: number; readonly partsMissing: number; readonly now: Date },
): ChargeFacts => ({
  operation: of.operation,
  credits: toCredits(captures.reduce((sum, { balance_delta }) => sum - balance_delta, 0)),
  heldCredits: toCredits(of.held),
  partsCharged: captures.filter(isPart).length,
  partsMissing: of.partsMissing,
  lines: [...Map.groupBy(captures, sameLine).values()].flatMap((entries) =>
    entries[0] === undefined ? [] : [toLine(entries, entries[0])],
  ),
  costMicrocents: sumCosts(captures),
  chargedAt: of.now.toISOString(),
})
