/**
 * Our answers in OpenAI's shape, whoever answered, for clients that speak like OpenAI: `chat.completion` as one object
 * and as chunks. The upstream's own ids and times are not passed on: some providers send 0 and "stub".
 */
import type { CallPart, CallResult } from '../call.ts'
import type { FinishReason } from '../types/answers.ts'
import type { Usage } from '../types/attempts.ts'
import type { JsonObject } from '../types/json.ts'
import type { OpaqueState, ToolCall } from '../types/messages.ts'
import { withoutUndefined } from './without-undefined.ts'

export interface OpenAiShapeOptions {
  /** `chatcmpl-…`, our own. */
  readonly id: string
  readonly createdSecond: number
  /** The model as the answer names it. */
  readonly model: string
  /** Streams only: whether the client asked for the usage chunk. */
  readonly includeUsage?: boolean
}

const FINISH: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
}

export const toOpenAiUsage = (usage: Usage): JsonObject => ({
  prompt_tokens: usage.inputTokens,
  completion_tokens: usage.outputTokens,
  total_tokens: usage.inputTokens + usage.outputTokens,
  prompt_tokens_details: withoutUndefined({
    cached_tokens: usage.cachedInputTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    audio_tokens: usage.audioInputTokens ?? 0,
  }),
  completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
})

/** The extension field that carries what only the provider understands; a client that keeps it sends it back. */
export const STATE_FIELD = 'provider_state'

const stateOf = (opaque: OpaqueState | null | undefined): JsonObject =>
  opaque ? { [STATE_FIELD]: { provider: opaque.provider, data: opaque.data } } : {}

const toOpenAiCall = (call: ToolCall): JsonObject => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: call.arguments },
  ...stateOf(call.opaque),
})

export const toOpenAiResponse = (result: CallResult, options: OpenAiShapeOptions): JsonObject => ({
  id: options.id,
  object: 'chat.completion',
  created: options.createdSecond,
  model: options.model,
  choices: [
    {
      index: 0,
      message: withoutUndefined({
        role: 'assistant',
        content: result.text === '' && result.toolCalls.length > 0 ? null : result.text,
        refusal: null,
        reasoning_content: result.reasoning === '' ? undefined : result.reasoning,
        tool_calls: result.toolCalls.length === 0 ? undefined : result.toolCalls.map(toOpenAiCall),
        ...stateOf(result.opaque),
      }),
      logprobs: null,
      finish_reason: FINISH[result.finishReason],
    },
  ],
  usage: toOpenAiUsage(result.usage),
})

/** One part of a stream as chunks; `end` gives the finishing chunk and, when asked for, the one with usage. */
export const toOpenAiChunks = (part: CallPart, options: OpenAiShapeOptions): JsonObject[] => {
  switch (part.type) {
    case 'text-delta':
      return [chunk(options, { content: part.text })]
    case 'reasoning-delta':
      return [chunk(options, { reasoning_content: part.text })]
    case 'tool-call-start':
      return [
        chunk(options, {
          tool_calls: [
            { index: part.index, id: part.id, type: 'function', function: { name: part.name, arguments: '' } },
          ],
        }),
      ]
    case 'tool-call-delta':
      return [chunk(options, { tool_calls: [{ index: part.index, function: { arguments: part.arguments } }] })]
    case 'tool-call-end':
      return toolEndChunks(part.index, part.call, options)
    case 'note':
      return []
    case 'end':
      return endChunks(part.result, options)
  }
}

/** The first chunk of every stream. */
export const openingChunk = (options: OpenAiShapeOptions): JsonObject =>
  chunk(options, { role: 'assistant', content: '', refusal: null })

// The state of a call is complete only now.
const toolEndChunks = (index: number, call: ToolCall, options: OpenAiShapeOptions): JsonObject[] =>
  call.opaque === undefined ? [] : [chunk(options, { tool_calls: [{ index, ...stateOf(call.opaque) }] })]

const endChunks = (result: CallResult, options: OpenAiShapeOptions): JsonObject[] => {
  const state = result.opaque === null ? [] : [chunk(options, stateOf(result.opaque))]
  const finish = chunk(options, {}, FINISH[result.finishReason])
  if (!options.includeUsage) return [...state, finish]
  return [...state, finish, { ...chunk(options, {}), choices: [], usage: toOpenAiUsage(result.usage) }]
}

const chunk = (options: OpenAiShapeOptions, delta: JsonObject, finishReason: string | null = null): JsonObject => ({
  id: options.id,
  object: 'chat.completion.chunk',
  created: options.createdSecond,
  model: options.model,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  ...(options.includeUsage ? { usage: null } : {}),
})
