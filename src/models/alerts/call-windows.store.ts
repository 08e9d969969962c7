/**
 * Windows from the rollups that are kept up with every recorded call. By model they count whole hours, so a window of a
 * day or less takes the hour that it begins in from the calls themselves: to the minute, for the price of one hour's rows.
 */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { bucketMs } from '../usage/sketch.ts'
import { createUsageStore } from '../usage/usage.store.ts'
import type { CallWindows, ModelName, ModelWindow } from './call-windows.ts'

const HOUR_MS = 3_600_000
/** Of what is longer, an hour more or less says nothing. */
const LONGEST_EXACT_MS = 25 * HOUR_MS
/** Calls that were made to see whether a model answers. */
const PROBE = 'probe'

interface Counted extends ModelName {
  readonly answered: number
  readonly failures: number
  readonly durationSumMs: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costMicrocents: number
  readonly unpriced: number
}

const nameOf = ({ provider, model }: ModelName): string => `${provider}/${model}`
const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS

const add = (a: Counted, b: Counted): Counted => ({
  provider: a.provider,
  model: a.model,
  answered: a.answered + b.answered,
  failures: a.failures + b.failures,
  durationSumMs: a.durationSumMs + b.durationSumMs,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  costMicrocents: a.costMicrocents + b.costMicrocents,
  unpriced: a.unpriced + b.unpriced,
})

/** From the calls themselves; for a part of an hour. */
const countCalls = async (db: Kysely<Database>, from: Date, to: Date): Promise<Counted[]> => {
  if (from >= to) return []
  const { rows } = await sql<Counted>`
    select provider, model,
      count(*) filter (where outcome = 'answered') as answered,
      count(*) filter (where outcome = 'failed' and blame = 'provider') as failures,
      coalesce(sum(duration_ms) filter (where outcome = 'answered'), 0)::bigint as "durationSumMs",
      coalesce(sum(input_tokens), 0)::bigint as "inputTokens",
      coalesce(sum(output_tokens), 0)::bigint as "outputTokens",
      coalesce(sum(cost_microcents), 0)::bigint as "costMicrocents",
      count(*) filter (where outcome = 'answered' and cost_microcents is null) as unpriced
    from attempts where at >= ${from} and at < ${to} and operation <> ${PROBE} group by provider, model`.execute(db)
  return rows
}

const toWindow = (
  counted: Counted,
  times: { readonly p50: number | null; readonly p95: number | null } | undefined,
) => {
  const { answered, failures, durationSumMs, ...rest } = counted
  const timeOf = (bucket: number | null | undefined): number | null => (bucket == null ? null : bucketMs(bucket))
  return {
    ...rest,
    requests: answered + failures,
    failures,
    p50Ms: timeOf(times?.p50),
    p95Ms: timeOf(times?.p95),
    averageMs: answered === 0 ? null : durationSumMs / answered,
  } satisfies ModelWindow
}

export const createCallWindows = (db: Kysely<Database>): CallWindows => {
  const usage = createUsageStore(db)
  const countHours = async (fromMs: number, toMs: number): Promise<Counted[]> => {
    const period = { fromMs, toMs, grain: 'hour' as const }
    const by = ['provider', 'model', 'operation'] as const
    const groups = await usage.measure({ period, filter: {}, by, steps: false, percentiles: false })
    return groups
      .filter(({ operation }) => operation !== PROBE)
      .map((group) => ({
        provider: group.provider,
        model: group.model,
        answered: group.answered,
        failures: group.provider_failed,
        durationSumMs: group.duration_sum_ms,
        inputTokens: group.input_tokens,
        outputTokens: group.output_tokens,
        costMicrocents: group.cost_microcents,
        unpriced: group.unpriced,
      }))
  }
  return {
    async window(from, to, { percentiles = false } = {}) {
      const isExact = to.getTime() - from.getTime() <= LONGEST_EXACT_MS
      const firstHourMs = hourOf(from.getTime())
      const wholeMs = isExact && firstHourMs < from.getTime() ? firstHourMs + HOUR_MS : firstHourMs
      const head = isExact ? await countCalls(db, from, new Date(Math.min(wholeMs, to.getTime()))) : []
      const [hours, timed] = await Promise.all([
        countHours(wholeMs, to.getTime()),
        percentiles
          ? usage.measure({
              period: { fromMs: firstHourMs, toMs: to.getTime(), grain: 'hour' },
              filter: {},
              by: ['provider', 'model'],
              steps: false,
              percentiles: true,
            })
          : [],
      ])
      const times = new Map(timed.map((group) => [nameOf(group), group]))
      return [...Map.groupBy([...head, ...hours], nameOf)].map(([name, parts]) =>
        toWindow(parts.reduce(add), times.get(name)),
      )
    },
    async failureCodes({ provider, model }, from, to) {
      const rows = await db
        .selectFrom('error_log')
        .select(['code', sql<number>`count(*)`.as('count')])
        .where('provider', '=', provider)
        .where('model', '=', model)
        .where('blame', '=', 'provider')
        .where('operation', '!=', PROBE)
        .where('at', '>=', from)
        .where('at', '<', to)
        .groupBy('code')
        .orderBy('count', 'desc')
        .orderBy('code')
        .execute()
      return Object.fromEntries(rows.map(({ code, count }) => [code, count]))
    },
  }
}
