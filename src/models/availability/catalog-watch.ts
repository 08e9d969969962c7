/** Sees within seconds what another process changed in the catalog: a deleted model must not be served by a replica. */
import type { AvailabilityStore } from './availability.store.ts'

export interface CatalogWatchDeps {
  readonly store: Pick<AvailabilityStore, 'version'>
  readonly refresh: () => Promise<void>
}

/** How often to look; a look is one small query. */
export const CATALOG_WATCH_MS = 3_000

/** One look: reads the catalog again when it has changed since the last. */
export const createCatalogWatch = ({ store, refresh }: CatalogWatchDeps): (() => Promise<void>) => {
  let seen: string | undefined
  return async () => {
    const version = await store.version()
    if (seen === version) return
    await refresh()
    seen = version
  }
}
