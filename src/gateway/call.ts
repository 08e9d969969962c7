/**
 * One attempt: one target, one credential, one HTTP exchange, no retry, no fallback, no policy.
 *
 * This is the seam between the wire (dialects, providers: how to speak to a model) and the conduct (routing,
 * resilience: whom to ask, when and how often). Everything above it is independent of wire formats.
 */
import type { FinishReason, ImageAnswer, StreamPart, TranscribedSegment } from './types/answers.ts'
import type { Note, Usage } from './types/attempts.ts'
import type { ParameterPolicy } from './types/call-options.ts'
import type { Credential } from './types/credential.ts'
import type { OpaqueState, ToolCall } from './types/messages.ts'
import type { ListedModel, ModelRow } from './types/models.ts'
import type { ChatRequest, EmbedRequest, ImageRequest, TranscribeRequest } from './types/requests.ts'

export interface CallTarget {
  readonly model: ModelRow
  /** Null for providers that need no key. */
  readonly credential: Credential | null
  /** Base URL with the environment's or the admin's override applied. */
  readonly baseUrl: string
}

export interface CallContext {
  readonly signal: AbortSignal
  readonly parameterPolicy: ParameterPolicy
  /** Hears when a connection is sought and when the request goes out on it; never called where there is none to make. */
  readonly onConnection?: (state: 'opening' | 'open') => void
  /** Hears response headers (lower-case names) as soon as they are there, on errors too: rate limits are learned here. */
  readonly onHeaders?: (status: number, headers: Readonly<Record<string, string>>) => void
}

export interface CallResult {
  readonly text: string
  readonly reasoning: string
  readonly toolCalls: readonly ToolCall[]
  readonly opaque: OpaqueState | null
  readonly finishReason: FinishReason
  readonly usage: Usage
  readonly servedModel: string | null
  readonly notes: readonly Note[]
}

export interface EmbedResult {
  readonly embeddings: number[][]
  readonly usage: Usage
  readonly servedModel: string | null
}
export interface TranscribeResult {
  readonly text: string
  readonly language: string | null
  readonly durationSecond: number | null
  readonly segments: TranscribedSegment[]
  readonly usage: Usage
  readonly servedModel: string | null
  readonly notes: readonly Note[]
  /** Left out where the wire does not say how the answer ended. */
  readonly finishReason?: FinishReason
}
export interface ImageResult {
  readonly images: ImageAnswer['images']
  readonly usage: Usage
  readonly servedModel: string | null
  readonly notes?: readonly Note[]
  readonly finishReason?: FinishReason
}

/** Deltas as they come, then one `end` with the whole result; a failure is thrown as an AppError, never a part. */
export type CallPart =
  | Extract<
      StreamPart,
      { type: 'text-delta' | 'reasoning-delta' | 'tool-call-start' | 'tool-call-delta' | 'tool-call-end' | 'note' }
    >
  | { readonly type: 'end'; readonly result: CallResult }

/**
 * Speaks to providers. Every method makes exactly one logical exchange and throws an AppError whose details carry
 * `{ provider, model, status?, providerCode?, providerMessage? }`.
 *
 * A stream that closes without its provider's end signal throws `stream-interrupted`; so does an error event inside a
 * 200 stream when its cause has no better code.
 */
export interface Caller {
  chat(target: CallTarget, request: ChatRequest, context: CallContext): Promise<CallResult>
  stream(target: CallTarget, request: ChatRequest, context: CallContext): AsyncIterable<CallPart>
  embed(target: CallTarget, request: EmbedRequest, context: CallContext): Promise<EmbedResult>
  transcribe(target: CallTarget, request: TranscribeRequest, context: CallContext): Promise<TranscribeResult>
  image(target: CallTarget, request: ImageRequest, context: CallContext): Promise<ImageResult>
  listModels(
    provider: string,
    access: { credential: Credential | null; baseUrl: string },
    context: CallContext,
  ): Promise<ListedModel[]>
  /** Null when the provider offers no counting. */
  countTokens(target: CallTarget, request: ChatRequest, context: CallContext): Promise<number | null>
}
