/** Models to choose instead of one that failed or that nobody knows, for the person who reads the error. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Door } from '../resilience/door/admission.ts'
import type { ModelRow } from '../types/models.ts'
import type { Operation } from '../types/requests.ts'
import { liveFirst, type Lives } from './live-first.ts'

export interface Suggestions {
  /** `provider/key`, those that were seen to answer first. */
  readonly suggestions: readonly string[]
  /** Those among them that nobody has seen answer; left out where there are none. */
  readonly unconfirmed?: readonly string[]
}

export interface SuggestDeps {
  readonly catalog: Catalog
  readonly door: Pick<Door, 'check'>
  readonly lives: Lives
}

const MOST = 3
/** Of rows of a like name, so many are looked at: some of the nearest may not be usable. */
export const CANDIDATES = 24

const nameOf = (row: ModelRow): string => `${row.provider}/${row.key}`

/** Of rows with the nearest first: those that can be asked now. */
export const suggest = (
  { door, lives }: Pick<SuggestDeps, 'door' | 'lives'>,
  rows: readonly ModelRow[],
): Suggestions => {
  const usable = rows.filter((row) => lives(row) !== false && door.check(row) === null)
  const taken = liveFirst(usable, lives).slice(0, MOST)
  const unconfirmed = taken.filter((row) => lives(row) === null).map(nameOf)
  return { suggestions: taken.map(nameOf), ...(unconfirmed.length > 0 && { unconfirmed }) }
}

/** However far it is: the only model that can be asked now may be the least like the chosen one. */
export const suggestionsFor = (deps: SuggestDeps, chosen: ModelRow | null, operation: Operation): Suggestions =>
  chosen === null
    ? { suggestions: [] }
    : suggest(deps, deps.catalog.suggest(chosen, operation, Number.POSITIVE_INFINITY))
