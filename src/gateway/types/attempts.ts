/** What happened on the way to an answer: who was asked, what came of it, what was changed. */
import type { ErrorCode } from '../../errors.ts'

/** Tokens as billed. `inputTokens` includes cached ones, `outputTokens` includes reasoning, at every provider. */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
  readonly cacheWriteTokens: number
  readonly reasoningTokens: number
  /** Parts of `inputTokens` and `outputTokens` that have a price of their own at some providers. */
  readonly audioInputTokens?: number
  readonly cachedAudioInputTokens?: number
  readonly imageOutputTokens?: number
  readonly audioSecond?: number
  /** False when the provider said nothing and the numbers are our estimate. */
  readonly reported: boolean
}

/** Something that was changed or noticed on the way and that an honest answer mentions. */
export interface Note {
  readonly kind:
    | 'parameter-dropped'
    | 'parameter-mapped'
    | 'parameter-learned'
    | 'malformed-event-skipped'
    | 'fallback'
    | 'substituted'
    | 'continued'
    | 'json-repaired'
    | 'usage-estimated'
    | 'truncated'
    | 'provider-message'
  readonly message: string
  readonly field?: string
}

/** One call to one model with one credential, whether it answered or not. */
export interface Attempt {
  readonly provider: string
  readonly model: string
  /** Name of the credential, never the secret. */
  readonly credential: string | null
  readonly startedAtMs: number
  readonly durationMs: number
  readonly firstTokenMs: number | null
  readonly outcome: 'answered' | 'failed' | 'cancelled' | 'skipped'
  readonly errorCode: ErrorCode | null
  readonly errorMessage: string | null
  /** HTTP status of the provider, when one came. */
  readonly status: number | null
  readonly usage: Usage | null
  /** Real cost in microcents; null when the price is not known. */
  readonly costMicrocents: number | null
  /** Why this target was asked, in words a person can read. */
  readonly reason: string
}

/** Why this model: who was to be asked, in order, and who was passed over; as far as anybody had to be looked up. */
export interface Decision {
  /** `provider/key`, or the preference as it was asked. */
  readonly asked: string
  /** Where the order comes from: `request`, `routing`, or the name of the host's chain. */
  readonly chain: string
  readonly targets: readonly { readonly provider: string; readonly model: string; readonly reason: string }[]
  readonly skipped: readonly {
    readonly provider: string
    readonly model: string
    readonly kind: string
    readonly reason: string
  }[]
}
