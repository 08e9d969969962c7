/** Switches off models that fail too often by their provider's fault, with the evidence. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import { sayAlone } from '../../reasons.ts'
import { statement } from '../../statements/statement.ts'
import { raiseAlert } from '../alerts/alerts.store.ts'
import type { CallWindows, ModelWindow } from '../alerts/call-windows.ts'
import { errorRateOf } from '../alerts/evaluate.ts'
import type { AlertRule } from '../alerts/kinds.ts'
import { ruleOf } from '../alerts/rules.store.ts'
import { told } from '../alerts/told.ts'
import { findRow, lockProvider, writeRow } from '../sync/catalog-rows.store.ts'
import { recordChanges } from '../sync/model-changes.store.ts'
import { createDisablementsStore } from './disablements.store.ts'
import { FIRST_PROBE_MS, isFailingTooOften, type Evidence } from './judge.ts'
import { isActive, WATCH } from './watched.ts'

export interface SwitchOffDeps {
  readonly db: Kysely<Database>
  readonly statistics: CallWindows
  readonly clock: Clock
}

interface Counted {
  readonly window: ModelWindow
  readonly from: Date
}

const MINUTE_MS = 60_000

const reasonOf = ({ failures, requests, errorRate, windowFrom }: Evidence): string =>
  sayAlone('removed-errors', {
    failures,
    requests,
    percent: Math.round(errorRate * 1_000) / 10,
    moment: windowFrom.slice(0, 16).replace('T', ' '),
  })

/** Looks at all models once; returns how many were switched off. */
export const createSwitchOff = ({ db, statistics, clock }: SwitchOffDeps): (() => Promise<number>) => {
  const store = createDisablementsStore(db)

  /** Counted anew since a model was switched on again: its old failures are no reason to switch it off at once. */
  const since = async (window: ModelWindow, from: Date, to: Date): Promise<Counted> => {
    const end = await store.lastEnd(window.provider, window.model)
    if (end === null || end <= from) return { window, from }
    const later = (await statistics.window(end, to)).find(
      ({ provider, model }) => provider === window.provider && model === window.model,
    )
    return { window: later ?? { ...window, requests: 0, failures: 0 }, from: end }
  }

  const evidenceOf = async ({ window, from }: Counted, to: Date, rule: AlertRule): Promise<Evidence> => ({
    windowFrom: from.toISOString(),
    windowTo: to.toISOString(),
    requests: window.requests,
    failures: window.failures,
    errorRate: errorRateOf(window),
    threshold: rule.threshold ?? 1,
    minimumSamples: rule.minimumSamples ?? 1,
    codes: await statistics.failureCodes(window, from, to),
  })

  const switchOff = async ({ provider, model }: ModelWindow, evidence: Evidence, rule: AlertRule): Promise<boolean> => {
    const now = new Date(evidence.windowTo)
    return db.transaction().execute(async (transaction) => {
      await lockProvider(transaction, provider)
      const row = await findRow(transaction, provider, model)
      if (!isActive(row)) return false
      const reason = reasonOf(evidence)
      const off = { active: false, removalCause: 'errors' as const, removalReason: reason, removedAt: now }
      await writeRow(transaction, { ...row, ...off, proposal: null, proposedAt: null }, now)
      const changes = [{ field: 'active', from: true, to: false, source: reason }]
      await recordChanges(transaction, [{ provider, key: model, action: 'changed', changes }], WATCH, now)
      await createDisablementsStore(transaction).insert({
        id: createId(clock.now()),
        provider,
        key: model,
        evidence,
        nextProbeAt: new Date(clock.now() + FIRST_PROBE_MS),
        disabledAt: now,
      })
      const { failures, requests, errorRate: rate } = evidence
      const about = told(statement('model-switched-off', { model: `${provider}/${model}`, failures, requests, rate }))
      const alert = { kind: 'model-auto-disabled' as const, provider, model, severity: rule.severity }
      await raiseAlert(transaction, { ...alert, ...about, details: { ...evidence } }, now)
      return true
    })
  }

  return async () => {
    const rule = await ruleOf(db, 'model-auto-disabled')
    if (!rule.enabled) return 0
    const to = new Date(clock.now())
    const from = new Date(to.getTime() - (rule.windowMinutes ?? 0) * MINUTE_MS)
    const suspects = (await statistics.window(from, to)).filter((window) => isFailingTooOften(window, rule))
    let switchedOff = 0
    for (const suspect of suspects) {
      const counted = await since(suspect, from, to)
      if (!isFailingTooOften(counted.window, rule)) continue
      const evidence = await evidenceOf(counted, new Date(clock.now()), rule)
      if (await switchOff(counted.window, evidence, rule)) switchedOff += 1
    }
    return switchedOff
  }
}
