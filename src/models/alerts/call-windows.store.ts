/** Windows from the rollups that are kept up with every recorded call: by minutes for two days back, by hours beyond. */
import { sql, type Kysely } from 'kysely'
import type { UsageSums } from '../../db/tables/usage.ts'
import type { Database } from '../../db/types.ts'
import type { Period } from '../usage/period.ts'
import { bucketMs } from '../usage/sketch.ts'
import { createUsageStore, type MeasuredGroup } from '../usage/usage.store.ts'
import type { CallWindows, ModelName, ModelWindow } from './call-windows.ts'

const HOUR_MS = 3_600_000
/** Minutes are kept for two days; what is longer is read by hours. */
const LONGEST_BY_MINUTE_MS = 25 * HOUR_MS

const toPeriod = (from: Date, to: Date): Period => ({
  fromMs: from.getTime(),
  toMs: to.getTime(),
  grain: to.getTime() - from.getTime() <= LONGEST_BY_MINUTE_MS ? 'minute' : 'hour',
})

/** Calls that were made to see whether a model answers. */
const PROBE = 'probe'

const nameOf = ({ provider, model }: ModelName): string => `${provider}/${model}`
const sumOf = (groups: readonly MeasuredGroup[], field: keyof UsageSums): number =>
  groups.reduce((sum, group) => sum + group[field], 0)
const timeOf = (bucket: number | null | undefined): number | null => (bucket == null ? null : bucketMs(bucket))

const toWindow = (
  { provider, model }: ModelName,
  groups: readonly MeasuredGroup[],
  timed: MeasuredGroup | undefined,
): ModelWindow => {
  const [answered, failures] = [sumOf(groups, 'answered'), sumOf(groups, 'provider_failed')]
  return {
    provider,
    model,
    requests: answered + failures,
    failures,
    p50Ms: timeOf(timed?.p50),
    p95Ms: timeOf(timed?.p95),
    averageMs: answered === 0 ? null : sumOf(groups, 'duration_sum_ms') / answered,
    inputTokens: sumOf(groups, 'input_tokens'),
    outputTokens: sumOf(groups, 'output_tokens'),
    costMicrocents: sumOf(groups, 'cost_microcents'),
    unpriced: sumOf(groups, 'unpriced'),
  }
}

export const createCallWindows = (db: Kysely<Database>): CallWindows => {
  const usage = createUsageStore(db)
  return {
    async window(from, to, { percentiles = false } = {}) {
      const question = { period: toPeriod(from, to), filter: {}, steps: false }
      const [byOperation, timed] = await Promise.all([
        usage.measure({ ...question, by: ['provider', 'model', 'operation'], percentiles: false }),
        percentiles ? usage.measure({ ...question, by: ['provider', 'model'], percentiles: true }) : [],
      ])
      const times = new Map(timed.map((group) => [nameOf(group), group]))
      const traffic = byOperation.filter(({ operation }) => operation !== PROBE)
      return [...Map.groupBy(traffic, nameOf)].flatMap(([name, groups]) => {
        const [first] = groups
        return first === undefined ? [] : [toWindow(first, groups, times.get(name))]
      })
    },
    async failureCodes({ provider, model }, from, to) {
      const rows = await db
        .selectFrom('error_log')
        .select(['code', sql<number>`count(*)`.as('count')])
        .where('provider', '=', provider)
        .where('model', '=', model)
        .where('blame', '=', 'provider')
        .where('at', '>=', from)
        .where('at', '<', to)
        .groupBy('code')
        .orderBy('count', 'desc')
        .execute()
      return Object.fromEntries(rows.map(({ code, count }) => [code, count]))
    },
  }
}
