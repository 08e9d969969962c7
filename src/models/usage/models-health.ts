/** The state of providers and models over the last day, for supervisors and the dashboard. */
import { ERRORS, type ErrorCode } from '../../errors.ts'
import type { ModelRow } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { readReason, sayAlone, type Reason } from '../../reasons.ts'
import type { ErrorLogStore } from '../error-log/error-log.store.ts'
import { toFigures, type Figures } from './figures.ts'
import type { Period } from './period.ts'
import type { MeasuredGroup, UsageStore } from './usage.store.ts'
import type { RecorderCounts } from './recorder/recorder.ts'
import { measureWithoutProbes } from './without-probes.ts'

/** What a share of failed calls is called. */
export type HealthState = 'ok' | 'degraded' | 'failing' | 'down'
export type ProviderStatus = HealthState | 'idle' | 'not-set-up'
type Judge = (errorRate: number) => HealthState

export interface ModelsHealthDeps {
  readonly store: Pick<UsageStore, 'measure'>
  readonly errors: Pick<ErrorLogStore, 'reasonsByModel'>
  readonly recorder: () => Promise<RecorderCounts>
  /** The whole catalog, and why one cannot be asked. */
  readonly rows: () => readonly ModelRow[]
  readonly unavailableReason: (row: ModelRow) => string | null
  readonly providers: readonly { readonly id: string; readonly displayName: string }[]
  /** Why nobody can be asked at this provider; null when somebody can. */
  readonly notSetUp: (provider: string) => string | null
  /** The host's bounds: the same ones that its pages and alerts go by. */
  readonly judge: Judge
  readonly clock: Clock
}

const HOUR_MS = 3_600_000
const HOURS = 24
/** Fewer calls than this do not tell how a provider does, only whether it answers. */
const TELLING_REQUESTS = 5
const TOP_MODELS = 10
const REASONS = 5

const requestsOf = ({ answered, providerFailed }: Figures): number => answered + providerFailed

export const statusOf = (figures: Figures | null, judge: Judge): HealthState | 'idle' => {
  if (figures === null || requestsOf(figures) === 0) return 'idle'
  const state = judge(figures.errorRate ?? 0)
  return requestsOf(figures) < TELLING_REQUESTS && state !== 'ok' ? 'degraded' : state
}

/** As long as one provider does well, the others are what fallbacks are for. */
export const overallStatus = (statuses: readonly ProviderStatus[]): HealthState | 'idle' => {
  const called = statuses.filter((status) => status !== 'idle' && status !== 'not-set-up')
  if (called.length === 0) return 'idle'
  if (called.every((status) => status === 'down')) return 'down'
  if (called.every((status) => status === 'down' || status === 'failing')) return 'failing'
  return called.every((status) => status === 'ok') ? 'ok' : 'degraded'
}

/** The upper end of what the true error rate may be (Wilson, 95 %): few calls without a failure prove little. */
const worstErrorRate = (figures: Figures): number => {
  const count = requestsOf(figures)
  if (count === 0) return 1
  const [rate, z] = [figures.providerFailed / count, 1.96]
  const middle = rate + z ** 2 / (2 * count)
  const spread = z * Math.sqrt((rate * (1 - rate)) / count + z ** 2 / (4 * count ** 2))
  return (middle + spread) / (1 + z ** 2 / count)
}

const timesOf = (figures: Figures) => {
  const { averageMs, p95Ms } = figures
  return { requests: requestsOf(figures), errorRate: figures.errorRate, averageMs, p95Ms }
}

type Measured = ReadonlyMap<string, { readonly group: MeasuredGroup; readonly figures: Figures }>

const byKey = (groups: readonly MeasuredGroup[]): Measured =>
  new Map(groups.map((group) => [`${group.provider}/${group.model}`, { group, figures: toFigures(group) }]))

const becauseOf = (reason: string | null): Reason | null => (reason === null ? null : readReason(reason))

