/** Answers about usage: totals and series, tables by model, provider, operation or user, and what happens now. */
import type { Clock } from '../../lib/clock.ts'
import { NOTHING, toFigures, type Figures } from './figures.ts'
import {
  stepsOf,
  toDailyPeriod,
  toHourlyPeriod,
  toPeriod,
  type AskedPeriod,
  type Grain,
  type Period,
} from './period.ts'
import type { RecorderCounts, UsageRecorder } from './recorder/recorder.ts'
import type { MeasuredGroup, UsageFilter, UsageStore } from './usage.store.ts'
import { readRows, toPage, type DisplayNames, type TableQuestion, type UsageTableRow } from './usage-table.ts'
import { measureWithoutProbes } from './without-probes.ts'

export interface SeriesPoint extends Figures {
  readonly at: string
}

export interface UsageOverview {
  readonly from: string
  readonly to: string
  readonly grain: Grain
  readonly totals: Figures
  readonly previous: Figures
  readonly series: SeriesPoint[]
  readonly recorder: RecorderCounts
}

export interface UsageTable {
  readonly from: string
  readonly to: string
  readonly items: UsageTableRow[]
  readonly total: number
}

export interface Usage {
  overview(asked: AskedPeriod & UsageFilter & { readonly grain?: Grain | undefined }): Promise<UsageOverview>
  table(asked: TableQuestion): Promise<UsageTable>
  recorder(): Promise<RecorderCounts>
  /** Of the last minutes. */
  now(): Promise<{ minutes: SeriesPoint[]; lately: Figures }>
}

export interface UsageDeps {
  readonly store: UsageStore
  readonly recorder: Pick<UsageRecorder, 'id' | 'counts'>
  readonly clock: Clock
  readonly names: DisplayNames
}

const iso = (ms: number): string => new Date(ms).toISOString()
const ends = ({ fromMs, toMs }: Period) => ({ from: iso(fromMs), to: iso(toMs) })
const filterOf = ({ provider, model, operation }: UsageFilter): UsageFilter => ({ provider, model, operation })
const isFiltered = (filter: UsageFilter): boolean => Object.values(filter).some((value) => value !== undefined)
const before = ({ fromMs, toMs, grain }: Period): Period => ({ fromMs: 2 * fromMs - toMs, toMs: fromMs, grain })

const LIVE_MINUTES = 60
const LATELY_MINUTES = 5
/** A writer that was silent for so long is gone, and its losses are old news. */
const RECORDER_MS = 24 * 3_600_000

const toSeries = (period: Period, groups: readonly MeasuredGroup[]): SeriesPoint[] => {
  const byStart = new Map(groups.map((group) => [group.start?.getTime() ?? 0, group]))
  return stepsOf(period).map((atMs) => ({ at: iso(atMs), ...toFigures(byStart.get(atMs) ?? NOTHING) }))
}

export const createUsage = ({ store, recorder, clock, names }: UsageDeps): Usage => {
  const nowMs = (): number => clock.now()

  return {
    async overview(asked) {
      const filter = filterOf(asked)
      const period = (isFiltered(filter) ? toHourlyPeriod : toPeriod)(asked, nowMs(), asked.grain)
      const whole = { filter, by: [], steps: false, percentiles: true }
      const [series, totals, previous, counts] = await Promise.all([
        measureWithoutProbes(store, { ...whole, period, steps: true }),
        measureWithoutProbes(store, { ...whole, period }),
        measureWithoutProbes(store, { ...whole, period: before(period) }),
        this.recorder(),
      ])
      return {
        ...ends(period),
        grain: period.grain,
        totals: toFigures(totals[0] ?? NOTHING),
        previous: toFigures(previous[0] ?? NOTHING),
        series: toSeries(period, series),
        recorder: counts,
      }
    },

    async table(asked) {
      const period = (asked.dimension === 'user' ? toDailyPeriod : toHourlyPeriod)(asked, nowMs())
      const rows = await readRows({ store, names }, asked.dimension, period, filterOf(asked))
      return { ...ends(period), ...toPage(rows, asked) }
    },

    async recorder() {
      const own = recorder.counts()
      const others = await store.recorders(nowMs() - RECORDER_MS, recorder.id)
      return {
        recorded: own.recorded + others.recorded,
        dropped: own.dropped + others.dropped,
        waiting: own.waiting + others.waiting,
      }
    },

    async now() {
      const spanOf = (minutes: number): Period => {
        const toMs = (Math.floor(nowMs() / 60_000) + 1) * 60_000
        return { fromMs: toMs - minutes * 60_000, toMs, grain: 'minute' }
      }
      const minutes = spanOf(LIVE_MINUTES)
      const question = { filter: {}, by: [], steps: false, percentiles: true }
      const [series, lately] = await Promise.all([
        measureWithoutProbes(store, { ...question, period: minutes, steps: true, percentiles: false }),
        measureWithoutProbes(store, { ...question, period: spanOf(LATELY_MINUTES) }),
      ])
      return { minutes: toSeries(minutes, series), lately: toFigures(lately[0] ?? NOTHING) }
    },
  }
}
