import { WireFailure } from '../types.ts'
import { answer, json, readJson, requireModel } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'
import { toNumber, toText } from '../json.ts'
import { checkOpenai } from '../rules/openai.ts'
import { makeId } from '../tokens.ts'
import { promptOf } from '../answer/compose.ts'
import { readChat } from '../wire/chat-request.ts'
import { sse, streamChat, writeChat } from '../wire/chat-reply.ts'
import type { ChatFlavour } from '../wire/chat-reply.ts'
import { embeddings } from '../wire/embeddings.ts'
import { images } from '../wire/images.ts'
import { transcriptionRoute } from './transcription-route.ts'
import { bearer } from './credentials.ts'
import { checkContext, checkImages } from './chat-context.ts'
import { openaiRateHeaders } from './rate-headers.ts'
import type { ProviderDefinition } from './types.ts'

const flavour: ChatFlavour = {
  id: () => `chatcmpl-${makeId(29)}`,
  callId: () => `call_${makeId(24)}`,
  envelope: () => ({ service_tier: 'default', system_fingerprint: null }),
  message: (given) => ({ refusal: given.finish === 'refusal' ? given.text : null, annotations: [] }),
  usage: ({ usage }) => ({
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cachedTokens,
      cache_write_tokens: 0,
      audio_tokens: usage.audioTokens,
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }),
  obfuscate: true,
  wholeCalls: false,
  callIndexInStream: true,
}

const writesCache = (model: string) => /^gpt-(5\.6|6)/.test(model)

const chat = (exchange: Exchange) => {
  const body = readJson(exchange)
  const model = toText(body['model'])
  if (model === '') throw new WireFailure('missing-parameter', { parameter: 'model' })
  if (/\s/.test(model)) throw new WireFailure('malformed-model')
  const facts = requireModel(exchange, model)
  const draft = readChat('openai', body, {
    maxOutputTokens: facts.maxOutputTokens,
    reasoningTokens: 0,
    showReasoning: false,
  })
  const ask = { ...draft, reasoningTokens: checkOpenai(body, facts, promptOf(draft)) }
  const cap = toNumber(body['max_completion_tokens']) ?? toNumber(body['max_tokens'])
  if (cap !== undefined && cap > facts.maxOutputTokens) {
    const parameter = body['max_completion_tokens'] === undefined ? 'max_tokens' : 'max_completion_tokens'
    throw new WireFailure('max-output', { limit: facts.maxOutputTokens, requested: cap, parameter })
  }
  checkImages(ask, facts)
  checkContext(ask, facts, { reserve: false })
  const made = answer(exchange, ask, cap ?? 0)
  const style: ChatFlavour = writesCache(facts.id)
    ? {
        ...flavour,
        usage: (given) => ({
          ...flavour.usage(given),
          prompt_tokens_details: {
            cached_tokens: given.usage.cachedTokens,
            cache_write_tokens: given.usage.cacheWriteTokens,
            audio_tokens: given.usage.audioTokens,
          },
        }),
      }
    : flavour
  const now = exchange.world.now()
  return ask.stream ? streamChat(ask, made, style, now) : writeChat(ask, made, style, now)
}

export const openai: ProviderDefinition = {
  name: 'openai',
  basePath: '/v1',
  credential: bearer,
  needsKey: true,
  headers: () => ({
    'openai-version': '2020-10-01',
    'openai-processing-ms': '12',
    'x-request-id': `req_${makeId(24).toLowerCase()}`,
  }),
  rateHeaders: openaiRateHeaders,
  errorFrames: (body) => [sse('error', body), sse('end', '[DONE]')],
  routes: [
    {
      method: 'GET',
      pattern: /^\/v1\/models$/,
      operation: 'models',
      handle: ({ world }) => json(200, { object: 'list', data: world.models.rows('openai') }),
    },
    {
      method: 'GET',
      pattern: /^\/v1\/models\/(?<model>.+)$/,
      operation: 'models',
      handle: (exchange) => json(200, requireModel(exchange, exchange.match['model'] ?? '').row),
    },
    { method: 'POST', pattern: /^\/v1\/chat\/completions$/, operation: 'chat', handle: chat },
    { method: 'POST', pattern: /^\/v1\/embeddings$/, operation: 'embeddings', handle: embeddings },
    transcriptionRoute('/v1'),
    { method: 'POST', pattern: /^\/v1\/images\/generations$/, operation: 'image', handle: images },
  ],
}
