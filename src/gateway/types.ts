/**
 * The neutral language of the gateway: what a caller asks and what it gets, whichever provider answers.
 *
 * Owns no behaviour. Wire formats live in `dialects/`, what a provider is in `providers/`, what a model can do in
 * `catalog/`. Token counts are whole numbers, money is whole microcents (1 USD = 100 000 000), times are milliseconds
 * unless the name says otherwise.
 */
import type { ErrorCode, AppError } from '../errors.ts'

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }
export type JsonObject = { readonly [key: string]: JsonValue }

export type Operation = 'chat' | 'embed' | 'transcribe' | 'image'

// ── What is asked ────────────────────────────────────────────────────────────────────────────────────────────────

export interface TextPart {
  readonly type: 'text'
  readonly text: string
}
/** An image by https address or as bytes in base64 with its media type. */
export interface ImagePart {
  readonly type: 'image'
  readonly source: { readonly url: string } | { readonly base64: string; readonly mediaType: string }
  readonly detail?: 'auto' | 'low' | 'high'
}
export interface AudioPart {
  readonly type: 'audio'
  readonly base64: string
  readonly mediaType: string
}
export interface FilePart {
  readonly type: 'file'
  readonly base64: string
  readonly mediaType: string
  readonly name?: string
}
export type ContentPart = TextPart | ImagePart | AudioPart | FilePart

/**
 * State that only its provider understands (thought signatures, thinking blocks). It is handed back untouched to the
 * same provider and left out for every other one.
 */
export interface OpaqueState {
  readonly provider: string
  readonly data: JsonValue
}

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** JSON text exactly as the model wrote it; `{}` when it wrote nothing. */
  readonly arguments: string
  readonly opaque?: OpaqueState
}

export interface SystemMessage {
  readonly role: 'system'
  readonly content: string
}
export interface UserMessage {
  readonly role: 'user'
  readonly content: string | readonly ContentPart[]
}
export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content: string
  readonly reasoning?: string
  readonly toolCalls?: readonly ToolCall[]
  readonly opaque?: OpaqueState
}
export interface ToolMessage {
  readonly role: 'tool'
  readonly toolCallId: string
  readonly content: string | readonly ContentPart[]
  readonly isError?: boolean
}
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

export interface Tool {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments object. */
  readonly parameters: JsonObject
  readonly strict?: boolean
}
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

export type ResponseFormat =
  | { readonly type: 'text' }
  | { readonly type: 'json' }
  | { readonly type: 'schema'; readonly name: string; readonly schema: JsonObject; readonly strict?: boolean }

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max'

/** What to do with a parameter that the chosen model is known to reject. `refuse` is a typed error before any call. */
export type ParameterPolicy = 'adapt' | 'refuse'

/** After text has reached the caller and its stream breaks: end with an error part, or let another target go on. */
export type InterruptionPolicy = 'error' | 'continue'

