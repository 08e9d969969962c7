/** What a caller gets, whole or as a stream, whichever provider answered. */
import type { AppError } from '../../errors.ts'
import type { Attempt, Decision, Note, Usage } from './attempts.ts'
import type { JsonValue } from './json.ts'
import type { OpaqueState, ToolCall } from './messages.ts'

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter'

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
