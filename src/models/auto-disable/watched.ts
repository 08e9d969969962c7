import type { CatalogRow } from '../sync/catalog-row.ts'
import type { Actor } from '../sync/model-changes.store.ts'

/** Who changes the catalog here, for its history. */
export const WATCH: Actor = { kind: 'watch', id: null, name: 'error watch' }

export const isActive = (row: CatalogRow | undefined): row is CatalogRow =>
  row !== undefined && row.active && row.deletedAt === null

/** Off because it failed too often, and nobody has decided anything else since. */
export const isOffForErrors = (row: CatalogRow | undefined): row is CatalogRow =>
  row !== undefined && !row.active && row.removalCause === 'errors' && row.deletedAt === null
