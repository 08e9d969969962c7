/** Windows from the rollups that are kept up with every recorded call: by minutes for two days back, by hours beyond. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { Period } from '../usage/period.ts'
import { bucketMs } from '../usage/sketch.ts'
import { createUsageStore } from '../usage/usage.store.ts'
import type { CallWindows } from './call-windows.ts'

const HOUR_MS = 3_600_000
/** Minutes are kept for two days; what is longer is read by hours. */
const LONGEST_BY_MINUTE_MS = 25 * HOUR_MS

const toPeriod = (from: Date, to: Date): Period => ({
  fromMs: from.getTime(),
  toMs: to.getTime(),
  grain: to.getTime() - from.getTime() <= LONGEST_BY_MINUTE_MS ? 'minute' : 'hour',
})

export const createCallWindows = (db: Kysely<Database>): CallWindows => {
  const usage = createUsageStore(db)
  return {
    async window(from, to, { percentiles = false } = {}) {
      const groups = await usage.measure({
        period: toPeriod(from, to),
        filter: {},
        by: ['provider', 'model'],
        steps: false,
        percentiles,
      })
      return groups.map((group) => ({
        provider: group.provider,
        model: group.model,
        requests: group.answered + group.provider_failed,
        failures: group.provider_failed,
        p50Ms: group.p50 === null ? null : bucketMs(group.p50),
        p95Ms: group.p95 === null ? null : bucketMs(group.p95),
        averageMs: group.answered === 0 ? null : group.duration_sum_ms / group.answered,
        inputTokens: group.input_tokens,
        outputTokens: group.output_tokens,
        costMicrocents: group.cost_microcents,
        unpriced: group.unpriced,
      }))
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
