/**
 * Sentences that the server writes for administrators: a code and what goes into it, so that each is read in its reader's
 * language, on a page or in a mail. The English sentence is stored beside it for whatever reads no codes.
 *
 * Rows of years ago are read by today's words, so the parameters of a code never change; what changes is a new code.
 */

/** One measure of a rollout's two arms. */
export interface ComparedMeasure {
  readonly measure: 'errors' | 'latency' | 'cost'
  readonly control: number | null
  readonly candidate: number | null
  /** Minus for errors, divided by for the others. */
  readonly difference: number | null
}

type Nothing = Readonly<Record<string, never>>

/** By code. Shares are 0 to 1, models `provider/key`. */
export interface StatementParameters {
  // ── Alerts ──
  'model-failing': { model: string; failures: number; requests: number; rate: number; minutes: number }
  'model-slow': { model: string; p95Ms: number; times: number }
  'model-held-back': { model: string }
  'model-switched-off': { model: string; failures: number; requests: number; rate: number }
  'model-switched-on': { model: string; probes: number }
  'model-answers': { model: string; probes: number }
  'key-refused': { key: string; provider: string; error: string }
  'list-endless': { provider: string }
  'list-unreadable': { provider: string; rows: number }
  'list-empty': { provider: string; active: number }
  'list-shrunk': { provider: string; removed: number; active: number }
  'list-not-read': { provider: string; error: string }
  'chains-broken': { models: readonly string[] }
  'providers-cost': { spentUsd: number; plannedUsd: number }
  'user-budget-near': { user: string; spentCredits: number; budgetCredits: number }
  'user-budget-used-up': { user: string; spentCredits: number; budgetCredits: number }
  'work-waits': { queue: string; minutes: number; waiting: number }
  'disk-nearly-full': { freeShare: number; freeBytes: number }
  'schedule-failed': { schedule: string; error: string | null }
  'rollout-completed': { candidate: string; control: string; reason: Statement | null }
  'rollout-rolled-back': { candidate: string; control: string; reason: Statement | null }
  // ── Why nobody was told ──
  'rule-off': Nothing
  'told-shortly-before': Nothing
  'over-before-told': Nothing
  'no-channel': Nothing
  // ── Results of schedules ──
  'watch-done': { raised: number; resolved: number; told: number; disabled: number }
  'sync-done': { providers: readonly { provider: string; outcome: string }[] }
  'health-done': { answering: number; asked: number; silent: readonly string[] }
  'no-provider': Nothing
  'limits-tried': { tried: number; grown: readonly string[]; left: number; unpriced: number }
  'rollouts-stepped': { waiting: number; moved: readonly { name: string; action: string }[] }
  'report-done': { requests: number; errorRate: number; failing: number; disabled: number }
  'upkeep-done': { partitions: number; rows: number }
  'run-before-goes-on': Nothing
  'holds-released': { holds: number }
  // ── Rollouts ──
  'rollout-began': Nothing
  'decided-by': { by: string }
  'candidate-needs-requests': { missing: number }
  'control-needs-requests': { missing: number }
  'stage-lasts': { minutes: number }
  'not-clear': { measures: readonly ComparedMeasure['measure'][] }
  'candidate-too-dear': { spentUsd: number }
  'candidate-worse': { measures: readonly ComparedMeasure[] }
  'arms-compared': { measures: readonly ComparedMeasure[] }
  // ── Reasons in reports and in the catalog ──
  'failed-of': { failures: number; requests: number }
}

export type StatementCode = keyof StatementParameters

export type Statement = {
  [Code in StatementCode]: { readonly code: Code; readonly parameters: StatementParameters[Code] }
}[StatementCode]

/** As it comes from a database or over HTTP, perhaps of a version that knew other codes. */
export interface KeptStatement {
  readonly code: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** What one language needs: a sentence for every code. */
export type Words = {
  readonly [Code in StatementCode]: (parameters: StatementParameters[Code]) => string
}

export const statement = <Code extends StatementCode>(
  code: Code,
  ...[parameters]: StatementParameters[Code] extends Nothing ? [] : [StatementParameters[Code]]
): Statement => ({ code, parameters: parameters ?? {} }) as Statement
