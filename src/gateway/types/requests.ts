/** What a caller asks, whichever provider answers. */
import type { JsonObject } from './json.ts'
import type { Message } from './messages.ts'

export type Operation = 'chat' | 'embed' | 'transcribe' | 'image'

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
