/** How near one model is to another, for suggestions and for the choice of a fallback. */
import type { Capability, ModelRow } from '../types/models.ts'

/** What a stand-in should be able to do too; how a text is streamed or prefilled is our affair, not the user's. */
const VALUED: readonly Capability[] = ['tools', 'schema', 'vision', 'reasoning', 'word-times', 'diarization']

export const hasPrice = ({ prices }: ModelRow): boolean =>
  prices?.audioPerMinute != null || (prices?.inputPerMillion != null && prices.outputPerMillion != null)

/** A price to compare by: three parts input to one part output, as our texts are; the multiplier where no price is known. */
export const comparablePrice = (row: ModelRow): number => {
  const { prices } = row
  if (prices?.audioPerMinute != null) return prices.audioPerMinute * 100
  if (prices?.inputPerMillion == null || prices.outputPerMillion == null) return row.creditMultiplier
  return (3 * prices.inputPerMillion + prices.outputPerMillion) / 4
}

const logRatio = (a: number, b: number): number => Math.abs(Math.log2(Math.max(a, 0.001) / Math.max(b, 0.001)))

/** 0 is the same; a missing capability weighs more than a doubled price, a doubled price more than a halved context. */
export const distance = (from: ModelRow, to: ModelRow): number => {
  const missing = VALUED.filter((one) => from.capabilities.includes(one) && !to.capabilities.includes(one)).length
  const context = logRatio(from.contextLength ?? 32_768, to.contextLength ?? 32_768)
  return missing * 2 + logRatio(comparablePrice(from), comparablePrice(to)) + context / 3
}

/** The nearest first; equal ones by name, so that the order never depends on chance. */
export const nearestFirst = (from: ModelRow, rows: readonly ModelRow[]): readonly ModelRow[] =>
  rows
    .map((row) => ({ row, distance: distance(from, row) }))
    .sort((a, b) => a.distance - b.distance || a.row.key.localeCompare(b.row.key))
    .map(({ row }) => row)
