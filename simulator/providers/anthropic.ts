import type { Ask } from '../types.ts'
import { WireFailure } from '../types.ts'
import { countPrompt } from '../answer/compose.ts'
import { answer, json, readJson, requireModel } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'
import { isObject, toArray, toNumber, toObject, toText } from '../json.ts'
import { checkAnthropic, checkVersion } from '../rules/anthropic.ts'
import type { ModelFacts } from '../rules/limits.ts'
import { idOf } from '../rules/limits.ts'
import { makeId } from '../tokens.ts'
import { cachePrefix, readMessages, readToolChoice, streamMessage, writeMessage } from '../wire/anthropic-messages.ts'
import { bearer, headerKey } from './credentials.ts'
import { checkContext, checkImages } from './chat-context.ts'
import { anthropicRateHeaders } from './rate-headers.ts'
import type { ProviderDefinition } from './types.ts'

const askOf = (body: Record<string, unknown>, facts: ModelFacts, thinkingTokens: number): Ask => {
  const choice = toObject(body['tool_choice'])
  const format = toObject(toObject(body['output_config'])['format'])
  const prefix = cachePrefix(body)
  return {
    provider: 'anthropic',
    model: toText(body['model']),
    turns: readMessages(body),
    tools: toArray(body['tools'])
      .map(toObject)
      .map((tool) => ({ name: toText(tool['name']), schema: toObject(tool['input_schema']) })),
    toolChoice: readToolChoice(choice),
    parallelTools: choice['disable_parallel_tool_use'] !== true,
    ...(isObject(format['schema']) ? { schema: format['schema'] } : {}),
    jsonMode: false,
    maxOutputTokens: toNumber(body['max_tokens']) ?? facts.maxOutputTokens,
    stop: toArray(body['stop_sequences']).filter((mark): mark is string => typeof mark === 'string'),
    stream: body['stream'] === true,
    includeUsage: true,
    reasoningTokens: thinkingTokens,
    showReasoning: thinkingTokens > 0 && toObject(body['thinking'])['display'] !== 'omitted',
    ...(prefix === undefined ? {} : { cachePrefixCharacters: prefix }),
    extra: { thinking: thinkingTokens > 0 },
  }
}

/** 32 MB. */
const MAX_BODY_BYTES = 33_554_432

const messages = (exchange: Exchange) => {
  if (exchange.body.length > MAX_BODY_BYTES) throw new WireFailure('file-too-large')
  const body = readJson(exchange)
  const model = toText(body['model'])
  checkVersion(exchange.headers)
  if (model === '') throw new WireFailure('missing-parameter', { parameter: 'model' })
  const facts = requireModel(exchange, model)
  const ask = askOf(body, facts, checkAnthropic(body, facts, exchange.headers))
  checkImages(ask, facts)
  checkContext(ask, facts, { reserve: false })
  const made = answer(exchange, ask, ask.maxOutputTokens)
  return ask.stream ? streamMessage(ask, made) : writeMessage(ask, made)
}

const countTokens = (exchange: Exchange) => {
  const body = readJson(exchange)
  const facts = requireModel(exchange, toText(body['model']))
  checkAnthropic(body, facts, exchange.headers, true)
  return json(200, { input_tokens: countPrompt(askOf(body, facts, 0)).inputTokens })
}

const DEFAULT_PAGE = 20

const list = (exchange: Exchange) => {
  checkVersion(exchange.headers)
  const rows = exchange.world.models.rows('anthropic')
  const limit = Number(exchange.query.get('limit') ?? DEFAULT_PAGE)
  if (!(limit >= 1 && limit <= 1000))
    throw new WireFailure('invalid-request', { message: 'limit: Input should be less than or equal to 1000' })
  const after = exchange.query.get('after_id')
  const before = exchange.query.get('before_id')
  const from = after === null ? 0 : rows.findIndex((row) => idOf(row) === after) + 1
  const to = before === null ? rows.length : rows.findIndex((row) => idOf(row) === before)
  const page = rows.slice(from, to).slice(0, limit)
  return json(200, {
    data: page,
    has_more: from + page.length < to,
    first_id: page[0] ? idOf(page[0]) : null,
    last_id: page.length > 0 ? idOf(page.at(-1) ?? {}) : null,
  })
}

export const anthropic: ProviderDefinition = {
  name: 'anthropic',
  basePath: '',
  credential: (headers) => headerKey('x-api-key')(headers) || bearer(headers),
  needsKey: true,
  headers: () => ({ 'request-id': `req_011${makeId(21)}` }),
  rateHeaders: anthropicRateHeaders,
  errorFrames: (body) => [
    {
      kind: 'error',
      data: `event: error\ndata: ${JSON.stringify({ ...toObject(body), request_id: undefined })}  \n\n`,
    },
  ],
  routes: [
    { method: 'GET', pattern: /^\/v1\/models$/, operation: 'models', handle: list },
    {
      method: 'GET',
      pattern: /^\/v1\/models\/(?<model>.+)$/,
      operation: 'models',
      handle: (exchange) => json(200, requireModel(exchange, exchange.match['model'] ?? '').row),
    },
    { method: 'POST', pattern: /^\/v1\/messages$/, operation: 'chat', handle: messages },
    { method: 'POST', pattern: /^\/v1\/messages\/count_tokens$/, operation: 'count', handle: countTokens },
  ],
}
