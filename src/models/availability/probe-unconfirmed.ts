/** Looks, within a bound, which of the listed models answer that nobody has seen answer: priced chat models, cheapest first. */
import { comparablePrice } from '../../gateway/catalog/likeness.ts'
import type { ModelRow } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { priceOn, toModelRow } from '../model.ts'
import { causeOf, type CatalogRow } from '../sync/catalog-row.ts'
import { provesItsModels } from '../sync/sync-provider.ts'
import { probeModel, type ProbeDeps } from './probe-model.ts'

export interface ProbeUnconfirmedDeps extends ProbeDeps {
  readonly rowsOf: (provider: string) => Promise<readonly CatalogRow[]>
  readonly clock: Clock
}

/** A run's questions at most, so that it stays cheap and short; the next run goes on with the rest. */
const MOST_PROBES = 40
/** A row is not asked again within this time. */
const PAUSE_MS = 20 * 3_600_000
const AT_ONCE = 4

const isDue = (row: CatalogRow, nowMs: number, day: string): boolean =>
  row.deletedAt === null &&
  row.confirmedBy === null &&
  row.operations.includes('chat') &&
  (row.active || causeOf(row) === 'unconfirmed') &&
  // Without a price it is not served to everyone.
  priceOn(row.prices, day) !== null &&
  (row.checkError === null || row.checkedAt === null || nowMs - row.checkedAt.getTime() > PAUSE_MS)

/** Returns how many of those asked answered. */
export const probeUnconfirmed = async (
  deps: ProbeUnconfirmedDeps,
  providers: readonly string[],
  signal?: AbortSignal,
): Promise<number> => {
  const nowMs = deps.clock.now()
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const rows = await Promise.all(providers.filter((id) => !provesItsModels(id)).map((id) => deps.rowsOf(id)))
  const due: ModelRow[] = rows
    .flat()
    .filter((row) => isDue(row, nowMs, day))
    .map((row) => toModelRow(row, day))
    .sort((a, b) => comparablePrice(a) - comparablePrice(b))
    .slice(0, MOST_PROBES)
  let answered = 0
  const next = async (): Promise<void> => {
    for (let row = due.shift(); row !== undefined; row = due.shift()) {
      const actor = { kind: 'sync' as const, id: null, name: 'sync' }
      const { ok } = await probeModel(deps, row, { actor, ...(signal && { signal }) })
      if (ok) answered += 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  return answered
}
