/**
 * Sums without the questions that the server asked by itself. They show whether one model answers, and most of those asked
 * are models that nobody saw answer yet: their refusals say nothing of how its provider does for users. Pure.
 */
import type { MeasuredGroup } from './usage.store.ts'

/** The operation that probes are recorded under. */
export const PROBE = 'probe'

const COUNTED = [
  'attempts',
  'answered',
  'failed',
  'provider_failed',
  'cancelled',
  'skipped',
  'duration_sum_ms',
] as const

/** Percentiles stay those of all calls: they cannot be taken apart again. */
export const withoutProbes = (all: readonly MeasuredGroup[], probes: readonly MeasuredGroup[]): MeasuredGroup[] =>
  all.flatMap((group) => {
    const own = probes.find(({ provider, model }) => provider === group.provider && model === group.model)
    if (own === undefined) return [group]
    const counts = Object.fromEntries(COUNTED.map((name) => [name, Math.max(0, group[name] - own[name])]))
    const rest = { ...group, ...counts }
    return rest.attempts === 0 ? [] : [rest]
  })
