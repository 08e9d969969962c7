import { WireFailure } from '../types.ts'
import { answer, json, readJson, requireModel } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'
import { toNumber, toText, isObject } from '../json.ts'
import { checkGroq } from '../rules/groq.ts'
import { readChat } from '../wire/chat-request.ts'
import { sse } from '../wire/chat-reply.ts'
import { streamGroq, writeGroq } from '../wire/chat-reply-groq.ts'
import { transcriptionRoute } from './transcription-route.ts'
import { checkContext } from './chat-context.ts'
import { bearer } from './credentials.ts'
import { openaiRateHeaders } from './rate-headers.ts'
import type { ProviderDefinition } from './types.ts'

/** What Groq reserves when the caller names no limit; text that looks whole may end here. */
const DEFAULT_OUTPUT_TOKENS = 2048

const chat = (exchange: Exchange) => {
  const body = readJson(exchange)
  const model = toText(body['model'])
  if (model === '') throw new WireFailure('missing-parameter', { parameter: 'model' })
  const facts = requireModel(exchange, model)
  const thinking = checkGroq(body, facts)
  const cap = toNumber(body['max_completion_tokens']) ?? toNumber(body['max_tokens'])
  if (cap !== undefined && cap > facts.maxOutputTokens) {
    throw new WireFailure('max-output', { limit: facts.maxOutputTokens, requested: cap })
  }
  const ask = readChat('groq', body, {
    maxOutputTokens: cap ?? Math.max(DEFAULT_OUTPUT_TOKENS, Math.min(8192, facts.maxOutputTokens)),
    reasoningTokens: thinking.tokens,
    showReasoning: thinking.show !== 'hidden',
  })
  checkContext(ask, facts, { ...(cap === undefined ? {} : { cap }), reserve: true })
  const made = answer(exchange, ask, cap ?? 0)
  const raw = thinking.show === 'tags' && made.reasoning !== ''
  const shown = raw ? { ...made, text: `<think>\n${made.reasoning}\n</think>\n\n${made.text}`, reasoning: '' } : made
  const now = exchange.world.now()
  return ask.stream ? streamGroq(ask, shown, now) : writeGroq(ask, shown, now)
}

/** Errors inside a stream repeat the status and are not followed by [DONE], as recorded. */
const errorFrames: ProviderDefinition['errorFrames'] = (body, status) => {
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {}
  return [sse('error', { error: { ...error, status_code: status } }, 'error')]
}

export const groq: ProviderDefinition = {
  name: 'groq',
  basePath: '/openai/v1',
  credential: bearer,
  needsKey: true,
  headers: () => ({ 'x-groq-region': 'fra' }),
  rateHeaders: openaiRateHeaders,
  errorFrames,
  routes: [
    {
      method: 'GET',
      pattern: /^\/openai\/v1\/models$/,
      operation: 'models',
      handle: ({ world }) => json(200, { object: 'list', data: world.models.rows('groq') }),
    },
    {
      method: 'GET',
      pattern: /^\/openai\/v1\/models\/(?<model>.+)$/,
      operation: 'models',
      handle: (exchange) => json(200, requireModel(exchange, exchange.match['model'] ?? '').row),
    },
    { method: 'POST', pattern: /^\/openai\/v1\/chat\/completions$/, operation: 'chat', handle: chat },
    transcriptionRoute('/openai/v1'),
  ],
}
