/** The numbers of the gateway's conduct, in one place. Everything is in milliseconds unless the name says otherwise. */
import type { InterruptionPolicy, ParameterPolicy } from '../types/call-options.ts'

/** Limits of one attempt. A limit of 0 is off. */
export interface TimeLimits {
  /** Until the request goes out on a connection, waiting for a free one included. */
  readonly connectMs: number
  /** Until the provider's response headers; for a plain answer that is until the model has written it. */
  readonly headersMs: number
  /** Until the first content of a stream. */
  readonly firstTokenMs: number
  /** Between two parts of a stream. */
  readonly gapMs: number
  readonly totalMs: number
}

export interface BreakerPolicy {
  readonly consecutiveFailures: number
  /** Share of failed calls that opens, once `minimumCalls` ended within `windowMs`. */
  readonly failureRate: number
  readonly minimumCalls: number
  readonly windowMs: number
  /** Time to the first probe; each failed probe doubles it up to `longestOpenMs`. */
  readonly openMs: number
  readonly longestOpenMs: number
  /** A target that nobody called for so long is closed: its failures are old news. An hour of silence proves nothing. */
  readonly forgetMs: number
}

export interface RampPolicy {
  /** Calls that may be unanswered at once at a model that has shown no life yet. */
  readonly initialCalls: number
  /** A model that was idle this long starts over. */
  readonly idleMs: number
  /** Without any sign, good or bad, one more call is let through after each of these. */
  readonly patienceMs: number
}

export interface GatewayPolicy {
  /** For all attempts of a request together, unless the caller names its own. */
  readonly deadlineMs: { readonly interactive: number; readonly background: number }
  readonly maxAttempts: number
  readonly sameTargetRetries: number
  readonly backoff: { readonly baseMs: number; readonly longestMs: number }
  /** A provider's wish to wait is honoured up to this; beyond it the next target is asked. */
  readonly longestRetryAfterMs: number
  /** How long a call may stand in the queue of a rate limit or of a starting model. */
  readonly queueMs: { readonly interactive: number; readonly background: number }
  readonly limits: {
    readonly interactive: TimeLimits
    readonly background: TimeLimits
    /** Reasoning models think before they speak: first token and gap are multiplied by this. */
    readonly reasoningFactor: number
    /** A plain answer has this long for each thousand output tokens that it may have. */
    readonly perThousandOutputTokensMs: number
    /** A transcription has this share of the audio's length on top. */
    readonly perAudioSecondMs: number
  }
  readonly breaker: BreakerPolicy
  readonly ramp: RampPolicy
  readonly interruption: InterruptionPolicy
  readonly parameters: ParameterPolicy
  readonly routing: {
    /** Models asked when all others failed, best first. */
    readonly lastResort: readonly string[]
    /** Providers that are asked only by name: what they answer is no stand-in for another model's answer. */
    readonly byNameOnly: readonly string[]
    readonly maxTargets: number
    readonly sameProviderTargets: number
  }
  /** An answer that may be longer is read as a stream even when it is given as a whole: silence shows in seconds then. */
  readonly plainAnswerTokens: number
  readonly tokens: {
    readonly minimumOutput: number
    /** Set when the caller names no cap: some providers' own default cuts answers short, the full cap eats rate limits. */
    readonly defaultOutput: number
    /** Limits of a model that nobody knows. */
    readonly unknownContext: number
    readonly unknownOutput: number
  }
}

export const DEFAULT_POLICY: GatewayPolicy = Object.freeze({
  deadlineMs: { interactive: 180_000, background: 900_000 },
  maxAttempts: 8,
  sameTargetRetries: 1,
  backoff: { baseMs: 250, longestMs: 4_000 },
  longestRetryAfterMs: 2_000,
  queueMs: { interactive: 5_000, background: 60_000 },
  limits: {
    interactive: { connectMs: 5_000, headersMs: 60_000, firstTokenMs: 12_000, gapMs: 15_000, totalMs: 180_000 },
    background: { connectMs: 10_000, headersMs: 120_000, firstTokenMs: 60_000, gapMs: 30_000, totalMs: 600_000 },
    reasoningFactor: 5,
    perThousandOutputTokensMs: 15_000,
    perAudioSecondMs: 500,
  },
  breaker: {
    consecutiveFailures: 5,
    failureRate: 0.5,
    minimumCalls: 10,
    windowMs: 60_000,
    openMs: 10_000,
    longestOpenMs: 20_000,
    forgetMs: 6 * 3_600_000,
  },
  ramp: { initialCalls: 6, idleMs: 250, patienceMs: 4_000 },
  interruption: 'continue',
  parameters: 'adapt',
  routing: { lastResort: [], byNameOnly: ['offline'], maxTargets: 6, sameProviderTargets: 2 },
  plainAnswerTokens: 1_000,
  tokens: { minimumOutput: 512, defaultOutput: 16_384, unknownContext: 8_192, unknownOutput: 2_048 },
})
