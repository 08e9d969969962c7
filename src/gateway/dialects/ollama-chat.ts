/**
 * Ollama's own `/api/chat`. Chosen over its OpenAI-shaped path because only here the context can be set for a request;
 * the server's default is small and longer prompts are cut without a word.
 */
import { AppError } from '../../errors.ts'
import { isObject, parseJson, toArray, toCount, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import type { ServerEvent } from '../../lib/sse.ts'
import type { CallPart, CallResult } from '../call.ts'
import type { ChatDialect, DecodeContext, EmbedResult, EncodeContext, Exchange, WireCall } from '../provider.ts'
import type { FinishReason } from '../types/answers.ts'
import type { Usage } from '../types/attempts.ts'
import type { JsonObject, JsonValue } from '../types/json.ts'
import type { ContentPart, Message } from '../types/messages.ts'
import type { ChatRequest, EmbedRequest } from '../types/requests.ts'
import { createAccumulator } from './accumulator.ts'
import type { Accumulator } from './accumulator.ts'
import { WireError } from './wire-error.ts'
import { readEventObject } from './stream-event.ts'
import { toVector } from './openai-embeddings.ts'
import { NO_USAGE, toUsage } from './usage.ts'
import { withoutUndefined } from './without-undefined.ts'

const encodeOllama = (request: ChatRequest, context: EncodeContext): WireCall => {
  const body = withoutUndefined({
    model: context.model.key,
    messages: encodeMessages(request.messages),
    stream: context.stream,
    tools: request.tools?.length && request.toolChoice !== 'none' ? request.tools.map(encodeTool) : undefined,
    format: encodeFormat(request),
    think: encodeThink(request),
    options: withoutUndefined({
      num_ctx: contextSize(request, context),
      num_predict: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      top_k: request.topK,
      frequency_penalty: request.frequencyPenalty,
      presence_penalty: request.presencePenalty,
      stop: request.stop,
      seed: request.seed,
    }),
  })
  const options = request.providerOptions?.[context.provider.id] ?? {}
  return { method: 'POST', path: '/api/chat', body: { ...body, ...context.rules.force, ...options }, notes: [] }
}

/** Two characters a token is the dense end of what tokenizers do, so the context is rather too large than too small. */
const CHARACTERS_PER_TOKEN = 2
const SMALLEST_CONTEXT = 8192

/** A power of two that holds prompt and answer: another size makes the server load the model again, so few sizes. */
const contextSize = (request: ChatRequest, context: EncodeContext): number | undefined => {
  const limit = context.model.contextLength
  const characters = JSON.stringify(request.messages).length
  const needed = Math.ceil(characters / CHARACTERS_PER_TOKEN) + (request.maxOutputTokens ?? 2048)
  const size = Math.max(SMALLEST_CONTEXT, 2 ** Math.ceil(Math.log2(needed)))
  return limit === null ? size : Math.min(limit, size)
}

const encodeFormat = (request: ChatRequest): JsonValue | undefined => {
  const format = request.responseFormat
  if (format === undefined || format.type === 'text') return undefined
  return format.type === 'json' ? 'json' : format.schema
}

const encodeThink = (request: ChatRequest): boolean | undefined => {
  const { effort, includeText } = request.reasoning ?? {}
  return effort === undefined ? (includeText ? true : undefined) : effort !== 'none'
}

const encodeTool = (tool: NonNullable<ChatRequest['tools']>[number]): JsonObject => ({
  type: 'function',
  function: withoutUndefined({ name: tool.name, description: tool.description, parameters: tool.parameters }),
})

const encodeMessages = (messages: readonly Message[]): JsonObject[] => {
  const names = new Map(
    messages
      .flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []))
      .map((call) => [call.id, call.name]),
  )
  return messages.map((message): JsonObject => {
    switch (message.role) {
      case 'system':
        return { role: 'system', content: message.content }
      case 'user':
        return { role: 'user', ...encodeContent(message.content) }
      case 'tool':
        return withoutUndefined({
          role: 'tool',
          ...encodeContent(message.content),
          tool_name: names.get(message.toolCallId),
        })
      case 'assistant':
        return withoutUndefined({
          role: 'assistant',
          content: message.content,
          tool_calls: message.toolCalls?.map((call) => ({
            function: { name: call.name, arguments: toArguments(call.arguments) },
          })),
        })
    }
  })
}

