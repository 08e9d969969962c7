/**
 * How much larger a request should be tried on a model whose limit was learned. Pure.
 *
 * A limit that nobody named is known from both sides, and lies at the lower one. The gap is halved by one trial a day until
 * the upper side is near. A limit that is settled, or that the provider named, is tried again once a month, a quarter larger:
 * providers change theirs. Never above what stood there before anything was learned.
 */
import type { CatalogRow, FieldSource, LimitBounds } from '../sync/catalog-row.ts'

/** Upper side over lower side that counts as settled. */
const NEAR = 1.25
const SEARCH_DAYS = 1
const SETTLED_DAYS = 30
const DAY_MS = 86_400_000

const daysSince = (day: string, nowMs: number): number => Math.floor((nowMs - Date.parse(day)) / DAY_MS)

interface Step {
  readonly days: number
  readonly tokens: number
}

const stepFrom = (limit: number, bounds: LimitBounds | undefined): Step => {
  if (bounds === undefined) return { days: SETTLED_DAYS, tokens: limit * NEAR }
  // The last trial was answered, and nothing was refused above it.
  if (bounds.refused === null) return { days: SEARCH_DAYS, tokens: limit * 2 }
  if (bounds.refused > limit * NEAR) return { days: SEARCH_DAYS, tokens: (limit + bounds.refused) / 2 }
  return { days: SETTLED_DAYS, tokens: limit * NEAR }
}

type Learned = Pick<CatalogRow, 'contextLength' | 'sources'>

/** What stood there before anything was learned: a larger request is not tried. */
export const ceilingOf = (source: FieldSource): number => source.before?.value ?? Infinity

/** Tokens of the request to try now; null when there is nothing to try today. */
export const nextTrial = ({ contextLength: limit, sources }: Learned, nowMs: number): number | null => {
  const source = sources.contextLength
  if (source?.kind !== 'learned' || limit === null || limit >= ceilingOf(source)) return null
  const { days, tokens } = stepFrom(limit, source.bounds)
  if (daysSince(source.triedAt ?? source.at, nowMs) < days) return null
  return Math.floor(Math.min(tokens, ceilingOf(source)))
}