export interface ChatRequest {
  /** `provider/model-key`, an alias, a bare model key, or `auto:best|fastest|cheapest`. */
  readonly model: string
  readonly messages: readonly Message[]
  readonly maxOutputTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  readonly stop?: readonly string[]
  readonly seed?: number
  readonly tools?: readonly Tool[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly responseFormat?: ResponseFormat
  readonly reasoning?: { readonly effort?: ReasoningEffort; readonly includeText?: boolean }
  /** Fields of one provider, passed as they are to that provider only: `{ together: { min_p: 0.1 } }`. */
  readonly providerOptions?: Readonly<Record<string, JsonObject>>
}

export interface EmbedRequest {
  readonly model: string
  readonly input: readonly string[]
  readonly dimensions?: number
}
export interface TranscribeRequest {
  readonly model: string
  readonly audio: Uint8Array
  /** With its extension: providers read the format from it. */
  readonly fileName: string
  readonly mediaType: string
  /** ISO 639-1 code; left out means detect. */
  readonly language?: string
  readonly prompt?: string
  readonly temperature?: number
  readonly timestamps?: 'none' | 'segment' | 'word'
  readonly diarize?: boolean
  /** Length of the audio, when known: time limits and cost are scaled by it. */
  readonly durationSecond?: number
}
export interface ImageRequest {
  readonly model: string
  readonly prompt: string
  readonly count?: number
  readonly size?: string
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** For all attempts of the request together. */
  readonly deadlineMs?: number
  readonly requestId?: string
  readonly parameterPolicy?: ParameterPolicy
  readonly interruptionPolicy?: InterruptionPolicy
  /** Models to try, in order, when the chosen one fails. Left out: the routing decides. An empty list: no fallback. */
  readonly fallbackModels?: readonly string[]
  /** Who follows the chosen model by the host's wish; `fallbackModels` goes before it. */
  readonly chain?: FallbackChain
  /** Models that are not to answer this request, with the reason that is told. */
  readonly avoid?: readonly { readonly model: string; readonly reason: string }[]
  /**
   * What follows when a request is too long for the model that it names: a larger model answers, or the error comes back
   * at once, so that the caller can divide the text and stay with its model. Left out: a larger model.
   */
  readonly whenTooLong?: 'larger-model' | 'divide'
  /** A person is waiting: the first-token limit is the short one. */
  readonly interactive?: boolean
  /** The host's own words about the request (who, what for). The gateway carries them into every record, unread. */
  readonly labels?: Readonly<Record<string, string>>
}

/** Who is asked after the chosen model, in order. */
export interface FallbackChain {
  /** Whose it is, in a word; told with every decision. */
  readonly name: string
  readonly models: readonly string[]
  /** Whether the last resort stands at its end. */
  readonly lastResort: boolean
}

// ── What comes back ──────────────────────────────────────────────────────────────────────────────────────────────

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter'

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

/** Facts that every answer carries, so that nobody has to guess who answered. */
export interface AnswerFacts {
  readonly requestId: string
  readonly provider: string
  /** Catalog key of the model that answered. */
  readonly model: string
  /** What the provider itself called the model, when it said so. */
  readonly servedModel: string | null
  /** The model asked for first, when another one answered. */
  readonly originalModel: string | null
  readonly fallbackUsed: boolean
  readonly attempts: readonly Attempt[]
  readonly notes: readonly Note[]
  readonly decision: Decision
  readonly costMicrocents: number | null
}

export interface ChatAnswer extends AnswerFacts {
  readonly text: string
  readonly reasoning: string
  readonly toolCalls: readonly ToolCall[]
  readonly opaque: OpaqueState | null
  readonly finishReason: FinishReason
  readonly usage: Usage
  /** The parsed value when the request asked for JSON or a schema. */
  readonly json: JsonValue | undefined
}

/**
 * A stream is `start`, then deltas, then exactly one `finish` or one `error`. Tool calls arrive as start, any number of
 * deltas, end. `restart` never occurs: text that reached the caller is never taken back.
 */
export type StreamPart =
  | { readonly type: 'start'; readonly provider: string; readonly model: string }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly text: string }
  | { readonly type: 'tool-call-start'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: 'tool-call-delta'; readonly index: number; readonly arguments: string }
  | { readonly type: 'tool-call-end'; readonly index: number; readonly call: ToolCall }
  | { readonly type: 'note'; readonly note: Note }
  | { readonly type: 'finish'; readonly answer: ChatAnswer }
  | { readonly type: 'error'; readonly error: AppError; readonly facts: AnswerFacts }

export interface EmbedAnswer extends AnswerFacts {
  readonly embeddings: readonly (readonly number[])[]
  readonly usage: Usage
}
export interface TranscribedWord {
  readonly text: string
  readonly startSecond: number
  readonly endSecond: number
}
export interface TranscribedSegment extends TranscribedWord {
  readonly speaker?: string
  readonly words: readonly TranscribedWord[]
}
export interface TranscribeAnswer extends AnswerFacts {
  readonly text: string
  readonly language: string | null
  readonly durationSecond: number | null
  /** Empty when the provider gives no times. */
  readonly segments: readonly TranscribedSegment[]
  readonly usage: Usage
}
export interface ImageAnswer extends AnswerFacts {
  readonly images: readonly ({ readonly url: string } | { readonly base64: string; readonly mediaType: string })[]
  readonly usage: Usage
}

