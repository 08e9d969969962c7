/** What an administrator decides about a list that was not believed: done as it was shown, or put away. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import { resolveAlerts } from '../alerts/alerts.store.ts'
import { lockProvider } from './catalog-rows.store.ts'
import type { ListDiff } from './diff.ts'
import { decideHeld, findHeld, listHeld, replaceHeldDiff, type HeldList } from './held-lists.store.ts'
import type { Actor } from './model-changes.store.ts'
import { applyPlan, planFor, type SyncTarget } from './sync-provider.ts'
import { noteRead } from './unread-lists.store.ts'

export interface HeldDecisionsDeps {
  readonly db: Kysely<Database>
  readonly targets: () => readonly SyncTarget[]
  /** Reads the table into memory again. */
  readonly refresh: () => Promise<void>
  readonly clock: Clock
}

export interface HeldDecisions {
  held(query: { readonly open: boolean; readonly limit: number }): Promise<HeldList[]>
  /** Does what the held list says. `conflict` when the catalog has changed since, with the new diff shown from then on. */
  applyHeld(id: string, by: Actor): Promise<HeldList>
  /** Puts the list away; the catalog stays as it is. `conflict` when somebody else has decided. */
  dismissHeld(id: string, by: Actor): Promise<HeldList>
}

const sameChange = (left: ListDiff, right: ListDiff): boolean => {
  const keys = (diff: ListDiff) =>
    JSON.stringify([diff.removed.map(({ key }) => key), diff.added.map(({ key }) => key)])
  return keys(left) === keys(right)
}

export const createHeldDecisions = ({ db, targets, refresh, clock }: HeldDecisionsDeps): HeldDecisions => {
  const now = (): Date => new Date(clock.now())
  const open = async (id: string): Promise<HeldList> => {
    const held = await findHeld(db, id)
    if (held === undefined) throw new AppError('not-found', 'There is no such held list', { details: { id } })
    if (held.state !== 'open')
      throw new AppError('conflict', `This list was ${held.state} in the meantime`, { details: { id } })
    return held
  }
  const decided = async (id: string): Promise<HeldList> => {
    const held = await findHeld(db, id)
    if (held === undefined) throw new AppError('internal', `The held list ${id} is gone`)
    return held
  }

  return {
    held: (query) => listHeld(db, query),
    async applyHeld(id, by) {
      const held = await open(id)
      const displayName = targets().find((target) => target.id === held.provider)?.displayName ?? held.provider
      const outcome = await db.transaction().execute(async (trx) => {
        await lockProvider(trx, held.provider)
        const plan = await planFor(trx, { id: held.provider, displayName }, held.listed, now())
        // What was shown is what is done, or it is shown again.
        if (!sameChange(plan.diff, held.diff)) {
          await replaceHeldDiff(trx, id, plan.diff)
          return 'changed'
        }
        if (!(await decideHeld(trx, id, { state: 'applied', by: by.name, now: now() }))) return 'late'
        await applyPlan(trx, plan, by, now())
        return 'done'
      })
      if (outcome !== 'done')
        throw new AppError('conflict', 'The catalog has changed since this list was held; look at the new difference', {
          details: { id },
        })
      await refresh()
      return decided(id)
    },
    async dismissHeld(id, by) {
      const { provider } = await open(id)
      await db.transaction().execute(async (trx) => {
        if (!(await decideHeld(trx, id, { state: 'dismissed', by: by.name, now: now() })))
          throw new AppError('conflict', 'Somebody else has decided about this list', { details: { id } })
        await resolveAlerts(trx, { kind: 'model-list-held', provider }, now())
        await noteRead(trx, provider)
      })
      return decided(id)
    },
  }
}
