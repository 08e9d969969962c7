/** OpenAI's `/embeddings`. */
import { toArray, toNumber, toObject, toText } from '../../lib/json.ts'
import type { EmbedResult, Exchange } from '../provider.ts'
import type { EmbedRequest } from '../types/requests.ts'
import { WireError } from './wire-error.ts'
import { NO_USAGE, readOpenAiUsage } from './usage.ts'
import { withoutUndefined } from './without-undefined.ts'

export const openAiEmbeddings: Exchange<EmbedRequest, EmbedResult> = {
  encode: (request, { model }) => ({
    method: 'POST',
    path: '/embeddings',
    body: withoutUndefined({
      model: model.key,
      input: request.input,
      dimensions: request.dimensions,
      encoding_format: 'float',
    }),
    notes: [],
  }),
  decode: (body) => {
    const answer = toObject(body)
    const rows = toArray(answer['data']).map(toObject)
    const ordered = rows.toSorted((first, second) => (toNumber(first['index']) ?? 0) - (toNumber(second['index']) ?? 0))
    return {
      embeddings: ordered.map((row) => toVector(row['embedding'])),
      usage: readOpenAiUsage(answer['usage']) ?? NO_USAGE,
      servedModel: toText(answer['model']) || null,
    }
  },
}

/** Numbers as they are, or base64 of little-endian floats, which some servers send unasked. */
export const toVector = (value: unknown): number[] => {
  if (Array.isArray(value)) return value.map((entry) => toNumber(entry) ?? 0)
  const text = toText(value)
  if (text === null) throw new WireError('provider-malformed', 'the answer holds no embedding')
  const bytes = Buffer.from(text, 'base64')
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4))
}
