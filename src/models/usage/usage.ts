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
import type { RecorderCounts, UsageRecorder } from './recorder.ts'
import type { MeasuredGroup, NameColumn, UsageFilter, UsageStore } from './usage.store.ts'
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
export interface UsageTableRow extends Figures {
  readonly provider: string | null
  readonly model: string | null
  readonly operation: string | null
  readonly userId: string | null
  readonly displayName: string
  readonly share: number
  readonly strip: { at: string; answered: number; providerFailed: number }[]
}
export interface UsageTable {
  readonly from: string
  readonly to: string
  readonly items: UsageTableRow[]
  readonly total: number
}
export type Dimension = 'model' | 'provider' | 'operation' | 'user'
export type UsageSort =
  | 'attempts'
  | 'errorRate'
  | 'failed'
  | 'p50Ms'
  | 'p95Ms'
  | 'firstTokenP50Ms'
  | 'inputTokens'
  | 'outputTokens'
  | 'cost'
  | 'name'

export interface TableQuestion extends AskedPeriod, UsageFilter {
  readonly dimension: Dimension
  readonly search?: string | undefined
  readonly sort: UsageSort
  readonly descending: boolean
  readonly limit: number
  readonly offset: number
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
  readonly names: {
    model(provider: string, key: string): string
    provider(id: string): string
    /** Names of those that are still there, by their id. */
    users(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
const ends = ({ fromMs, toMs }: Period) => ({ from: iso(fromMs), to: iso(toMs) })
const filterOf = ({ provider, model, operation }: UsageFilter): UsageFilter => ({ provider, model, operation })
const isFiltered = (filter: UsageFilter): boolean => Object.values(filter).some((value) => value !== undefined)
const before = ({ fromMs, toMs, grain }: Period): Period => ({ fromMs: 2 * fromMs - toMs, toMs: fromMs, grain })

const COLUMNS: Readonly<Record<Exclude<Dimension, 'user'>, readonly NameColumn[]>> = {
  model: ['provider', 'model'],
  provider: ['provider'],
  operation: ['operation'],
}

const LIVE_MINUTES = 60
const LATELY_MINUTES = 5
/** A writer that was silent for so long is gone, and its losses are old news. */
const RECORDER_MS = 24 * 3_600_000

const sortValue = (row: UsageTableRow, sort: UsageSort): number | string | null => {
  if (sort === 'name') return row.displayName.toLowerCase()
  return sort === 'cost' ? row.costUsd : row[sort]
}

/** Rows without a value come last, whichever the direction. */
const sorted = (rows: readonly UsageTableRow[], sort: UsageSort, descending: boolean): UsageTableRow[] =>
  rows.toSorted((one, other) => {
    const [first, second] = [sortValue(one, sort), sortValue(other, sort)]
    if (first === second) return one.displayName < other.displayName ? -1 : 1
    if (first === null) return 1
    if (second === null) return -1
    return first < second === descending ? 1 : -1
  })

const matches = (row: UsageTableRow, search: string | undefined): boolean =>
  search === undefined ||
  [row.displayName, row.provider, row.model, row.operation].some((text) =>
    text?.toLowerCase().includes(search.toLowerCase()),
  )

const toSeries = (period: Period, groups: readonly MeasuredGroup[]): SeriesPoint[] => {
  const byStart = new Map(groups.map((group) => [group.start?.getTime() ?? 0, group]))
  return stepsOf(period).map((atMs) => ({ at: iso(atMs), ...toFigures(byStart.get(atMs) ?? NOTHING) }))
}

const keyOf = ({ provider, model, operation }: MeasuredGroup): string => JSON.stringify([provider, model, operation])

const stripsOf = (groups: readonly MeasuredGroup[]): Map<string, UsageTableRow['strip']> => {
  const strips = new Map<string, UsageTableRow['strip']>()
  const inOrder = groups.toSorted((one, other) => (one.start?.getTime() ?? 0) - (other.start?.getTime() ?? 0))
  for (const group of inOrder) {
    const cell = {
      at: iso(group.start?.getTime() ?? 0),
      answered: group.answered,
      providerFailed: group.provider_failed,
    }
    const strip = strips.get(keyOf(group))
    if (strip === undefined) strips.set(keyOf(group), [cell])
    else strip.push(cell)
  }
  return strips
}

export const createUsage = ({ store, recorder, clock, names }: UsageDeps): Usage => {
  const nowMs = (): number => clock.now()

  const displayNameOf = (dimension: Exclude<Dimension, 'user'>, group: MeasuredGroup): string => {
    if (dimension === 'operation') return group.operation
    return dimension === 'provider' ? names.provider(group.provider) : names.model(group.provider, group.model)
  }
  const rollupRows = async (
    dimension: Exclude<Dimension, 'user'>,
    period: Period,
    filter: UsageFilter,
  ): Promise<UsageTableRow[]> => {
    const by = COLUMNS[dimension]
    const [groups, cells] = await Promise.all([
      measureWithoutProbes(store, { period, filter, by, steps: false, percentiles: true }),
      measureWithoutProbes(store, { period, filter, by, steps: true, percentiles: false }),
    ])
    const strips = stripsOf(cells)
    const all = groups.reduce((sum, { attempts }) => sum + attempts, 0)
    return groups.map((group) => ({
      provider: by.includes('provider') ? group.provider : null,
      model: by.includes('model') ? group.model : null,
      operation: by.includes('operation') ? group.operation : null,
      userId: null,
      displayName: displayNameOf(dimension, group),
      ...toFigures(group),
      share: all === 0 ? 0 : group.attempts / all,
      strip: strips.get(keyOf(group)) ?? [],
    }))
  }
  const userRows = async (period: Period, operation: string | undefined): Promise<UsageTableRow[]> => {
    const groups = await store.users(period, operation)
    const known = await names.users(groups.map((group) => group.user_id))
    const all = groups.reduce((sum, { attempts }) => sum + attempts, 0)
    return groups.map((group) => ({
      provider: null,
      model: null,
      operation: null,
      userId: group.user_id,
      displayName: known.get(group.user_id) ?? group.user_id,
      ...toFigures({ ...NOTHING, ...group }),
      share: all === 0 ? 0 : group.attempts / all,
      strip: [],
    }))
  }

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

    async table({ dimension, search, sort, descending, limit, offset, ...asked }) {
      const isByUser = dimension === 'user'
      const period = (isByUser ? toDailyPeriod : toHourlyPeriod)(asked, nowMs())
      const rows = isByUser
        ? await userRows(period, asked.operation)
        : await rollupRows(dimension, period, filterOf(asked))
      const found = rows.filter((row) => matches(row, search))
      const items = sorted(found, sort, descending).slice(offset, offset + limit)
      return { ...ends(period), items, total: found.length }
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
