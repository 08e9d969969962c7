/** The answer of an OpenAI-shaped `/chat/completions`, plain and streamed, at all providers that speak it. */
import { isObject, toArray, toNumber, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import type { ServerEvent } from '../../lib/sse.ts'
import type { CallPart, CallResult } from '../call.ts'
import type { DecodeContext } from '../provider.ts'
import type { FinishReason } from '../types/answers.ts'
import type { Note, Usage } from '../types/attempts.ts'
import type { JsonValue } from '../types/json.ts'
import type { OpaqueState, ToolCall } from '../types/messages.ts'
import { createAccumulator, settleFinish } from './accumulator.ts'
import type { Accumulator } from './accumulator.ts'
import { WireError } from './wire-error.ts'
import { splitReasoning } from './reasoning-tags.ts'
import { readEventObject } from './stream-event.ts'
import { NO_USAGE, readOpenAiUsage } from './usage.ts'

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  COMPLETE: 'stop',
  STOP: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
}

/** A word nobody has seen before ends the answer like "stop"; "error" is a failure. */
export const readFinish = (reason: string): FinishReason => {
  if (reason === 'error') throw new WireError('provider-error', 'the provider ended the answer with an error')
  return FINISH[reason] ?? 'stop'
}

const readContent = (content: unknown): string =>
  toText(content) ??
  toArray(content)
    .map((part) => toText(toObject(part)['text']) ?? '')
    .join('')

const readReasoning = (message: UnknownObject): string =>
  toText(message['reasoning']) ?? toText(message['reasoning_content']) ?? ''

const readArguments = (value: unknown): string =>
  toText(value) ?? (isObject(value) || Array.isArray(value) ? JSON.stringify(value) : '')

/** What Gemini's compatible endpoint hangs on a call (its thought signature) and wants back unchanged. */
const readExtra = (call: UnknownObject, provider: string): OpaqueState | null =>
  isObject(call['extra_content'])
    ? { provider, data: { extra_content: call['extra_content'] as unknown as JsonValue } }
    : null

const readToolCall = (value: unknown, context: DecodeContext): ToolCall | null => {
  const call = toObject(value)
  const target = toObject(call['function'])
  const name = toText(target['name'])
  if (name === null) return null
  const written = readArguments(target['arguments'])
  const opaque = readExtra(call, context.provider)
  return {
    id: toText(call['id']) || context.newId(),
    name,
    arguments: written.trim() === '' ? '{}' : written,
    ...(opaque === null ? {} : { opaque }),
  }
}

export const refusalNote = (message: string): Note => ({ kind: 'provider-message', message })

export const decodeOpenAiChat = (body: unknown, context: DecodeContext): CallResult => {
  const answer = toObject(body)
  const choice = toObject(toArray(answer['choices'])[0])
  if (!isObject(choice['message'])) throw new WireError('provider-malformed', 'the answer holds no message')
  const message = toObject(choice['message'])
  const refusal = toText(message['refusal'])
  const split = splitReasoning(readContent(message['content']))
  const toolCalls = toArray(message['tool_calls']).flatMap((call) => readToolCall(call, context) ?? [])
  const finish = readFinish(toText(choice['finish_reason']) ?? 'stop')
  return {
    text: split.text,
    reasoning: readReasoning(message) + split.reasoning,
    toolCalls,
    opaque: null,
    finishReason: refusal === null ? settleFinish(finish, toolCalls.length) : 'content-filter',
    usage: readOpenAiUsage(answer['usage']) ?? NO_USAGE,
    servedModel: toText(answer['model']) || null,
    notes: refusal === null ? [] : [refusalNote(refusal)],
  }
}

interface StreamState {
  readonly answer: Accumulator
  finish: FinishReason | null
  usage: Usage | null
  servedModel: string | null
  refusal: string
  done: boolean
}

export async function* decodeOpenAiStream(
  events: AsyncIterable<ServerEvent>,
  context: DecodeContext,
): AsyncGenerator<CallPart> {
  const state: StreamState = {
    answer: createAccumulator(),
    finish: null,
    usage: null,
    servedModel: null,
    refusal: '',
    done: false,
  }
  const read = (chunk: UnknownObject): CallPart[] => readChunk(chunk, state, context)
  for await (const event of events) {
    if (event.data.trim() === '[DONE]') {
      state.done = true
      break
    }
    yield* readEventObject(event, state.answer, read)
    // Nothing of value can follow, so a missing end marker costs no wait.
    if (state.finish !== null && state.usage !== null) break
    if (state.finish !== null) context.complete()
  }
  yield* endStream(state)
}

const readChunk = (chunk: UnknownObject, state: StreamState, context: DecodeContext): CallPart[] => {
  state.servedModel ||= toText(chunk['model']) || null
  const usage = readOpenAiUsage(chunk['usage']) ?? readOpenAiUsage(toObject(chunk['x_groq'])['usage'])
  if (usage !== null) state.usage = usage
  const choice = toArray(chunk['choices'])
    .map(toObject)
    .find((one) => (toNumber(one['index']) ?? 0) === 0)
  if (choice === undefined) return []
  const parts = readDelta(toObject(choice['delta']), state, context)
  const finish = toText(choice['finish_reason'])
  if (finish) state.finish = readFinish(finish)
  return parts
}

const readDelta = (delta: UnknownObject, state: StreamState, context: DecodeContext): CallPart[] => {
  state.refusal += toText(delta['refusal']) ?? ''
  return [
    ...state.answer.reasoning(readReasoning(delta)),
    ...state.answer.text(readContent(delta['content'])),
    ...toArray(delta['tool_calls']).flatMap((call) => readToolDelta(toObject(call), state.answer, context)),
  ]
}

// The index may be missing (Gemini's compatible endpoint) or the same for two calls; a new id with a name is a new call.
const readToolDelta = (call: UnknownObject, answer: Accumulator, context: DecodeContext): CallPart[] => {
  const target = toObject(call['function'])
  const id = toText(call['id']) || null
  const name = toText(target['name']) || null
  const fragment = readArguments(target['arguments'])
  const claimed = toNumber(call['index']) ?? (name === null ? answer.toolCount() - 1 : answer.toolCount())
  const collides = answer.hasTool(claimed) && name !== null && id !== null && id !== answer.toolId(claimed)
  const index = collides ? answer.toolCount() : claimed
  if (answer.hasTool(index)) return answer.toolDelta(index, fragment)
  if (name === null) return []
  const started = answer.toolStart(index, id ?? context.newId(), name)
  const opaque = readExtra(call, context.provider)
  if (opaque !== null) answer.toolOpaque(index, opaque)
  return [...started, ...answer.toolDelta(index, fragment)]
}

const endStream = (state: StreamState): CallPart[] => {
  if (state.finish === null && (!state.done || state.answer.isEmpty()))
    throw new WireError('stream-interrupted', 'the stream ended before the answer was complete')
  const refused = state.refusal !== ''
  const notes = refused ? state.answer.note(refusalNote(state.refusal)) : []
  return [
    ...notes,
    ...state.answer.end({
      finishReason: refused ? 'content-filter' : (state.finish ?? 'stop'),
      usage: state.usage,
      servedModel: state.servedModel,
    }),
  ]
}
