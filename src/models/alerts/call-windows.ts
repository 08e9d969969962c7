/** What the rules, the reports and the selection need to know about calls to models. Probes and tests are no traffic. */

export interface ModelName {
  readonly provider: string
  readonly model: string
}

export interface ModelWindow extends ModelName {
  /** Answered, or failed by the provider's fault. What callers or we did wrong is in neither number. */
  readonly requests: number
  readonly failures: number
  /** Of answered ones; null without any, or when percentiles were not asked for. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly averageMs: number | null
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costMicrocents: number
  /** Calls whose price nobody knows. */
  readonly unpriced: number
}

export interface CallWindows {
  /** Every model with calls in `[from, to)`, where `to` is now or a whole hour. Longer than a day it counts whole hours. */
  window(from: Date, to: Date, options?: { readonly percentiles?: boolean }): Promise<ModelWindow[]>
  /** Failures that the provider is to blame for, by error code. */
  failureCodes(name: ModelName, from: Date, to: Date): Promise<Readonly<Record<string, number>>>
}
