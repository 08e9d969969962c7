/**
 * Switches off models that fail too often by their provider's fault, with the evidence; asks them again now and then, with
 * a cap; and proposes to switch them on, or does so, when they answer. Whatever an administrator decides meanwhile holds.
 */
import { sayAlone } from '../../reasons.ts'
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import { statement } from '../../statements/statement.ts'
import { raiseAlert, resolveAlerts } from '../alerts/alerts.store.ts'
import { errorRateOf } from '../alerts/evaluate.ts'
import type { AlertRule } from '../alerts/kinds.ts'
import type { CallWindows, ModelWindow } from '../alerts/call-windows.ts'
import { ruleOf } from '../alerts/rules.store.ts'
import { told } from '../alerts/told.ts'
import { probeModel, type ProbeDeps } from '../availability/probe-model.ts'
import { toModelRow } from '../model.ts'
import type { CatalogRow } from '../sync/catalog-row.ts'
import { findRow, lockProvider, writeRow } from '../sync/catalog-rows.store.ts'
import { recordChanges, type Actor } from '../sync/model-changes.store.ts'
import { createDisablementsStore, type Disablement } from './disablements.store.ts'
import { afterProbes, FIRST_PROBE_MS, GOOD_PROBES, isFailingTooOften, type Evidence, type Probe } from './judge.ts'

export interface AutoDisableDeps extends ProbeDeps {
  readonly db: Kysely<Database>
  readonly statistics: CallWindows
  /** Reads the catalog into memory again. */
  readonly refresh: () => Promise<void>
  readonly clock: Clock
}

const WATCH: Actor = { kind: 'watch', id: null, name: 'error watch' }
const MINUTE_MS = 60_000
/** Of all models together in one look, so that a provider's outage does not become a burst of calls. */
const PROBES_AT_ONCE = 3
const RECOVERED_SHOWN_MS = 24 * 3_600_000

const active = (row: CatalogRow | undefined): row is CatalogRow =>
  row !== undefined && row.active && row.deletedAt === null

