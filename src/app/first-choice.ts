/** Whom a request that leaves the choice to us would be sent to now. */
import type { Gateway, ModelRow } from '../gateway/index.ts'
import type { Catalog, Preference } from '../gateway/catalog/catalog.ts'
import { byPreference } from '../gateway/routing/preference.ts'

export interface FirstChoiceDeps {
  readonly catalog: Pick<Catalog, 'rows'>
  readonly insight: Pick<Gateway['insight'], 'door' | 'statistics'>
  readonly byNameOnly: readonly string[]
}

/** The first by the preference among those that can be asked; the built-in rules where nobody else is to be had. */
export const createFirstChoice =
  ({ catalog, insight, byNameOnly }: FirstChoiceDeps) =>
  (preference: Preference): ModelRow | null => {
    const rows = catalog.rows().filter(({ active, operations }) => active && operations.includes('chat'))
    const usable = rows.filter((row) => !byNameOnly.includes(row.provider) && insight.door.check(row) === null)
    const [first] = byPreference(usable, preference, insight.statistics.health)
    return first ?? rows.find((row) => byNameOnly.includes(row.provider)) ?? null
  }
