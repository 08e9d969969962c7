/**
 * The models in memory: found by any of their names. Where rows come from (seed, database, sync) is the host's affair;
 * it hands over the whole list, and readers see either the old one or the new one.
 */
import type { ModelRow } from '../types/models.ts'
import type { Operation } from '../types/requests.ts'
import { nearestFirst } from './likeness.ts'
import { normalizeName, withoutDate } from './name.ts'

export type Preference = 'best' | 'fastest' | 'cheapest'

export type Resolved =
  | { readonly kind: 'model'; readonly row: ModelRow }
  | { readonly kind: 'auto'; readonly preference: Preference }
  | { readonly kind: 'unknown'; readonly suggestions: readonly ModelRow[] }

/** What a provider's own words taught us about a model. */
export interface LimitCorrection {
  readonly contextLength?: number
  readonly maxOutputTokens?: number
  /** How it is known, where nobody said the number. */
  readonly evidence?: string
  /** Tokens of the requests that show it, by our count. */
  readonly bounds?: { readonly answered: number; readonly refused: number }
}

export interface Catalog {
  rows(): readonly ModelRow[]
  find(name: string): ModelRow | null
  /** @param suggestions how many models of a like name an unknown name comes back with; 3 where left out */
  resolve(name: string, suggestions?: number): Resolved
  /** The nearest models that are switched on and do the same work. */
  suggest(row: ModelRow, operation: Operation, count: number): readonly ModelRow[]
  replace(rows: readonly ModelRow[]): void
  /** Counts until the next `replace`; the host hears of it through `onCorrection` and makes it last. */
  correct(row: ModelRow, correction: LimitCorrection): void
}

type Index = ReadonlyMap<string, readonly ModelRow[]>

const namesOf = (row: ModelRow): readonly string[] =>
  [row.key, ...row.aliases].flatMap((name) => [`${row.provider}/${name}`, name])

/** Names as given come first; a name with its date taken off is only a name where nobody else has it. */
const buildIndex = (rows: readonly ModelRow[]): Index => {
  const index = new Map<string, ModelRow[]>()
  const add = (name: string, row: ModelRow): void => {
    const known = index.get(name)
    if (known === undefined) index.set(name, [row])
    else if (!known.includes(row)) known.push(row)
  }
  for (const row of rows) for (const name of namesOf(row)) add(normalizeName(name), row)
  const exact = new Set(index.keys())
  for (const row of rows) {
    for (const name of namesOf(row)) {
      const undated = withoutDate(normalizeName(name))
      if (undated !== null && !exact.has(undated)) add(undated, row)
    }
  }
  return index
}

/** Live before dead; then the order of the list, which is the host's. */
const preferActive = (rows: readonly ModelRow[] | undefined): ModelRow | null =>
  rows?.find((row) => row.active) ?? rows?.[0] ?? null

const AUTO = /^auto(?::(best|fastest|cheapest))?$/i

/** Share of the letters' pairs that two names have in common: enough to see through a typing error. */
const similarity = (a: string, b: string): number => {
  const pairs = (text: string): Set<string> =>
    new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2)))
  const [left, right] = [pairs(a), pairs(b)]
  const common = [...left].filter((pair) => right.has(pair)).length
  return (2 * common) / Math.max(1, left.size + right.size)
}

const similarNames = (name: string, rows: readonly ModelRow[], count: number): readonly ModelRow[] =>
  rows
    .filter((row) => row.active)
    .map((row) => ({ row, score: Math.max(...namesOf(row).map((known) => similarity(name, normalizeName(known)))) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ row }) => row)

export const createCatalog = (
  initial: readonly ModelRow[],
  onCorrection: (row: ModelRow, correction: LimitCorrection) => void = () => {},
): Catalog => {
  let rows = initial
  let index = buildIndex(rows)
  const replace = (next: readonly ModelRow[]): void => {
    rows = next
    index = buildIndex(next)
  }
  const find = (name: string): ModelRow | null => {
    const normal = normalizeName(name)
    const undated = withoutDate(normal)
    return preferActive(index.get(normal)) ?? (undated === null ? null : preferActive(index.get(undated)))
  }
  return {
    rows: () => rows,
    find,
    resolve(name, count = 3) {
      const auto = AUTO.exec(name.trim())
      if (auto) return { kind: 'auto', preference: (auto[1]?.toLowerCase() ?? 'best') as Preference }
      const row = find(name)
      return row === null
        ? { kind: 'unknown', suggestions: similarNames(normalizeName(name), rows, count) }
        : { kind: 'model', row }
    },
    suggest: (row, operation, count) =>
      nearestFirst(
        row,
        rows.filter((one) => one !== row && one.active && one.operations.includes(operation)),
      ).slice(0, count),
    replace,
    correct(row, correction) {
      const { evidence: _evidence, bounds: _bounds, ...limits } = correction
      replace(rows.map((one) => (one.provider === row.provider && one.key === row.key ? { ...one, ...limits } : one)))
      onCorrection(row, correction)
    },
  }
}
