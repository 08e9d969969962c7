/** The table of usage: a row for each model, provider, operation or user, searched, sorted and with its small strip of time. */
import { NOTHING, toFigures, type Figures } from './figures.ts'
import type { AskedPeriod, Period } from './period.ts'
import type { MeasuredGroup, NameColumn, UsageFilter, UsageStore } from './usage.store.ts'
import { measureWithoutProbes } from './without-probes.ts'

export interface UsageTableRow extends Figures {
  readonly provider: string | null
  readonly model: string | null
  readonly operation: string | null
  readonly userId: string | null
  readonly displayName: string
  readonly share: number
  readonly strip: { at: string; answered: number; providerFailed: number }[]
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

export interface DisplayNames {
  model(provider: string, key: string): string
  provider(id: string): string
  /** Names of those that are still there, by their id. */
  users(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

interface TableDeps {
  readonly store: UsageStore
  readonly names: DisplayNames
}

type Measured = Exclude<Dimension, 'user'>

const COLUMNS: Readonly<Record<Measured, readonly NameColumn[]>> = {
  model: ['provider', 'model'],
  provider: ['provider'],
  operation: ['operation'],
}

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

const keyOf = ({ provider, model, operation }: MeasuredGroup): string => JSON.stringify([provider, model, operation])

const stripsOf = (groups: readonly MeasuredGroup[]): Map<string, UsageTableRow['strip']> => {
  const strips = new Map<string, UsageTableRow['strip']>()
  const inOrder = groups.toSorted((one, other) => (one.start?.getTime() ?? 0) - (other.start?.getTime() ?? 0))
  for (const group of inOrder) {
    const cell = {
      at: new Date(group.start?.getTime() ?? 0).toISOString(),
      answered: group.answered,
      providerFailed: group.provider_failed,
    }
    const strip = strips.get(keyOf(group))
    if (strip === undefined) strips.set(keyOf(group), [cell])
    else strip.push(cell)
  }
  return strips
}

const displayNameOf = (names: DisplayNames, dimension: Measured, group: MeasuredGroup): string => {
  if (dimension === 'operation') return group.operation
  return dimension === 'provider' ? names.provider(group.provider) : names.model(group.provider, group.model)
}

const measuredRows = async (
  { store, names }: TableDeps,
  dimension: Measured,
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
    displayName: displayNameOf(names, dimension, group),
    ...toFigures(group),
    share: all === 0 ? 0 : group.attempts / all,
    strip: strips.get(keyOf(group)) ?? [],
  }))
}

const userRows = async (
  { store, names }: TableDeps,
  period: Period,
  operation: string | undefined,
): Promise<UsageTableRow[]> => {
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

/** Every row of a dimension in a period; of users only the operation can be asked. */
export const readRows = (
  deps: TableDeps,
  dimension: Dimension,
  period: Period,
  filter: UsageFilter,
): Promise<UsageTableRow[]> =>
  dimension === 'user' ? userRows(deps, period, filter.operation) : measuredRows(deps, dimension, period, filter)

/** One page of those rows that hold the text that was searched for. */
export const toPage = (
  rows: readonly UsageTableRow[],
  { search, sort, descending, limit, offset }: Omit<TableQuestion, 'dimension'>,
): { items: UsageTableRow[]; total: number } => {
  const found = rows.filter((row) => matches(row, search))
  return { items: sorted(found, sort, descending).slice(offset, offset + limit), total: found.length }
}
