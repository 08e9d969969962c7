import { toNumber, toObject, toText } from '../../lib/json.ts'
import { openAiAudio } from '../dialects/openai-audio.ts'
import { openAiChat } from '../dialects/openai-chat.ts'
import { openAiEmbeddings } from '../dialects/openai-embeddings.ts'
import { openAiImages } from '../dialects/openai-images.ts'
import { firstNumber, openAiModels } from '../dialects/openai-models.ts'
import { roundPrice } from '../metering/round-price.ts'
import { bearer, defineProvider } from '../provider.ts'
import type { Prices } from '../types/models.ts'
import type { Operation } from '../types/requests.ts'

/** Open list: types that are not here are new or of no use to us. */
const OPERATIONS: Readonly<Record<string, readonly Operation[]>> = {
  chat: ['chat'],
  language: ['chat'],
  code: ['chat'],
  embedding: ['embed'],
  transcribe: ['transcribe'],
  image: ['image'],
}

/** Zero for both means "not serverless", not free, and is no price. */
const readPrices = (value: unknown): Prices | null => {
  const row = toObject(value)
  const input = roundPrice(toNumber(row['input']))
  const output = roundPrice(toNumber(row['output']))
  const minute = toNumber(toObject(row['transcribe'])['price_per_minute'])
  if (minute !== null) return { inputPerMillion: null, outputPerMillion: null, audioPerMinute: roundPrice(minute) }
  if (!input && !output) return null
  const cached = roundPrice(toNumber(row['cached_input']))
  return { inputPerMillion: input, outputPerMillion: output, ...(cached ? { cachedInputPerMillion: cached } : {}) }
}

export const together = defineProvider({
  id: 'together',
  displayName: 'Together AI',
  baseUrl: 'https://api.together.ai/v1',
  needsKey: true,
  auth: bearer,
  request: { stop: { most: 4 }, flattenText: true, streamUsageOption: true },
  chat: openAiChat,
  embed: openAiEmbeddings,
  transcribe: openAiAudio,
  image: openAiImages,
  models: openAiModels((row) => {
    const type = toText(row['type'])
    const prices = readPrices(row['pricing'])
    const contextLength = firstNumber(row, ['context_length'])
    const displayName = toText(row['display_name'])
    return {
      ...(displayName === null ? {} : { displayName }),
      ...(contextLength === null || contextLength < 2 ? {} : { contextLength }),
      ...(type === null ? {} : { operations: OPERATIONS[type] ?? [] }),
      ...(prices === null ? {} : { prices }),
    }
  }),
  failures: [
    // A rate limit in spite of its name.
    { status: [429], type: ['credit_limit', 'model_rate_limit'], then: 'provider-rate-limited' },
    { status: [413], text: /audio/i, then: 'provider-request-too-large', details: { reason: 'bytes' } },
  ],
})