export const createAutoDisable = (deps: AutoDisableDeps) => {
  const { db, statistics, refresh, clock } = deps
  const now = (): Date => new Date(clock.now())
  const store = createDisablementsStore(db)

  /** Counted anew since a model was switched on again: its old failures are no reason to switch it off at once. */
  const since = async (window: ModelWindow, from: Date, to: Date): Promise<{ window: ModelWindow; from: Date }> => {
    const end = await store.lastEnd(window.provider, window.model)
    if (end === null || end <= from) return { window, from }
    const later = (await statistics.window(end, to)).find(
      ({ provider, model }) => provider === window.provider && model === window.model,
    )
    return { window: later ?? { ...window, requests: 0, failures: 0 }, from: end }
  }

  const disable = async (window: ModelWindow, from: Date, rule: AlertRule): Promise<boolean> => {
    const { provider, model } = window
    const to = now()
    const evidence: Evidence = {
      windowFrom: from.toISOString(),
      windowTo: to.toISOString(),
      requests: window.requests,
      failures: window.failures,
      errorRate: errorRateOf(window),
      threshold: rule.threshold ?? 1,
      minimumSamples: rule.minimumSamples ?? 1,
      codes: await statistics.failureCodes(window, from, to),
    }
    const done = await db.transaction().execute(async (transaction) => {
      await lockProvider(transaction, provider)
      const row = await findRow(transaction, provider, model)
      if (!active(row)) return false
      const reason = sayAlone('removed-errors', {
        failures: window.failures,
        requests: window.requests,
        percent: (evidence.errorRate * 100).toFixed(1),
        moment: evidence.windowFrom.slice(0, 16).replace('T', ' '),
      })
      const off = { ...row, active: false, removalCause: 'errors' as const, removalReason: reason, removedAt: to }
      await writeRow(transaction, { ...off, proposal: null, proposedAt: null }, to)
      const changes = [{ field: 'active', from: true, to: false, source: reason }]
      await recordChanges(transaction, [{ provider, key: model, action: 'changed', changes }], WATCH, to)
      await createDisablementsStore(transaction).insert({
        id: createId(clock.now()),
        provider,
        key: model,
        evidence,
        nextProbeAt: new Date(clock.now() + FIRST_PROBE_MS),
        disabledAt: to,
      })
      const switchedOff = statement('model-switched-off', {
        model: `${provider}/${model}`,
        failures: window.failures,
        requests: window.requests,
        rate: evidence.errorRate,
      })
      const alert = { kind: 'model-auto-disabled' as const, provider, model, severity: rule.severity }
      await raiseAlert(transaction, { ...alert, ...told(switchedOff), details: { ...evidence } }, to)
      return true
    })
    return done
  }

  const disableFailing = async (): Promise<number> => {
    const rule = await ruleOf(db, 'model-auto-disabled')
    if (!rule.enabled) return 0
    const to = now()
    const from = new Date(to.getTime() - (rule.windowMinutes ?? 0) * MINUTE_MS)
    const suspects = (await statistics.window(from, to)).filter((window) => isFailingTooOften(window, rule))
    let disabled = 0
    for (const suspect of suspects) {
      const counted = await since(suspect, from, to)
      if (isFailingTooOften(counted.window, rule) && (await disable(counted.window, counted.from, rule))) disabled += 1
    }
    return disabled
  }

  /** The end of it, and of the alerts about it: both, or neither. */
  const close = (one: Disablement, state: 'enabled' | 'given-up'): Promise<void> =>
    db.transaction().execute(async (transaction) => {
      const ended = { endedAt: now(), endedBy: 'administrator', nextProbeAt: null }
      await createDisablementsStore(transaction).update(one.id, { state, ...ended })
      const about = { provider: one.provider, model: one.key }
      await resolveAlerts(transaction, { kind: 'model-auto-disabled', ...about }, now())
      if (state === 'enabled') await resolveAlerts(transaction, { kind: 'model-recovered', ...about }, now())
    })
  /** What an administrator, or the sync, decided in the meantime. */
  const follow = async (one: Disablement): Promise<boolean> => {
    const row = await findRow(db, one.provider, one.key)
    if (row !== undefined && !row.active && row.removalCause === 'errors' && row.deletedAt === null) return false
    await close(one, active(row) ? 'enabled' : 'given-up')
    return true
  }

  const recover = async (one: Disablement, probes: readonly Probe[]): Promise<void> => {
    const { provider, key } = one
    const { recovery } = await ruleOf(db, 'model-auto-disabled')
    const enables = recovery === 'enable'
    const why = `It answered ${GOOD_PROBES} probes in a row`
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

  const probe = async (one: Disablement, signal?: AbortSignal): Promise<void> => {
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
  }

  return {
    list: store.list,
    /** Switches off what fails too often; how many models. */
    async disable(): Promise<number> {
      const disabled = await disableFailing()
      if (disabled > 0) await refresh()
      return disabled
    },
    /** Follows what was decided about those that are off, and asks those whose turn it is; how many. */
    async probe(signal?: AbortSignal): Promise<number> {
      const still: Disablement[] = []
      for (const one of await store.open()) if (!(await follow(one))) still.push(one)
      const due = still
        .filter(({ nextProbeAt }) => nextProbeAt !== null && nextProbeAt <= now())
        .toSorted((a, b) => (a.nextProbeAt?.getTime() ?? 0) - (b.nextProbeAt?.getTime() ?? 0))
        .slice(0, PROBES_AT_ONCE)
      for (const one of due) await probe(one, signal)
      // That a model is back is news, not a trouble: it goes by itself.
      const before = new Date(clock.now() - RECOVERED_SHOWN_MS)
      await resolveAlerts(db, { kind: 'model-recovered', before }, now())
      if (due.length > 0) await refresh()
      return due.length
    },
  }
}

export type AutoDisable = ReturnType<typeof createAutoDisable>
