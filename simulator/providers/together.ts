import type { Answer, Ask } from '../types.ts'
import { WireFailure } from '../types.ts'
import { answer, json, readJson, requireModel } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'
import { toArray, toNumber, toObject, toText } from '../json.ts'
import { TOKENS_BY_EFFORT } from '../rules/openai.ts'
import { readChat } from '../wire/chat-request.ts'
import { sse } from '../wire/chat-reply.ts'
import { streamTogether, writeTogether } from '../wire/chat-reply-together.ts'
import { embeddings } from '../wire/embeddings.ts'
import { images } from '../wire/images.ts'
import { transcriptionRoute } from './transcription-route.ts'
import { checkContext } from './chat-context.ts'
import { bearer } from './credentials.ts'
import { togetherRateHeaders } from './rate-headers.ts'
import type { ProviderDefinition } from './types.ts'

const MAX_LOGPROBS = 20

const check = (body: Record<string, unknown>) => {
  const logprobs = body['logprobs']
  if (typeof logprobs === 'boolean' || (toNumber(logprobs) ?? 0) > MAX_LOGPROBS) {
    throw new WireFailure('invalid-request', {
      message: 'logprobs must be an integer between 0 and 20',
      parameter: 'logprobs',
    })
  }
  if (toArray(body['messages']).some((message) => toObject(message)['role'] === 'developer')) {
    throw new WireFailure('invalid-request', { message: 'Invalid role: developer', parameter: 'messages' })
  }
  if (toObject(body['response_format'])['type'] === 'text') {
    throw new WireFailure('invalid-request', {
      message: 'Invalid response_format type: text',
      parameter: 'response_format',
    })
  }
}

/** A picture sent to a text model is dropped without a word, as recorded. */
const dropImages = (ask: Ask): Ask => ({ ...ask, turns: ask.turns.map((turn) => ({ ...turn, images: 0 })) })

const chat = (exchange: Exchange) => {
  const body = readJson(exchange)
  const model = toText(body['model'])
  if (model === '') throw new WireFailure('missing-parameter', { parameter: 'model' })
  const facts = requireModel(exchange, model)
  if (facts.kind !== 'chat') throw new WireFailure('invalid-request', { message: `${model} is not a chat model` })
  if (!facts.served) throw new WireFailure('not-serverless', { model })
  check(body)
  const thinks = facts.thinks && toObject(body['reasoning'])['enabled'] !== false
  const effort = toText(body['reasoning_effort']) || 'medium'
  const read = readChat('together', body, {
    maxOutputTokens: facts.maxOutputTokens,
    reasoningTokens: thinks ? (TOKENS_BY_EFFORT[effort] ?? 64) : 0,
    showReasoning: thinks,
  })
  const kept = facts.vision ? read : dropImages(read)
  const ask = { ...kept, extra: { ...kept.extra, thinks: facts.thinks } }
  const cap = toNumber(body['max_tokens'])
  checkContext(ask, facts, {
    ...(cap === undefined ? {} : { cap }),
    reserve: body['context_length_exceeded_behavior'] !== 'truncate',
  })
  const made: Answer = answer(exchange, ask, 0)
  const now = exchange.world.now()
  return ask.stream ? streamTogether(ask, made, now) : writeTogether(ask, made, now)
}

export const together: ProviderDefinition = {
  name: 'together',
  basePath: '/v1',
  credential: bearer,
  needsKey: true,
  headers: () => ({ 'x-api-received': new Date().toISOString(), 'x-inference-version': 'v2' }),
  rateHeaders: togetherRateHeaders,
  errorFrames: (body) => [sse('error', body), sse('end', '[DONE]')],
  routes: [
    {
      method: 'GET',
      pattern: /^\/v1\/models$/,
      operation: 'models',
      handle: ({ world }) => json(200, world.models.rows('together')),
    },
    { method: 'POST', pattern: /^\/v1\/chat\/completions$/, operation: 'chat', handle: chat },
    { method: 'POST', pattern: /^\/v1\/embeddings$/, operation: 'embeddings', handle: embeddings },
    transcriptionRoute('/v1'),
    { method: 'POST', pattern: /^\/v1\/images\/generations$/, operation: 'image', handle: images },
  ],
}
