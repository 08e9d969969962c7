/** Sums as they are stored, and the figures that people read. Pure. */
import type { UsageSums } from '../../db/tables/usage.ts'
import { bucketMs } from './sketch.ts'

/** Sums over some rollups, with the buckets of their percentiles. */
export interface Measured extends UsageSums {
  readonly p50: number | null
  readonly p95: number | null
  readonly first_p50: number | null
  readonly first_p95: number | null
}

export interface Figures {
  readonly attempts: number
  readonly answered: number
  readonly failed: number
  readonly providerFailed: number
  readonly cancelled: number
  readonly skipped: number
  readonly errorRate: number | null
  readonly averageMs: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly firstTokenP50Ms: number | null
  readonly firstTokenP95Ms: number | null
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
  readonly costUsd: number
  readonly unpriced: number
}

const MICROCENTS_PER_USD = 100_000_000

export const NOTHING: Measured = Object.freeze({
  attempts: 0,
  answered: 0,
  failed: 0,
  provider_failed: 0,
  cancelled: 0,
  skipped: 0,
  duration_sum_ms: 0,
  input_tokens: 0,
  cached_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  cost_microcents: 0,
  unpriced: 0,
  p50: null,
  p95: null,
  first_p50: null,
  first_p95: null,
})

const timeOf = (bucket: number | null): number | null => (bucket === null ? null : bucketMs(bucket))

/** The share of what the provider is to blame for, among that and the answers: a caller's fault says nothing of a model. */
export const errorRateOf = (sums: Pick<UsageSums, 'answered' | 'provider_failed'>): number | null => {
  const telling = sums.answered + sums.provider_failed
  return telling === 0 ? null : sums.provider_failed / telling
}

export const toFigures = (sums: Measured): Figures => ({
  attempts: sums.attempts,
  answered: sums.answered,
  failed: sums.failed,
  providerFailed: sums.provider_failed,
  cancelled: sums.cancelled,
  skipped: sums.skipped,
  errorRate: errorRateOf(sums),
  averageMs: sums.answered === 0 ? null : Math.round(sums.duration_sum_ms / sums.answered),
  p50Ms: timeOf(sums.p50),
  p95Ms: timeOf(sums.p95),
  firstTokenP50Ms: timeOf(sums.first_p50),
  firstTokenP95Ms: timeOf(sums.first_p95),
  inputTokens: sums.input_tokens,
  cachedTokens: sums.cached_tokens,
  outputTokens: sums.output_tokens,
  reasoningTokens: sums.reasoning_tokens,
  costUsd: sums.cost_microcents / MICROCENTS_PER_USD,
  unpriced: sums.unpriced,
})
