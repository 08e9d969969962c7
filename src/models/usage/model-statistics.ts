/**
 * What calls of the last day and week showed of each model, on all processes together: for lists of models and as the
 * ground of automatic choices, so that a restart forgets nothing. Read from the rollups now and then, held in memory.
 */
import type { Clock } from '../../lib/clock.ts'
import type { RememberedCalls } from '../../gateway/index.ts'
import { errorRateOf, toFigures } from './figures.ts'
import type { MeasuredGroup, UsageStore } from './usage.store.ts'
import { GRAIN_MS, type Period } from './period.ts'
import { measureWithoutProbes } from './without-probes.ts'

export interface ModelFigures {
  /** Answered, and failed by the provider's fault. */
  readonly requests: number
  readonly errorRate: number | null
  readonly averageMs: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly firstTokenP50Ms: number | null
  /** Input and output together, of an answered request. */
  readonly tokensPerRequest: number | null
}

export interface ModelStatistics {
  /** Null while nobody called the model in that time. */
  of(provider: string, key: string): { readonly day: ModelFigures | null; readonly week: ModelFigures | null }
  /** For the gateway: calls of the last hour, or of the day where the hour has too few to tell. */
  remembered(row: { readonly provider: string; readonly key: string }): RememberedCalls | null
  /** Reads the rollups again. */
  load(): Promise<void>
}

/** Fewer than this in the last hour, and the whole day tells more. */
const TELLING_REQUESTS = 20
/** A record is in the database this long after the call ended, or a little earlier. */
const WRITE_DELAY_MS = 1_000

const nameOf = (provider: string, key: string): string => `${provider}/${key}`

const toModelFigures = (group: MeasuredGroup): ModelFigures => {
  const { averageMs, p50Ms, p95Ms, firstTokenP50Ms } = toFigures(group)
  const tokens = group.input_tokens + group.output_tokens
  return {
    requests: group.answered + group.provider_failed,
    errorRate: errorRateOf(group),
    averageMs,
    p50Ms,
    p95Ms,
    firstTokenP50Ms,
    tokensPerRequest: group.answered === 0 ? null : Math.round(tokens / group.answered),
  }
}

const toRemembered = (group: MeasuredGroup, untilMs: number): RememberedCalls => ({
  answered: group.answered,
  failed: group.provider_failed,
  durationSumMs: group.duration_sum_ms,
  untilMs,
})

const byName = (groups: readonly MeasuredGroup[]): Map<string, MeasuredGroup> =>
  new Map(groups.map((group) => [nameOf(group.provider, group.model), group]))

const toFiguresByName = (groups: ReadonlyMap<string, MeasuredGroup>): Map<string, ModelFigures> =>
  new Map([...groups].map(([name, group]) => [name, toModelFigures(group)]))

/** The steps that end with the one that is under way. */
const lastSteps = (grain: 'hour' | 'day', count: number, nowMs: number): Period => {
  const toMs = (Math.floor(nowMs / GRAIN_MS[grain]) + 1) * GRAIN_MS[grain]
  return { fromMs: toMs - count * GRAIN_MS[grain], toMs, grain }
}

interface Loaded {
  readonly hour: Map<string, MeasuredGroup>
  readonly day: Map<string, MeasuredGroup>
  readonly figures: { readonly day: Map<string, ModelFigures>; readonly week: Map<string, ModelFigures> }
  readonly untilMs: number
}

export const createModelStatistics = (deps: {
  readonly store: Pick<UsageStore, 'measure'>
  readonly clock: Clock
}): ModelStatistics => {
  const { store, clock } = deps
  let loaded: Loaded = {
    hour: new Map(),
    day: new Map(),
    figures: { day: new Map(), week: new Map() },
    untilMs: -Infinity,
  }

  const read = async (period: Period, percentiles: boolean): Promise<Map<string, MeasuredGroup>> =>
    byName(
      await measureWithoutProbes(store, {
        period,
        filter: {},
        by: ['provider', 'model'],
        steps: false,
        percentiles,
      }),
    )

  return {
    of(provider, key) {
      const name = nameOf(provider, key)
      const { day, week } = loaded.figures
      return { day: day.get(name) ?? null, week: week.get(name) ?? null }
    },
    remembered({ provider, key }) {
      const hour = loaded.hour.get(nameOf(provider, key))
      const isTelling = hour !== undefined && hour.answered + hour.provider_failed >= TELLING_REQUESTS
      const group = isTelling ? hour : loaded.day.get(nameOf(provider, key))
      return group === undefined ? null : toRemembered(group, loaded.untilMs)
    },
    async load() {
      const nowMs = clock.now()
      const [hour, day, week] = await Promise.all([
        // The hour that began just now has hardly a call.
        read(lastSteps('hour', 2, nowMs), false),
        read(lastSteps('hour', 25, nowMs), true),
        read(lastSteps('day', 8, nowMs), true),
      ])
      const figures = { day: toFiguresByName(day), week: toFiguresByName(week) }
      loaded = { hour, day, figures, untilMs: nowMs - WRITE_DELAY_MS }
    },
  }
}
