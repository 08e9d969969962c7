/**
 * What a provider is: data plus a few functions, frozen. Owns the contract between a provider, the dialects it speaks
 * and the caller that sends; knows no HTTP client, no retry and no routing.
 */
import type { ServerEvent } from '../lib/sse.ts'
import type { CallPart, CallResult, EmbedResult, ImageResult, TranscribeResult } from './call.ts'
import type { FailureRule } from './dialects/failure-rules.ts'
import type { StopLimits } from './dialects/fit-stop.ts'
import type { Note } from './types/attempts.ts'
import type { ParameterPolicy } from './types/call-options.ts'
import type { JsonObject } from './types/json.ts'
import type { ListedModel, ModelRow, ModelRules } from './types/models.ts'
import type { ChatRequest, EmbedRequest, ImageRequest, TranscribeRequest } from './types/requests.ts'

export type { EmbedResult, ImageResult, TranscribeResult } from './call.ts'

/** One HTTP request, described; the path is added to the base URL, which carries any version prefix. */
export interface WireCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: JsonObject | FormData | null
  /** What was changed on the way, for the answer. */
  readonly notes: readonly Note[]
}

export interface EncodeContext {
  readonly provider: Provider
  readonly model: ModelRow
  /** The family's rules and the row's own, merged. */
  readonly rules: ModelRules
  readonly policy: ParameterPolicy
  readonly stream: boolean
}

export interface DecodeContext {
  readonly provider: string
  readonly model: string
  /** An id for a tool call whose provider gives none. */
  readonly newId: () => string
  /**
   * To be called once the answer is whole though the stream may go on: from then on the caller waits only a moment for
   * usage and end marker.
   */
  readonly complete: () => void
  /** To be called by a stream that ends as one piece of an answer, with what `continuation` reads of a plain body. */
  readonly paused: (body: unknown) => void
}

/** An operation with one request and one answer. `decode` gets parsed JSON, or the text of a body that is not JSON. */
export interface Exchange<Ask, Answer> {
  readonly encode: (ask: Ask, context: EncodeContext) => WireCall
  readonly decode: (body: unknown, context: DecodeContext) => Answer
}

export interface ChatDialect extends Exchange<ChatRequest, CallResult> {
  /** How the stream's bytes are cut into events. */
  readonly framing: 'server-events' | 'json-lines'
  /**
   * Parts in order, then one `end`. Throws `WireError` on an error event, and when the events stop before the
   * provider's end signal.
   */
  readonly decodeStream: (events: AsyncIterable<ServerEvent>, context: DecodeContext) => AsyncGenerator<CallPart>
  /**
   * The call that asks for the rest of an answer which the provider broke into pieces (Gemini's continuation token,
   * Anthropic's pause_turn); null when the answer is whole.
   */
  readonly continuation?: (call: WireCall, body: unknown) => WireCall | null
}

export interface ModelList {
  readonly path: string
  /** The rows of one page and the path of the next page, if there is one. */
  readonly page: (body: unknown) => { readonly rows: readonly unknown[]; readonly nextPath: string | null }
  /** Null for a row that is no model of use (not even its key can be read). */
  readonly toModel: (row: unknown) => ListedModel | null
  /** One more request a row, for providers whose list lacks the limits. */
  readonly detail?: {
    readonly call: (key: string) => WireCall
    readonly merge: (model: ListedModel, body: unknown) => ListedModel
  }
}

/** A provider inside this process: no key, no network. */
export interface BuiltIn {
  readonly chat: (request: ChatRequest, context: BuiltInContext) => Promise<CallResult>
  readonly models: readonly ListedModel[]
}
export interface BuiltInContext {
  readonly model: string
  readonly signal: AbortSignal
}

/** How the wire of one provider differs from the dialect it speaks. */
export interface RequestTraits {
  /** Wire names: what the dialect writes → what this provider reads. */
  readonly rename?: Readonly<Record<string, string>>
  /** Fields of `ChatRequest` that this provider does not have. */
  readonly drop?: readonly string[]
  /** Text-only part lists are sent as one string. */
  readonly flattenText?: boolean
  /** Images travel as bytes; an address has to be fetched first. */
  readonly imageBytesOnly?: boolean
  readonly systemRole?: 'system' | 'developer' | 'user'
  /** `stream_options.include_usage` is understood. */
  readonly streamUsageOption?: boolean
  /** Whether the schema lies within an object of its own, as at OpenAI, or beside the type. */
  readonly schemaShape?: 'nested' | 'flat'
  /** How stop sequences are taken; what is over is left out with a note. */
  readonly stop?: StopLimits
  /** JSON can be asked for by schema or by words only. */
  readonly noJsonMode?: boolean
  /** A call cannot be forced: the wire has no field for it. */
  readonly noToolChoice?: boolean
  /** Fields sent with every chat request. */
  readonly extra?: JsonObject
}

export interface Provider {
  readonly id: string
  readonly displayName: string
  readonly baseUrl: string
  /** Whether a call without a credential is pointless. */
  readonly needsKey: boolean
  readonly auth: (secret: string) => Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly request?: RequestTraits
  readonly chat?: ChatDialect
  readonly embed?: Exchange<EmbedRequest, EmbedResult>
  readonly transcribe?: Exchange<TranscribeRequest, TranscribeResult>
  readonly image?: Exchange<ImageRequest, ImageResult>
  readonly countTokens?: Exchange<ChatRequest, number | null>
  readonly models?: ModelList
  /** Read before the general table, first match wins. */
  readonly failures?: readonly FailureRule[]
  readonly builtIn?: BuiltIn
}

/** `Authorization: Bearer …`. */
export const bearer = (secret: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${secret}` })

const freezeDeeply = <Value>(value: Value): Value => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || value instanceof RegExp) return value
  Object.freeze(value)
  for (const inner of Object.values(value)) freezeDeeply(inner)
  return value
}

/** A provider that nobody can change afterwards: importing one must never alter another. */
export const defineProvider = (provider: Provider): Provider => {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(provider.id)) throw new Error(`not a provider id: ${provider.id}`)
  return freezeDeeply({ ...provider, baseUrl: provider.baseUrl.replace(/\/+$/, '') })
}
