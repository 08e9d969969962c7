/** What a week showed, from figures. Pure: the figures go in, the report comes out. */
import { statement, type KeptStatement, type Statement } from '../../statements/statement.ts'
import type { ModelWindow } from '../alerts/call-windows.ts'
import { errorRateOf } from '../alerts/evaluate.ts'

export interface ReportTotals {
  readonly requests: number
  readonly failures: number
  readonly errorRate: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly inputTokens: number
  readonly outputTokens: number
  /** Null when some calls have no known price: a sum with a hole in it would look cheap. */
  readonly costMicrocents: number | null
}
export interface ReportModel extends ReportTotals {
  readonly provider: string
  readonly model: string
}

export interface WeeklyReport {
  readonly totals: ReportTotals
  readonly before: ReportTotals | null
  readonly providers: readonly (ReportTotals & { readonly provider: string })[]
  readonly models: readonly ReportModel[]
  readonly worst: readonly (ReportModel & { readonly codes: Readonly<Record<string, number>> })[]
  readonly catalog: {
    readonly active: number
    readonly inactive: number
    readonly added: readonly { readonly provider: string; readonly model: string }[]
    readonly removed: readonly { readonly provider: string; readonly model: string; readonly reason: string }[]
  }
  readonly alerts: {
    readonly opened: number
    readonly resolved: number
    readonly open: number
    readonly byKind: readonly { readonly kind: string; readonly count: number }[]
  }
  readonly disabled: readonly {
    readonly provider: string
    readonly model: string
    readonly reason: string
    readonly statement: KeptStatement | null
    readonly at: string
  }[]
  readonly rollouts: readonly {
    readonly id: string
    readonly control: string
    readonly candidate: string
    readonly status: string
    readonly percent: number
    readonly reason: string
    readonly statement: KeptStatement | null
  }[]
  readonly schedules: { readonly runs: number; readonly failed: number }
}

export interface ReportFacts extends Pick<WeeklyReport, 'catalog' | 'alerts' | 'disabled' | 'rollouts' | 'schedules'> {
  readonly week: readonly ModelWindow[]
  readonly weekBefore: readonly ModelWindow[]
  /** Of a provider's or of all calls together: percentiles do not add up. */
  readonly times: (provider: string | null) => { readonly p50Ms: number | null; readonly p95Ms: number | null }
  readonly codes: (name: { readonly provider: string; readonly model: string }) => Readonly<Record<string, number>>
}

const MOST_MODELS = 20
const MOST_WORST = 10
/** Fewer requests in a week say nothing about errors. */
export const TELLING_REQUESTS = 10
const WORST_ABOVE = 0.02

const sum = (windows: readonly ModelWindow[], of: (window: ModelWindow) => number): number =>
  windows.reduce((total, window) => total + of(window), 0)

const totalsOf = (windows: readonly ModelWindow[], times: Pick<ReportTotals, 'p50Ms' | 'p95Ms'>): ReportTotals => {
  const [requests, failures] = [sum(windows, (one) => one.requests), sum(windows, (one) => one.failures)]
  return {
    requests,
    failures,
    errorRate: errorRateOf({ requests, failures }),
    ...times,
    inputTokens: sum(windows, (one) => one.inputTokens),
    outputTokens: sum(windows, (one) => one.outputTokens),
    costMicrocents: windows.some(({ unpriced }) => unpriced > 0) ? null : sum(windows, (one) => one.costMicrocents),
  }
}

const toModel = (window: ModelWindow): ReportModel => ({
  provider: window.provider,
  model: window.model,
  ...totalsOf([window], { p50Ms: window.p50Ms, p95Ms: window.p95Ms }),
})

export const isWorst = (window: Pick<ModelWindow, 'requests' | 'failures'>): boolean =>
  window.requests >= TELLING_REQUESTS && errorRateOf(window) > WORST_ABOVE

export const buildReport = (facts: ReportFacts): WeeklyReport => {
  const { week, weekBefore, times, codes, catalog, alerts, disabled, rollouts, schedules } = facts
  const called = week.filter(({ requests }) => requests > 0)
  const byProvider = Map.groupBy(called, ({ provider }) => provider)
  const unknown = { p50Ms: null, p95Ms: null }
  return {
    totals: totalsOf(called, times(null)),
    before: weekBefore.some(({ requests }) => requests > 0) ? totalsOf(weekBefore, unknown) : null,
    providers: [...byProvider]
      .map(([provider, windows]) => ({ provider, ...totalsOf(windows, times(provider)) }))
      .toSorted((a, b) => b.requests - a.requests),
    models: called
      .toSorted((a, b) => b.requests - a.requests)
      .slice(0, MOST_MODELS)
      .map(toModel),
    worst: called
      .filter(isWorst)
      .toSorted((a, b) => errorRateOf(b) - errorRateOf(a))
      .slice(0, MOST_WORST)
      .map((window) => ({ ...toModel(window), codes: codes(window) })),
    catalog,
    alerts,
    disabled,
    rollouts,
    schedules,
  }
}

export const headlineOf = ({ totals, worst, disabled }: WeeklyReport): Statement =>
  statement('report-done', {
    requests: totals.requests,
    errorRate: totals.errorRate,
    failing: worst.length,
    disabled: disabled.length,
  })
