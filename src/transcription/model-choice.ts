/**
 * Who writes when nobody is named. "Best" and its like choose among models that are really to be had; where there is none,
 * because no key is set, the built-in rules do it, under their own name.
 */
import type { Catalog } from '../gateway/catalog/catalog.ts'
import type { AccessSource } from '../gateway/resilience/door/credential-pool.ts'
import type { ModelRow } from '../gateway/index.ts'

export interface ModelChoiceDependencies {
  readonly catalog: Pick<Catalog, 'rows'>
  readonly access: AccessSource
  /** Providers that are never chosen by themselves, see the gateway's policy. */
  readonly byNameOnly: readonly string[]
}

const AUTO = /^auto(:|$)/i

const nameOf = (row: ModelRow): string => `${row.provider}/${row.key}`

/** Every other name passes as it is. */
export const createModelChoice =
  ({ catalog, access, byNameOnly }: ModelChoiceDependencies) =>
  (model: string): string => {
    if (!AUTO.test(model)) return model
    const rows = catalog.rows().filter(({ active, operations }) => active && operations.includes('chat'))
    const isThere = ({ provider }: ModelRow): boolean => {
      const way = access(provider)
      return way !== null && (!way.needsCredential || way.credentials.length > 0)
    }
    const chosen = rows.some((row) => !byNameOnly.includes(row.provider) && isThere(row))
    const builtIn = rows.find((row) => byNameOnly.includes(row.provider))
    return chosen || builtIn === undefined ? model : nameOf(builtIn)
  }
