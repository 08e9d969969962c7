/** When a model is switched off, and when it is probed again. Pure. */
import { errorRateOf } from '../alerts/evaluate.ts'
import type { AlertRule } from '../alerts/kinds.ts'
import type { ModelWindow } from '../alerts/call-windows.ts'

export interface Evidence {
  readonly windowFrom: string
  readonly windowTo: string
  readonly requests: number
  readonly failures: number
  readonly errorRate: number
  readonly threshold: number
  readonly minimumSamples: number
  /** Failures by error code; only those that the provider is to blame for. */
  readonly codes: Readonly<Record<string, number>>
}

/** Whether what was counted is reason enough: more than the threshold, and enough of it. */
export const isFailingTooOften = (
  window: Pick<ModelWindow, 'requests' | 'failures'>,
  { enabled, threshold, minimumSamples }: AlertRule,
): boolean =>
  enabled && threshold !== null && window.requests >= (minimumSamples ?? 1) && errorRateOf(window) > threshold

export interface Probe {
  readonly at: string
  readonly ok: boolean
  readonly durationMs: number | null
  readonly error: string | null
}

/** Probes cost money and a dead model may stay dead: after so many it is left to a person. */
export const MOST_PROBES = 24
/** Good ones in a row that count as recovered. */
export const GOOD_PROBES = 3
export const FIRST_PROBE_MS = 15 * 60_000
const BETWEEN_GOOD_MS = 10 * 60_000
const LONGEST_MS = 12 * 3_600_000

const countTrailing = (probes: readonly Probe[], ok: boolean): number => {
  const other = probes.findLastIndex((probe) => probe.ok !== ok)
  return probes.length - 1 - other
}

export type ProbeStep =
  { readonly next: 'recovered' } | { readonly next: 'give-up' } | { readonly next: 'wait'; readonly waitMs: number }

/** What follows the probes so far. A good answer is asked for again soon; failures wait twice as long each time. */
export const afterProbes = (probes: readonly Probe[]): ProbeStep => {
  const good = countTrailing(probes, true)
  if (good >= GOOD_PROBES) return { next: 'recovered' }
  if (probes.length >= MOST_PROBES) return { next: 'give-up' }
  if (good > 0) return { next: 'wait', waitMs: BETWEEN_GOOD_MS }
  const failed = countTrailing(probes, false)
  return { next: 'wait', waitMs: Math.min(LONGEST_MS, FIRST_PROBE_MS * 2 ** Math.min(failed, 20)) }
}
