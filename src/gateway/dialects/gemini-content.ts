/** Gemini's native `generateContent`, its counting of tokens, embeddings and list of models. */
import { isObject, toArray, toNumber, toObject, toText } from '../../lib/json.ts'
import type { ChatDialect, EmbedResult, Exchange, ModelList, WireCall } from '../provider.ts'
import type { ChatRequest, EmbedRequest } from '../types/requests.ts'
import { WireError } from './wire-error.ts'
import { decodeGemini, decodeGeminiStream } from './gemini-decode.ts'
import { encodeGemini, encodeGeminiBody, geminiPath } from './gemini-encode.ts'
import { toVector } from './openai-embeddings.ts'
import { NO_USAGE } from './usage.ts'
import { withoutUndefined } from './without-undefined.ts'

const continueAnswer = (call: WireCall, body: unknown): WireCall | null => {
  const candidate = toObject(toArray(toObject(body)['candidates'])[0])
  const token = toText(candidate['continuationToken'])
  if (candidate['finishReason'] !== 'CONTINUATION' || token === null || !isObject(call.body)) return null
  return { ...call, body: { ...call.body, continuationToken: token } }
}

export const geminiContent: ChatDialect = {
  framing: 'server-events',
  encode: encodeGemini,
  decode: decodeGemini,
  decodeStream: decodeGeminiStream,
  continuation: continueAnswer,
}

export const geminiCountTokens: Exchange<ChatRequest, number | null> = {
  encode: (request, context) => {
    const { generationConfig: _config, ...body } = encodeGeminiBody(request, context)
    const generateContentRequest = { model: `models/${context.model.key}`, ...body }
    return {
      method: 'POST',
      path: geminiPath(context.model.key, 'countTokens'),
      body: { generateContentRequest },
      notes: [],
    }
  },
  decode: (body) => toNumber(toObject(body)['totalTokens']),
}

export const geminiEmbeddings: Exchange<EmbedRequest, EmbedResult> = {
  encode: (request, { model }) => ({
    method: 'POST',
    path: geminiPath(model.key, 'batchEmbedContents'),
    body: {
      requests: request.input.map((text) =>
        withoutUndefined({
          model: `models/${model.key}`,
          content: { parts: [{ text }] },
          outputDimensionality: request.dimensions,
        }),
      ),
    },
    notes: [],
  }),
  decode: (body) => {
    const rows = toArray(toObject(body)['embeddings']).map(toObject)
    if (rows.length === 0) throw new WireError('provider-malformed', 'the answer holds no embedding')
    return { embeddings: rows.map((row) => toVector(row['values'])), usage: NO_USAGE, servedModel: null }
  },
}

export const geminiPage: ModelList['page'] = (body) => {
  const token = toText(toObject(body)['nextPageToken'])
  return {
    rows: toArray(toObject(body)['models']),
    nextPath: token === null || token === '' ? null : `/models?pageSize=1000&pageToken=${encodeURIComponent(token)}`,
  }
}