const providersHealth = (deps: ModelsHealthDeps, measured: Measured) => {
  const rows = deps.rows()
  const known = new Map(deps.providers.map(({ id, displayName }) => [id, displayName]))
  const ids = new Set([...known.keys(), ...rows.map(({ provider }) => provider)])
  return [...ids].sort().map((provider) => {
    const figures = measured.get(`${provider}/`)?.figures ?? null
    const reason = deps.notSetUp(provider)
    const own = rows.filter((row) => row.provider === provider)
    return {
      provider,
      displayName: known.get(provider) ?? provider,
      // One that was called today tells how it does, whether its key was taken out since or not.
      status: reason !== null && figures === null ? ('not-set-up' as const) : statusOf(figures, deps.judge),
      reason,
      because: becauseOf(reason),
      activeModels: own.filter(({ active }) => active).length,
      totalModels: own.length,
      ...(figures === null ? { requests: 0, errorRate: null, averageMs: null, p95Ms: null } : timesOf(figures)),
    }
  })
}

const failedModels = (
  deps: ModelsHealthDeps,
  measured: Measured,
  reasons: Awaited<ReturnType<ErrorLogStore['reasonsByModel']>>,
) => {
  const rows = new Map(deps.rows().map((row) => [`${row.provider}/${row.key}`, row]))
  return [...measured.entries()]
    .filter(([, { figures }]) => figures.providerFailed > 0)
    .sort(([, one], [, other]) => other.figures.providerFailed - one.figures.providerFailed)
    .map(([name, { group, figures }]) => {
      const row = rows.get(name)
      const unavailableReason = row === undefined ? sayAlone('no-longer-in-catalog') : deps.unavailableReason(row)
      return {
        provider: group.provider,
        model: group.model,
        displayName: row?.displayName ?? group.model,
        status: statusOf(figures, deps.judge),
        requests: requestsOf(figures),
        failed: figures.providerFailed,
        errorRate: figures.errorRate,
        unavailableReason,
        unavailableBecause: becauseOf(unavailableReason),
        reasons: reasons
          .filter((one) => one.provider === group.provider && one.model === group.model)
          .slice(0, REASONS)
          .map(({ code, count, last_at, message }) => ({
            code,
            title: code in ERRORS ? ERRORS[code as ErrorCode].title : code,
            count,
            lastAt: last_at.toISOString(),
            message,
          })),
      }
    })
}

const topPerformers = (deps: ModelsHealthDeps, measured: Measured) => {
  const names = new Map(deps.rows().map((row) => [`${row.provider}/${row.key}`, row.displayName]))
  return (
    [...measured.entries()]
      // Who fails often is none of the best, however few there are.
      .filter(([, { figures }]) => figures.answered > 0 && deps.judge(figures.errorRate ?? 0) === 'ok')
      .map(([name, { group, figures }]) => ({ name, group, figures, worst: worstErrorRate(figures) }))
      .sort((one, other) => one.worst - other.worst || (one.figures.averageMs ?? 0) - (other.figures.averageMs ?? 0))
      .slice(0, TOP_MODELS)
      .map(({ name, group, figures }) => ({
        provider: group.provider,
        model: group.model,
        displayName: names.get(name) ?? group.model,
        ...timesOf(figures),
      }))
  )
}

export type ModelsHealth = ReturnType<typeof createModelsHealth>

export const createModelsHealth = (deps: ModelsHealthDeps) => async () => {
  const nowMs = deps.clock.now()
  const toMs = (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS
  const period: Period = { fromMs: toMs - (HOURS + 1) * HOUR_MS, toMs, grain: 'hour' }
  const question = { period, filter: {}, steps: false, percentiles: true }
  const [byProvider, byModel, reasons, recorder] = await Promise.all([
    measureWithoutProbes(deps.store, { ...question, by: ['provider'] }),
    measureWithoutProbes(deps.store, { ...question, by: ['provider', 'model'] }),
    deps.errors.reasonsByModel(period.fromMs),
    deps.recorder(),
  ])
  const providers = providersHealth(deps, byKey(byProvider))
  const models = byKey(byModel)
  return {
    status: overallStatus(providers.map(({ status }) => status)),
    checkedAt: new Date(nowMs).toISOString(),
    from: new Date(period.fromMs).toISOString(),
    providers,
    failedModels: failedModels(deps, models, reasons),
    topPerformers: topPerformers(deps, models),
    recorder,
  }
}
