import type { Ask, JsonObject } from '../types.ts'
import { WireFailure } from '../types.ts'
import { countPrompt } from '../answer/compose.ts'
import { answer, json, readJson, requireModel } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'
import { isObject, toArray, toNumber, toObject } from '../json.ts'
import { checkGemini } from '../rules/gemini.ts'
import type { ModelFacts } from '../rules/limits.ts'
import { idOf } from '../rules/limits.ts'
import { batchEmbedContents, embedContent } from '../wire/embeddings.ts'
import { pick, readContents, readDeclarations, readMode, streamContent, writeContent } from '../wire/gemini-content.ts'
import { toImagePart, toTranscriptionParts, writeMedia } from '../wire/gemini-media.ts'
import { checkContext } from './chat-context.ts'
import { bearer, headerKey } from './credentials.ts'
import { geminiCompatibleRoutes, isCompatiblePath } from './gemini-compatible.ts'
import type { ProviderDefinition } from './types.ts'

const modelOf = (exchange: Exchange) => decodeURIComponent(exchange.match['model'] ?? '')

const askOf = (
  body: Record<string, unknown>,
  model: string,
  facts: ModelFacts,
  thinkingTokens: number,
  stream: boolean,
): Ask => {
  const config = toObject(pick(body, 'generationConfig'))
  const schema = pick(config, 'responseJsonSchema') ?? pick(config, 'responseSchema')
  const isJson = pick(config, 'responseMimeType') === 'application/json'
  return {
    provider: 'gemini',
    model,
    turns: readContents(body),
    tools: readDeclarations(body),
    toolChoice: readMode(body),
    parallelTools: true,
    ...(isObject(schema) && isJson ? { schema } : {}),
    jsonMode: isJson,
    maxOutputTokens: toNumber(pick(config, 'maxOutputTokens')) ?? facts.maxOutputTokens,
    stop: toArray(pick(config, 'stopSequences')).filter((mark): mark is string => typeof mark === 'string'),
    stream,
    includeUsage: true,
    reasoningTokens: thinkingTokens,
    showReasoning: pick(toObject(pick(config, 'thinkingConfig')), 'includeThoughts') === true,
    extra: { callIds: !/^gemini-2/.test(facts.id) },
  }
}

const isTextOnly = (modalities: unknown) => {
  const names = toArray(modalities)
  return names.length > 0 && names.every((name) => name === 'TEXT')
}

/** The parts of models that answer with a picture or with a transcription; undefined for all others. */
const mediaParts = (exchange: Exchange, body: JsonObject, ask: Ask, facts: ModelFacts): JsonObject[] | undefined => {
  const config = toObject(pick(body, 'generationConfig'))
  const last = ask.turns.at(-1)
  if (/-image|nano-banana/.test(facts.id) && !isTextOnly(pick(config, 'responseModalities'))) {
    return [toImagePart(last?.text ?? '')]
  }
  if (!/transcribe/.test(facts.id)) return undefined
  const wanted = toObject(pick(config, 'audioTranscriptionConfig'))
  return toTranscriptionParts(
    exchange.world.script.transcribe(last?.audioSeconds ?? 0),
    pick(wanted, 'wordTimestamp') === true,
  )
}

/** 20 MB for a request with its pictures and sound inside. */
const MAX_BODY_BYTES = 20_971_520

const generate = (stream: boolean) => (exchange: Exchange) => {
  if (exchange.body.length > MAX_BODY_BYTES) {
    throw new WireFailure('invalid-request', {
      message: `Request payload size exceeds the limit: ${MAX_BODY_BYTES} bytes.`,
    })
  }
  const model = modelOf(exchange)
  if (/\s|^$/.test(model)) throw new WireFailure('malformed-model')
  const facts = requireModel(exchange, model)
  const body = readJson(exchange)
  if (facts.kind !== 'chat') throw new WireFailure('unknown-model', { model })
  const ask = askOf(body, model, facts, checkGemini(body, facts), stream)
  checkContext(ask, facts, { reserve: false })
  const shaped = { ...ask, extra: { ...ask.extra, sse: exchange.query.get('alt') === 'sse' } }
  const made = answer(exchange, shaped)
  const media = mediaParts(exchange, body, ask, facts)
  if (media) return writeMedia(model, media, made, stream)
  return stream ? streamContent(shaped, made) : writeContent(shaped, made)
}

const countTokens = (exchange: Exchange) => {
  const body = readJson(exchange)
  const request = toObject(pick(body, 'generateContentRequest') ?? body)
  const facts = requireModel(exchange, modelOf(exchange))
  const { inputTokens, audioTokens } = countPrompt(askOf(request, modelOf(exchange), facts, 0, false))
  const details = [
    { modality: 'TEXT', tokenCount: inputTokens - audioTokens },
    ...(audioTokens > 0 ? [{ modality: 'AUDIO', tokenCount: audioTokens }] : []),
  ]
  return json(200, { totalTokens: inputTokens, promptTokensDetails: details })
}

const DEFAULT_PAGE = 50
const MAX_PAGE = 1000

const list = (exchange: Exchange) => {
  const rows = exchange.world.models.rows('gemini')
  const size = Math.min(MAX_PAGE, Number(exchange.query.get('pageSize') ?? DEFAULT_PAGE) || DEFAULT_PAGE)
  const token = exchange.query.get('pageToken')
  const from = token === null || token === '' ? 0 : Number(Buffer.from(token, 'base64').toString('utf8'))
  if (!Number.isInteger(from)) throw new WireFailure('invalid-request', { message: 'Page token is invalid.' })
  const next = from + size < rows.length ? { nextPageToken: Buffer.from(String(from + size)).toString('base64') } : {}
  return json(
    200,
    { models: rows.slice(from, from + size), ...next },
    { 'content-type': 'application/json; charset=UTF-8' },
  )
}

const MODEL = '(?<model>[^/]+(?:/[^/]+)*)'
const method = (name: string) => new RegExp(`^/v1beta/models/${MODEL}:${name}$`)

export const gemini: ProviderDefinition = {
  name: 'gemini',
  basePath: '/v1beta',
  credential: (headers, query) => headerKey('x-goog-api-key')(headers) || query.get('key') || bearer(headers),
  needsKey: true,
  headers: () => ({ 'x-gemini-service-tier': 'standard' }),
  rateHeaders: () => ({}),
  errorFrames: (body) => [{ kind: 'error', data: `data: ${JSON.stringify(body)}\r\n\r\n` }],
  errorTableFor: (path) => (isCompatiblePath(path) ? 'gemini-array' : undefined),
  routes: [
    ...geminiCompatibleRoutes,
    { method: 'GET', pattern: /^\/v1beta\/models$/, operation: 'models', handle: list },
    {
      method: 'GET',
      pattern: new RegExp(`^/v1beta/models/${MODEL}$`),
      operation: 'models',
      handle: (exchange) => {
        const row = exchange.world.models.rows('gemini').find((entry) => idOf(entry) === modelOf(exchange))
        return json(200, row ?? requireModel(exchange, modelOf(exchange)).row)
      },
    },
    { method: 'POST', pattern: method('generateContent'), operation: 'chat', handle: generate(false) },
    { method: 'POST', pattern: method('streamGenerateContent'), operation: 'chat', handle: generate(true) },
    { method: 'POST', pattern: method('countTokens'), operation: 'count', handle: countTokens },
    { method: 'POST', pattern: method('embedContent'), operation: 'embeddings', handle: embedContent },
    { method: 'POST', pattern: method('batchEmbedContents'), operation: 'embeddings', handle: batchEmbedContents },
  ],
}