// ── Models ───────────────────────────────────────────────────────────────────────────────────────────────────────

export type Modality = 'text' | 'image' | 'audio' | 'file' | 'embedding' | 'transcription'
export type Capability =
  'stream' | 'tools' | 'schema' | 'json' | 'reasoning' | 'vision' | 'prefill' | 'word-times' | 'diarization'

/** USD per million tokens (or per minute of audio, per image), decimal; null is unknown and is never read as free. */
export interface Prices {
  readonly inputPerMillion: number | null
  readonly outputPerMillion: number | null
  readonly cachedInputPerMillion?: number | null
  readonly cacheWritePerMillion?: number | null
  /** Audio given as input tokens; left out means the same as `inputPerMillion`. */
  readonly audioInputPerMillion?: number | null
  readonly cachedAudioInputPerMillion?: number | null
  readonly imageOutputPerMillion?: number | null
  readonly audioPerMinute?: number | null
  readonly perImage?: number | null
  /** Once the input is over `aboveInputTokens`, these apply to all tokens of the request. */
  readonly tiers?: readonly {
    readonly aboveInputTokens: number
    readonly inputPerMillion: number
    readonly outputPerMillion: number
    readonly cachedInputPerMillion?: number
    readonly cacheWritePerMillion?: number
  }[]
  /** ISO dates; a row whose period is over is not used. */
  readonly validFrom?: string
  readonly source?: string
}

/** What a model rejects or wants otherwise, as data: see `catalog/rules.ts`. */
export interface ModelRules {
  /** Fields of `ChatRequest` that the model rejects. */
  readonly drop?: readonly string[]
  /** Wire names: what our encoder writes → what this model wants to read. */
  readonly rename?: Readonly<Record<string, string>>
  /** Wire fields that are always sent with this value. */
  readonly force?: Readonly<Record<string, JsonValue>>
  readonly efforts?: readonly ReasoningEffort[]
  readonly systemRole?: 'system' | 'developer' | 'user'
  /** Tools work only at this effort, so a request with tools is sent with it. */
  readonly toolsNeedEffort?: ReasoningEffort
  /** Temperature and topP are taken only at this effort. */
  readonly samplingNeedsEffort?: ReasoningEffort
  /** How reasoning is asked for: a token budget, a level, or left to the model (`adaptive`). */
  readonly thinking?: 'budget' | 'level' | 'adaptive'
  /** How an answer by schema is asked for; left out means: by the row's capabilities. */
  readonly schema?: 'native' | 'json' | 'prompt'
  /** A schema and tools cannot be asked for in one request; the schema then goes into the prompt. */
  readonly schemaWithoutTools?: boolean
  readonly refuses?: readonly ('prefill' | 'forced-tool-choice' | 'tools' | 'stream' | 'system')[]
}

/** One row of the catalog as the gateway sees it. */
export interface ModelRow {
  readonly provider: string
  /** The id the provider wants to hear. */
  readonly key: string
  readonly displayName: string
  readonly operations: readonly Operation[]
  readonly contextLength: number | null
  readonly maxOutputTokens: number | null
  readonly inputModalities: readonly Modality[]
  readonly outputModalities: readonly Modality[]
  readonly capabilities: readonly Capability[]
  readonly prices: Prices | null
  readonly creditMultiplier: number
  readonly active: boolean
  /** Why it is inactive. */
  readonly removalReason: string | null
  readonly aliases: readonly string[]
  readonly rules: ModelRules
}

/** What a provider's own list says about a model; everything but the key may be missing. */
export interface ListedModel {
  readonly key: string
  readonly displayName?: string
  readonly contextLength?: number
  readonly maxOutputTokens?: number
  readonly operations?: readonly Operation[]
  readonly inputModalities?: readonly Modality[]
  readonly outputModalities?: readonly Modality[]
  readonly capabilities?: readonly Capability[]
  readonly prices?: Prices
  /** ISO date after which the provider stops serving it. */
  readonly retiresAt?: string
}

/** A key that we hold for a provider. The secret is read at the moment of the call and appears nowhere else. */
export interface Credential {
  readonly id: string
  readonly name: string
  readonly provider: string
  readonly secret: () => string
  readonly weight: number
}
