// Servers people run themselves: Ollama (own API and /v1) and OpenAI-compatible ones in the manner of vLLM.
import type { ProviderName } from '../types.ts'
import { WireFailure } from '../types.ts'
import { answer, json, readJson, requireModel } from '../exchange.ts'
import type { Exchange, Route } from '../exchange.ts'
import { isObject, toNumber, toObject, toText } from '../json.ts'
import { idOf } from '../rules/limits.ts'
import { makeHexId, makeId } from '../tokens.ts'
import { readChat, readTools } from '../wire/chat-request.ts'
import { sse, streamChat, writeChat } from '../wire/chat-reply.ts'
import type { ChatFlavour } from '../wire/chat-reply.ts'
import { embeddings, ollamaEmbed } from '../wire/embeddings.ts'
import { readMessages, streamNative, writeNative } from '../wire/ollama-native.ts'
import { transcriptionRoute } from './transcription-route.ts'
import { checkContext, checkImages } from './chat-context.ts'
import { bearer } from './credentials.ts'
import type { ProviderDefinition } from './types.ts'

const THINKING_TOKENS = 32

const flavours: Record<'ollama' | 'compatible', ChatFlavour> = {
  ollama: {
    id: () => `chatcmpl-${Number.parseInt(makeHexId(6), 16) % 1000}`,
    callId: () => `call_${makeId(8).toLowerCase()}`,
    envelope: () => ({ system_fingerprint: 'fp_ollama' }),
    message: () => ({}),
    reasoningField: 'reasoning',
    usage: ({ usage }) => ({
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
    }),
    obfuscate: false,
    wholeCalls: true,
    callIndexInStream: true,
  },
  compatible: {
    id: () => `chatcmpl-${makeHexId(32)}`,
    callId: () => `chatcmpl-tool-${makeHexId(32)}`,
    envelope: () => ({}),
    message: (given) => (given.toolCalls.length > 0 ? {} : { tool_calls: [] }),
    reasoningField: 'reasoning_content',
    usage: ({ usage }) => ({
      prompt_tokens: usage.inputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
      completion_tokens: usage.outputTokens,
      prompt_tokens_details: null,
    }),
    obfuscate: false,
    wholeCalls: false,
    callIndexInStream: true,
  },
}

const chat = (provider: 'ollama' | 'compatible') => (exchange: Exchange) => {
  const body = readJson(exchange)
  const facts = requireModel(exchange, toText(body['model']))
  const ask = readChat(provider, body, {
    maxOutputTokens: facts.maxOutputTokens,
    reasoningTokens: facts.thinks ? THINKING_TOKENS : 0,
    showReasoning: facts.thinks,
  })
  checkImages(ask, facts)
  const cap = toNumber(body['max_tokens']) ?? toNumber(body['max_completion_tokens'])
  checkContext(ask, facts, { ...(cap === undefined ? {} : { cap }), reserve: true })
  const made = answer(exchange, ask)
  const now = exchange.world.now()
  return ask.stream ? streamChat(ask, made, flavours[provider], now) : writeChat(ask, made, flavours[provider], now)
}

const nativeChat = (exchange: Exchange) => {
  const body = readJson(exchange)
  const model = toText(body['model'])
  if (model === '') throw new WireFailure('missing-parameter', { parameter: 'model' })
  const facts = requireModel(exchange, model)
  const options = toObject(body['options'])
  const thinks = facts.thinks && body['think'] !== false
  const predict = toNumber(options['num_predict'])
  const ask = {
    provider: 'ollama' as const,
    model,
    turns: readMessages(body),
    tools: readTools(body['tools']),
    toolChoice: 'auto' as const,
    parallelTools: true,
    ...(isObject(body['format']) ? { schema: body['format'] } : {}),
    jsonMode: body['format'] === 'json',
    maxOutputTokens: predict !== undefined && predict > 0 ? predict : facts.maxOutputTokens,
    stop: Array.isArray(options['stop'])
      ? options['stop'].filter((mark): mark is string => typeof mark === 'string')
      : [],
    stream: body['stream'] !== false,
    includeUsage: true,
    reasoningTokens: thinks ? THINKING_TOKENS : 0,
    showReasoning: thinks,
    extra: {},
  }
  const made = answer(exchange, ask)
  const now = exchange.world.now()
  return ask.stream ? streamNative(ask, made, now) : writeNative(ask, made, now)
}

const show = (exchange: Exchange) => {
  const facts = requireModel(exchange, toText(readJson(exchange)['model'] ?? readJson(exchange)['name']))
  const family = toText(toObject(facts.row['details'])['family'])
  return json(200, {
    license: '',
    modelfile: `FROM ${facts.id}`,
    parameters: '',
    template: '{{ .Prompt }}',
    details: facts.row['details'],
    model_info: {
      'general.architecture': family,
      [`${family}.context_length`]: facts.contextTokens,
      [`${family}.embedding_length`]: 768,
    },
    capabilities:
      facts.kind === 'embedding'
        ? ['embedding']
        : ['completion', 'tools', ...(facts.thinks ? ['thinking'] : []), ...(facts.vision ? ['vision'] : [])],
    modified_at: facts.row['modified_at'],
  })
}

const listAsOpenai =
  (provider: ProviderName) =>
  ({ world }: Exchange) =>
    json(200, {
      object: 'list',
      data: world.models
        .rows(provider)
        .map((row) =>
          provider === 'ollama' ? { id: idOf(row), object: 'model', created: 1_777_932_000, owned_by: 'library' } : row,
        ),
    })

const openaiRoutes = (provider: 'ollama' | 'compatible'): Route[] => [
  { method: 'GET', pattern: /^\/v1\/models$/, operation: 'models', handle: listAsOpenai(provider) },
  { method: 'POST', pattern: /^\/v1\/chat\/completions$/, operation: 'chat', handle: chat(provider) },
  { method: 'POST', pattern: /^\/v1\/embeddings$/, operation: 'embeddings', handle: embeddings },
]

const isNativePath = (path: string) => path.startsWith('/api')

export const ollama: ProviderDefinition = {
  name: 'ollama',
  basePath: '',
  credential: bearer,
  needsKey: false,
  headers: () => ({}),
  rateHeaders: () => ({}),
  errorFrames: (body, _status, path) =>
    isNativePath(path) ? [{ kind: 'error', data: `${JSON.stringify(body)}\n` }] : [sse('error', body)],
  errorTableFor: (path) => (isNativePath(path) ? undefined : 'compatible'),
  routes: [
    ...openaiRoutes('ollama'),
    {
      method: 'GET',
      pattern: /^\/api\/tags$/,
      operation: 'models',
      handle: ({ world }) => json(200, { models: world.models.rows('ollama') }),
    },
    {
      method: 'GET',
      pattern: /^\/api\/version$/,
      operation: 'version',
      handle: () => json(200, { version: '0.12.6' }),
    },
    { method: 'POST', pattern: /^\/api\/show$/, operation: 'models', handle: show },
    { method: 'POST', pattern: /^\/api\/chat$/, operation: 'chat', handle: nativeChat },
    { method: 'POST', pattern: /^\/api\/embed$/, operation: 'embeddings', handle: ollamaEmbed },
  ],
}

export const compatible: ProviderDefinition = {
  name: 'compatible',
  basePath: '/v1',
  credential: bearer,
  needsKey: false,
  headers: () => ({ server: 'uvicorn' }),
  rateHeaders: () => ({}),
  errorFrames: (body) => [sse('error', body), sse('end', '[DONE]')],
  routes: [...openaiRoutes('compatible'), transcriptionRoute('/v1')],
}
