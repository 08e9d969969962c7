/** Reads rollups: sums and percentiles of a period, told apart by time and by up to three names. */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { UsageSums } from '../../db/tables/usage.ts'
import type { Database } from '../../db/types.ts'
import type { Measured } from './figures.ts'
import type { Period } from './period.ts'
import { SUM_COLUMNS } from './sum-columns.ts'

export interface UsageFilter {
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly operation?: string | undefined
  /** All operations but this one. */
  readonly exceptOperation?: string | undefined
}
export type NameColumn = 'provider' | 'model' | 'operation'
export type Level = 'all' | 'provider' | 'model' | 'operation' | 'each'

export interface MeasuredGroup extends Measured {
  /** Null when the sums are not told apart by time. */
  readonly start: Date | null
  readonly provider: string
  readonly model: string
  readonly operation: string
}

export interface RollupQuestion {
  readonly period: Period
  readonly filter: UsageFilter
  /** The names that the answer's rows are told apart by. */
  readonly by: readonly NameColumn[]
  /** One row for each step of the period, or one for all of it. */
  readonly steps: boolean
  readonly percentiles: boolean
}

/** The coarsest rollup that still has the names that are asked about. */
export const levelFor = (by: readonly NameColumn[], filter: UsageFilter): Level => {
  const needed = new Set<string>([
    ...by,
    ...Object.entries(filter).flatMap(([name, value]) =>
      value === undefined ? [] : [name === 'exceptOperation' ? 'operation' : name],
    ),
  ])
  if (needed.size === 0) return 'all'
  if (needed.has('operation')) return needed.size === 1 ? 'operation' : 'each'
  return needed.has('model') ? 'model' : 'provider'
}

const summed = sql.raw(SUM_COLUMNS.map((name) => `sum(${name})::bigint as ${name}`).join(', '))

const rowsOf = ({ period, filter, by }: RollupQuestion): RawBuilder<unknown> => sql`
  from usage_rollups
  where grain = ${period.grain} and level = ${levelFor(by, filter)}
    and start >= ${new Date(period.fromMs)} and start < ${new Date(period.toMs)}
    ${filter.provider === undefined ? sql`` : sql`and provider = ${filter.provider}`}
    ${filter.model === undefined ? sql`` : sql`and model = ${filter.model}`}
    ${filter.operation === undefined ? sql`` : sql`and operation = ${filter.operation}`}
    ${filter.exceptOperation === undefined ? sql`` : sql`and operation <> ${filter.exceptOperation}`}`

/** What rows are told apart by, under their own names; the others are constants. */
const keyOf = ({ by, steps }: RollupQuestion): { columns: RawBuilder<unknown>; names: RawBuilder<unknown> } => {
  const column = (name: NameColumn): string => (by.includes(name) ? name : `'' as ${name}`)
  const start = steps ? 'start' : 'null::timestamptz as start'
  return {
    columns: sql.raw([start, column('provider'), column('model'), column('operation')].join(', ')),
    names: sql.raw('start, provider, model, operation'),
  }
}

type Key = Pick<MeasuredGroup, 'start' | 'provider' | 'model' | 'operation'>
const keyText = ({ start, provider, model, operation }: Key): string =>
  JSON.stringify([start?.getTime() ?? null, provider, model, operation])

/** Buckets of a group's shares, by `keyText`. */
type Quantiles = ReadonlyMap<string, { readonly p50: number; readonly p95: number }>

export type UsageStore = ReturnType<typeof createUsageStore>

export const createUsageStore = (db: Kysely<Database>) => {
  const sums = async (question: RollupQuestion): Promise<(UsageSums & Key)[]> => {
    const { columns, names } = keyOf(question)
    const { rows } = await sql<UsageSums & Key>`
      select ${names}, ${summed} from (select ${columns}, ${sql.raw(SUM_COLUMNS.join(', '))} ${rowsOf(question)}) as row
      group by ${names}`.execute(db)
    return rows
  }
  /** Buckets are added up over all rows of a group, and counted from the lowest until the share is reached. */
  const quantiles = async (question: RollupQuestion, sketch: 'durations' | 'first_tokens'): Promise<Quantiles> => {
    const { columns, names } = keyOf(question)
    const { rows } = await sql<Key & { p50: number; p95: number }>`
      with cells as (
        select ${names}, cell >> 40 as bucket, sum(cell & 1099511627775)::bigint as count
        from (select ${columns}, unnest(${sql.ref(sketch)}) as cell ${rowsOf(question)}) as row
        group by ${names}, bucket
      ),
      counted as (
        select ${names}, bucket, sum(count) over (partition by ${names} order by bucket) as upto,
          sum(count) over (partition by ${names}) as total
        from cells
      )
      select ${names},
        min(bucket) filter (where upto >= ceil(0.5 * total)) as p50,
        min(bucket) filter (where upto >= ceil(0.95 * total)) as p95
      from counted group by ${names}`.execute(db)
    return new Map(rows.map((row) => [keyText(row), row]))
  }
  const none = Promise.resolve<Quantiles>(new Map())

  return {
    async measure(question: RollupQuestion): Promise<MeasuredGroup[]> {
      const { percentiles } = question
      // Side by side: most of the time goes into adding up buckets.
      const [all, durations, firstTokens] = await Promise.all([
        sums(question),
        percentiles ? quantiles(question, 'durations') : none,
        percentiles ? quantiles(question, 'first_tokens') : none,
      ])
      return all.map((row) => {
        const duration = durations.get(keyText(row))
        const first = firstTokens.get(keyText(row))
        return {
          ...row,
          p50: duration?.p50 ?? null,
          p95: duration?.p95 ?? null,
          first_p50: first?.p50 ?? null,
          first_p95: first?.p95 ?? null,
        }
      })
    },

    async users({ fromMs, toMs }: Period, operation: string | undefined): Promise<(UsageSums & { user_id: string })[]> {
      const { rows } = await sql<UsageSums & { user_id: string }>`
        select user_id, ${summed} from usage_users
        where day >= ${new Date(fromMs)} and day < ${new Date(toMs)}
          ${operation === undefined ? sql`` : sql`and operation = ${operation}`}
        group by user_id`.execute(db)
      return rows
    },

    /** What the writers of all processes told last, but for one. */
    async recorders(
      sinceMs: number,
      exceptId: string,
    ): Promise<{ recorded: number; dropped: number; waiting: number }> {
      const { rows } = await sql<{ recorded: number; dropped: number; waiting: number }>`
        select coalesce(sum(recorded), 0)::bigint as recorded, coalesce(sum(dropped), 0)::bigint as dropped,
          coalesce(sum(waiting), 0)::bigint as waiting
        from usage_recorders where seen_at >= ${new Date(sinceMs)} and id <> ${exceptId}`.execute(db)
      return rows[0] ?? { recorded: 0, dropped: 0, waiting: 0 }
    },
  }
}
