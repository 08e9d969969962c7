import type { UsageSums } from '../../db/tables/usage.ts'

/** The sums of every rollup, as their columns are called. */
export const SUM_COLUMNS = [
  'attempts',
  'answered',
  'failed',
  'provider_failed',
  'cancelled',
  'skipped',
  'duration_sum_ms',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_microcents',
  'unpriced',
] as const satisfies readonly (keyof UsageSums)[]
