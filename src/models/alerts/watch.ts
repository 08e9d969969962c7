/** Looks at the facts every minute, raises what the rules find and resolves what is over. One process at a time. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { Clock } from '../../lib/clock.ts'
import { statement } from '../../statements/statement.ts'
import type { ScheduledTask, TaskOutcome } from '../schedules/task.ts'
import { openAlerts, raiseAlert, resolveAlert, type Alert } from './alerts.store.ts'
import { EVALUATORS, evaluateRules, type AlertFacts, type Finding } from './evaluate.ts'
import type { AlertKind, AlertRule } from './kinds.ts'
import type { CallWindows } from './call-windows.ts'
import type { Notifier } from './notifier.ts'
import { allRules } from './rules.store.ts'
import { freshSignals } from './signals.store.ts'
import { told } from './told.ts'

export interface WatchDeps {
  readonly db: Kysely<Database>
  readonly statistics: CallWindows
  readonly queues: () => Promise<AlertFacts['queues']>
  readonly disk: () => Promise<AlertFacts['disk']>
  /** Of those who spent most of theirs; asked only while somebody wants to hear of it. */
  readonly userBudgets: () => Promise<AlertFacts['userBudgets']>
  readonly notifier: Pick<Notifier, 'tell'>
  /** Switches off what fails too often, and looks after what was switched off. */
  readonly autoDisable: { disable(): Promise<number>; probe(signal: AbortSignal): Promise<number> }
  readonly clock: Clock
}

const MINUTE_MS = 60_000
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS
const MICROCENTS_PER_USD = 100_000_000
/** An alert that no rule can judge any more, since nobody asks the model, ends after this. */
const LEAST_MEMORY_MS = 60 * MINUTE_MS

const keyOf = ({ kind, provider, model }: Pick<Finding, 'kind' | 'provider' | 'model'>): string =>
  JSON.stringify([kind, provider, model ?? null])

const USER_BUDGETS: readonly AlertKind[] = ['user-budget-near', 'user-budget-used-up']
/** Kinds of which every trouble is in the facts at every look: what is not there is over. */
const WHOLE: readonly AlertKind[] = [
  'breaker-open',
  'credential-failing',
  'queue-age',
  'budget',
  'disk',
  ...USER_BUDGETS,
]

export const isOver = (alert: Alert, finding: Finding | undefined, rule: AlertRule, nowMs: number): boolean => {
  if (!rule.enabled) return true
  if (finding !== undefined) return finding.state === 'fine'
  if (WHOLE.includes(alert.kind)) return true
  const memoryMs = Math.max(LEAST_MEMORY_MS, (rule.windowMinutes ?? 0) * MINUTE_MS)
  return nowMs - alert.lastSeenAt.getTime() >= memoryMs
}

const gatherFacts = async (deps: WatchDeps, rules: readonly AlertRule[]): Promise<AlertFacts> => {
  const { db, statistics, clock } = deps
  const nowMs = clock.now()
  const now = new Date(nowMs)
  const windowOf = (kind: AlertKind): Date => {
    const minutes = rules.find((rule) => rule.kind === kind)?.windowMinutes ?? 60
    return new Date(nowMs - minutes * MINUTE_MS)
  }
  const isOn = (kind: AlertKind): boolean => rules.some((rule) => rule.kind === kind && rule.enabled)
  const from = windowOf('model-latency')
  const wantsBudget = rules.some(({ kind, threshold }) => kind === 'budget' && threshold !== null)
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()))
  const [forErrors, forLatency, usual, spent, signals, queues, disk, userBudgets] = await Promise.all([
    isOn('model-error-rate') ? statistics.window(windowOf('model-error-rate'), now) : [],
    isOn('model-latency') ? statistics.window(from, now, { percentiles: true }) : [],
    isOn('model-latency') ? statistics.window(new Date(from.getTime() - WEEK_MS), from, { percentiles: true }) : [],
    wantsBudget ? statistics.window(month, now) : null,
    freshSignals(db, now),
    deps.queues(),
    deps.disk(),
    USER_BUDGETS.some(isOn) ? deps.userBudgets() : [],
  ])
  const monthCostUsd =
    spent === null ? null : spent.reduce((sum, one) => sum + one.costMicrocents, 0) / MICROCENTS_PER_USD
  return { nowMs, forErrors, forLatency, usual, signals, queues, disk, monthCostUsd, userBudgets }
}

const withCodes = async ({ statistics }: WatchDeps, finding: Finding, rule: AlertRule, nowMs: number) => {
  if (finding.kind !== 'model-error-rate' || finding.model === undefined) return finding.details
  const from = new Date(nowMs - (rule.windowMinutes ?? 60) * MINUTE_MS)
  const codes = await statistics.failureCodes(
    { provider: finding.provider, model: finding.model },
    from,
    new Date(nowMs),
  )
  return { ...finding.details, codes }
}

export const lookAtRules = async (deps: WatchDeps): Promise<{ raised: number; resolved: number }> => {
  const { db, clock } = deps
  const now = new Date(clock.now())
  const rules = await allRules(db)
  const facts = await gatherFacts(deps, rules)
  const findings = new Map(evaluateRules(rules, facts).map((finding) => [keyOf(finding), finding]))
  const ruleOf = new Map(rules.map((rule) => [rule.kind, rule]))
  let [raised, resolved] = [0, 0]
  for (const finding of findings.values()) {
    const rule = ruleOf.get(finding.kind)
    if (finding.state !== 'firing' || rule === undefined) continue
    const details = await withCodes(deps, finding, rule, facts.nowMs)
    const { kind, provider, model } = finding
    const alert = {
      kind,
      provider,
      ...told(finding.statement),
      details,
      severity: rule.severity,
      ...(model !== undefined && { model }),
    }
    if (await raiseAlert(db, alert, now)) raised += 1
  }
  for (const alert of await openAlerts(db, Object.keys(EVALUATORS) as AlertKind[])) {
    const rule = ruleOf.get(alert.kind)
    if (rule === undefined || !isOver(alert, findings.get(keyOf(alert)), rule, facts.nowMs)) continue
    await resolveAlert(db, alert.id, null, now)
    resolved += 1
  }
  return { raised, resolved }
}

export const createWatchTask = (deps: WatchDeps): ScheduledTask => ({
  name: 'alerts.watch',
  description: 'Looks for troubles, switches off models that fail, and tells the administrators',
  cron: '* * * * *',
  async run({ signal }): Promise<TaskOutcome> {
    const disabled = await deps.autoDisable.disable()
    const { raised, resolved } = await lookAtRules(deps)
    const messages = await deps.notifier.tell()
    // Last: a model that hangs must not keep anybody from being told.
    const probed = await deps.autoDisable.probe(signal)
    return {
      statement: statement('watch-done', { raised, resolved, told: messages, disabled }),
      result: { raised, resolved, told: messages, disabled, probed },
    }
  },
})