const toArguments = (text: string): JsonObject => {
  const parsed = parseJson(text)
  return isObject(parsed) ? (parsed as JsonObject) : {}
}

const encodeContent = (content: string | readonly ContentPart[]): JsonObject => {
  if (typeof content === 'string') return { content }
  const images = content.flatMap((part) => (part.type === 'image' ? imageBytes(part.source) : []))
  const text = content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n')
  return images.length === 0 ? { content: text } : { content: text, images }
}

const imageBytes = (source: { readonly url: string } | { readonly base64: string }): string => {
  if ('base64' in source) return source.base64
  throw new AppError('unsupported-capability', 'images travel as bytes here, not by address', {
    details: { capability: 'image-url' },
  })
}

interface State {
  readonly answer: Accumulator
  finish: FinishReason | null
  usage: Usage | null
  servedModel: string | null
}

const readUsage = (chunk: UnknownObject): Usage | null =>
  chunk['eval_count'] === undefined && chunk['prompt_eval_count'] === undefined
    ? null
    : toUsage({ input: toCount(chunk['prompt_eval_count']), output: toCount(chunk['eval_count']) })

const readChunk = (chunk: UnknownObject, state: State, context: DecodeContext): CallPart[] => {
  state.servedModel ??= toText(chunk['model']) || null
  const message = toObject(chunk['message'])
  const parts = [
    ...state.answer.reasoning(toText(message['thinking']) ?? ''),
    ...state.answer.text(toText(message['content']) ?? ''),
    ...toArray(message['tool_calls']).flatMap((call) => readCall(toObject(call), state, context)),
  ]
  if (chunk['done'] !== true) return parts
  state.finish = chunk['done_reason'] === 'length' ? 'length' : 'stop'
  state.usage = readUsage(chunk)
  return parts
}

const readCall = (call: UnknownObject, state: State, context: DecodeContext): CallPart[] => {
  const target = toObject(call['function'])
  const index = state.answer.toolCount()
  return [
    ...state.answer.toolStart(index, toText(call['id']) || context.newId(), toText(target['name']) ?? ''),
    ...state.answer.toolDelta(index, toText(target['arguments']) ?? JSON.stringify(target['arguments'] ?? {})),
    ...state.answer.toolEnd(index),
  ]
}

const createState = (): State => ({ answer: createAccumulator(), finish: null, usage: null, servedModel: null })

const endState = (state: State): CallPart[] =>
  state.answer.end({
    finishReason: state.finish ?? 'stop',
    usage: state.usage ?? NO_USAGE,
    servedModel: state.servedModel,
  })

const decodeOllama = (body: unknown, context: DecodeContext): CallResult => {
  const state = createState()
  if (!isObject(toObject(body)['message'])) throw new WireError('provider-malformed', 'the answer holds no message')
  readChunk(toObject(body), state, context)
  const end = endState(state).at(-1)
  if (end?.type !== 'end') throw new WireError('provider-malformed', 'the answer holds no end')
  return end.result
}

async function* decodeOllamaStream(
  events: AsyncIterable<ServerEvent>,
  context: DecodeContext,
): AsyncGenerator<CallPart> {
  const state = createState()
  const read = (chunk: UnknownObject): CallPart[] => readChunk(chunk, state, context)
  for await (const event of events) {
    yield* readEventObject(event, state.answer, read)
    if (state.finish !== null) break
  }
  if (state.finish === null)
    throw new WireError('stream-interrupted', 'the stream ended before the answer was complete')
  yield* endState(state)
}

export const ollamaChat: ChatDialect = {
  framing: 'json-lines',
  encode: encodeOllama,
  decode: decodeOllama,
  decodeStream: decodeOllamaStream,
}

export const ollamaEmbeddings: Exchange<EmbedRequest, EmbedResult> = {
  encode: (request, { model }) => ({
    method: 'POST',
    path: '/api/embed',
    body: withoutUndefined({ model: model.key, input: request.input, dimensions: request.dimensions }),
    notes: [],
  }),
  decode: (body) => {
    const answer = toObject(body)
    const rows = toArray(answer['embeddings'])
    if (rows.length === 0) throw new WireError('provider-malformed', 'the answer holds no embedding')
    const input = answer['prompt_eval_count']
    return {
      embeddings: rows.map(toVector),
      usage: input === undefined ? NO_USAGE : toUsage({ input: toCount(input), output: 0 }),
      servedModel: toText(answer['model']) || null,
    }
  },
}
