/**
 * The way back of a model that was switched off: it is asked now and then, with a cap, and proposed or switched on when it
 * answers. Whatever an administrator, or the sync, decided meanwhile holds.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { sayAlone } from '../../reasons.ts'
import { statement } from '../../statements/statement.ts'
import { raiseAlert, resolveAlerts } from '../alerts/alerts.store.ts'
import { ruleOf } from '../alerts/rules.store.ts'
import { told } from '../alerts/told.ts'
import { probeModel, type ProbeDeps } from '../availability/probe-model.ts'
import { toModelRow } from '../model.ts'
import { findRow, lockProvider, writeRow } from '../sync/catalog-rows.store.ts'
import { recordChanges } from '../sync/model-changes.store.ts'
import { createDisablementsStore, type Disablement } from './disablements.store.ts'
import { afterProbes, GOOD_PROBES, type Probe } from './judge.ts'
import { isActive, isOffForErrors, WATCH } from './watched.ts'

export interface WayBackDeps extends ProbeDeps {
  readonly db: Kysely<Database>
}

export interface WayBack {
  /** Whether it is still off for its errors; when somebody decided otherwise, that is noted as its end. */
  follow(one: Disablement): Promise<boolean>
  /** Asks the model once and notes what follows. */
  probe(one: Disablement, signal?: AbortSignal): Promise<void>
}

export const createWayBack = (deps: WayBackDeps): WayBack => {
  const { db, clock } = deps
  const now = (): Date => new Date(clock.now())
  const store = createDisablementsStore(db)

  /** The end of it, and of the alerts about it: both, or neither. */
  const close = (one: Disablement, state: 'enabled' | 'given-up'): Promise<void> =>
    db.transaction().execute(async (transaction) => {
      const ended = { endedAt: now(), endedBy: 'administrator', nextProbeAt: null }
      await createDisablementsStore(transaction).update(one.id, { state, ...ended })
      const about = { provider: one.provider, model: one.key }
      await resolveAlerts(transaction, { kind: 'model-auto-disabled', ...about }, now())
      if (state === 'enabled') await resolveAlerts(transaction, { kind: 'model-recovered', ...about }, now())
    })

  const recover = async (one: Disablement, probes: readonly Probe[]): Promise<void> => {
    const { provider, key } = one
    const { recovery } = await ruleOf(db, 'model-auto-disabled')
    const enables = recovery === 'enable'
    const why = sayAlone('answers-again', { count: GOOD_PROBES })
    await db.transaction().execute(async (transaction) => {
      await lockProvider(transaction, provider)
      const row = await findRow(transaction, provider, key)
      if (row === undefined || row.removalCause !== 'errors') return
      const on = { active: true, removalCause: null, removalReason: null, removedAt: null }
      const proposed = { proposal: why, proposedAt: now() }
      await writeRow(transaction, { ...row, ...(enables ? on : proposed) }, now())
      const changes = [{ field: 'active', from: false, to: enables, source: why }]
      const action = enables ? 'changed' : 'proposed'
      await recordChanges(transaction, [{ provider, key, action, changes }], WATCH, now())
      await createDisablementsStore(transaction).update(one.id, {
        probes,
        nextProbeAt: null,
        state: enables ? 'enabled' : 'proposed',
        ...(enables && { endedAt: now(), endedBy: WATCH.name }),
      })
      const parameters = { model: `${provider}/${key}`, probes: GOOD_PROBES }
      const back = statement(enables ? 'model-switched-on' : 'model-answers', parameters)
      const alert = { kind: 'model-recovered' as const, provider, model: key, ...told(back), details: { probes } }
      await raiseAlert(transaction, alert, now())
      if (enables) await resolveAlerts(transaction, { kind: 'model-auto-disabled', provider, model: key }, now())
    })
  }

  return {
    async follow(one) {
      const row = await findRow(db, one.provider, one.key)
      if (isOffForErrors(row)) return true
      await close(one, isActive(row) ? 'enabled' : 'given-up')
      return false
    },
    async probe(one, signal) {
      const row = await findRow(db, one.provider, one.key)
      if (row === undefined) return
      const model = toModelRow(row, now().toISOString().slice(0, 10))
      const result = await probeModel(deps, model, { actor: WATCH, ...(signal && { signal }) })
      const { ok, durationMs, error } = result
      const at = now().toISOString()
      const probes = [...one.probes, { at, ok, durationMs: Math.round(durationMs), error: error?.message ?? null }]
      const step = afterProbes(probes)
      if (step.next === 'recovered') return recover(one, probes)
      if (step.next === 'give-up') return store.update(one.id, { probes, state: 'given-up', nextProbeAt: null })
      await store.update(one.id, { probes, nextProbeAt: new Date(clock.now() + step.waitMs) })
    },
  }
}
