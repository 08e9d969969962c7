/** Fallback targets that could not be asked: found at every sync, and told in one alert for all chains. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { Catalog } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { statement } from '../../statements/statement.ts'
import { raiseAlert, resolveAlerts } from '../alerts/alerts.store.ts'
import { told } from '../alerts/told.ts'
import { findDeadTargets, type DeadTarget, type FallbackChain } from './fallback-chains.ts'
import type { SyncTarget } from './sync-provider.ts'

export interface DeadTargetsDeps {
  readonly db: Kysely<Database>
  readonly catalog: Pick<Catalog, 'resolve' | 'suggest'>
  /** Every provider that can be named, read at each run. */
  readonly targets: () => readonly SyncTarget[]
  /** Chains of fallback models, read at each run. */
  readonly chains?: () => readonly FallbackChain[] | Promise<readonly FallbackChain[]>
  readonly clock: Clock
}

const KIND = 'fallback-target-dead'

export const createDeadTargets = ({ db, catalog, targets, chains, clock }: DeadTargetsDeps) => ({
  async find(): Promise<DeadTarget[]> {
    const unreachable = new Map(targets().map((target) => [target.id, target.unreachable]))
    return findDeadTargets(catalog, (await chains?.()) ?? [], (id) => unreachable.get(id) ?? null)
  },
  /** The alert goes when the last dead target is gone. */
  async tell(dead: readonly DeadTarget[]): Promise<void> {
    const now = new Date(clock.now())
    if (dead.length === 0) return void (await resolveAlerts(db, { kind: KIND }, now))
    const broken = statement('chains-broken', { models: dead.map(({ model }) => model) })
    await raiseAlert(db, { kind: KIND, provider: '', ...told(broken), details: { deadTargets: dead } }, now)
  },
})
