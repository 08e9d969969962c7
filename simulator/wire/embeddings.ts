// Embeddings in each provider's envelope.
import type { JsonObject, Reply } from '../types.ts'
import { WireFailure } from '../types.ts'
import { json, readJson, requireModel } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'
import { toArray, toNumber, toObject, toText } from '../json.ts'
import { countTokens } from '../tokens.ts'
import { pick } from './gemini-content.ts'
import { toBase64, toVector } from './vectors.ts'

const MAX_INPUTS = 2048
const MAX_INPUT_TOKENS = 8192

const DIMENSIONS: [RegExp, number][] = [
  [/embedding-3-large|gemini-embedding/, 3072],
  [/embedding-3-small|ada-002/, 1536],
  [/e5-large/, 1024],
  [/nomic|local-embedding/, 768],
]

const dimensionsOf = (model: string) => DIMENSIONS.find(([pattern]) => pattern.test(model))?.[1] ?? 768

/** `input` may be a text, texts, tokens or lists of tokens. */
const readInputs = (input: unknown): string[] => {
  if (typeof input === 'string') return [input]
  const list = toArray(input)
  if (list.length > 0 && list.every((entry) => typeof entry === 'number')) return [list.join(' ')]
  return list.map((entry) => (Array.isArray(entry) ? entry.join(' ') : toText(entry)))
}

const requireEmbedding = (exchange: Exchange, model: string) => {
  const facts = requireModel(exchange, model, 'embedding')
  if (facts.kind !== 'embedding') {
    throw new WireFailure('invalid-request', {
      message: `You are not allowed to generate embeddings from this model`,
      model,
    })
  }
  return facts
}

export const embeddings = (exchange: Exchange): Reply => {
  const body = readJson(exchange)
  const model = toText(body['model'])
  const facts = requireEmbedding(exchange, model)
  const inputs = readInputs(body['input'])
  if (inputs.length === 0) throw new WireFailure('missing-parameter', { parameter: 'input' })
  if (inputs.length > MAX_INPUTS)
    throw new WireFailure('invalid-request', {
      message: `Invalid 'input': array too long. Expected an array with maximum length ${MAX_INPUTS}.`,
      parameter: 'input',
    })
  const most = exchange.provider === 'together' ? facts.contextTokens : MAX_INPUT_TOKENS
  const longest = Math.max(...inputs.map(countTokens))
  if (longest > most) throw new WireFailure('context-length', { model, limit: most, requested: longest })
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0)
  exchange.charge(model, tokens)
  const size = toNumber(body['dimensions']) ?? dimensionsOf(facts.id)
  const data = inputs.map((input, index) => {
    const vector = toVector(input, size)
    return { object: 'embedding', index, embedding: body['encoding_format'] === 'base64' ? toBase64(vector) : vector }
  })
  const usage = exchange.provider === 'together' ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } }
  return json(200, { object: 'list', data, model, ...usage })
}

const geminiText = (content: unknown): string =>
  toArray(toObject(content)['parts'])
    .map((part) => toText(toObject(part)['text']))
    .join('\n')

const embedOne = (model: string, request: JsonObject) => {
  const size = toNumber(pick(request, 'outputDimensionality')) ?? dimensionsOf(model)
  return { values: toVector(geminiText(request['content']), size) }
}

export const embedContent = (exchange: Exchange): Reply => {
  const model = decodeURIComponent(exchange.match['model'] ?? '')
  const facts = requireEmbedding(exchange, model)
  const body = readJson(exchange)
  exchange.charge(model, countTokens(geminiText(body['content'])))
  return json(200, { embedding: embedOne(facts.id, body) })
}

export const batchEmbedContents = (exchange: Exchange): Reply => {
  const model = decodeURIComponent(exchange.match['model'] ?? '')
  const facts = requireEmbedding(exchange, model)
  const requests = toArray(readJson(exchange)['requests']).map(toObject)
  if (requests.length === 0) throw new WireFailure('missing-parameter', { parameter: 'requests' })
  exchange.charge(
    model,
    requests.reduce((sum, request) => sum + countTokens(geminiText(request['content'])), 0),
  )
  return json(200, { embeddings: requests.map((request) => embedOne(facts.id, request)) })
}

export const ollamaEmbed = (exchange: Exchange): Reply => {
  const body = readJson(exchange)
  const facts = requireModel(exchange, toText(body['model']), 'embedding')
  const inputs = readInputs(body['input'])
  return json(200, {
    model: body['model'],
    embeddings: inputs.map((input) => toVector(input, dimensionsOf(facts.id))),
    total_duration: 14_143_917,
    load_duration: 1_019_500,
    prompt_eval_count: inputs.reduce((sum, input) => sum + countTokens(input), 0),
  })
}
