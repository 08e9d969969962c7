/** What is known of a model: its row in the catalog, its prices, and what it wants otherwise. */
import type { JsonValue } from './json.ts'
import type { Operation, ReasoningEffort } from './requests.ts'

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
