import type { UsageSums } from '../../db/tables/usage.ts'

/** How many calls there were, how they ended and how long they took. */
export const CALL_COLUMNS = [
  'attempts',
  'answered',
  'failed',
  'provider_failed',
  'cancelled',
  'skipped',
  'duration_sum_ms',
] as const satisfies readonly (keyof UsageSums)[]

/** The sums of every rollup, as their columns are called. */
export const SUM_COLUMNS = [
  ...CALL_COLUMNS,
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_microcents',
  'unpriced',
] as const satisfies readonly (keyof UsageSums)[]
