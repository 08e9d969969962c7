import { toArray, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import { operationsOf } from '../catalog/rules-kinds.ts'
import { openAiAudio } from '../dialects/openai-audio.ts'
import { openAiChat } from '../dialects/openai-chat.ts'
import { firstNumber, openAiModels } from '../dialects/openai-models.ts'
import { roundPrice } from '../metering/round-price.ts'
import { bearer, defineProvider } from '../provider.ts'
import type { Capability, Modality, Prices } from '../types/models.ts'
import type { Operation } from '../types/requests.ts'

const FEATURES: Readonly<Record<string, Capability>> = {
  tools: 'tools',
  json_mode: 'json',
  structured_outputs: 'schema',
  reasoning: 'reasoning',
}
const MODALITIES: ReadonlySet<string> = new Set(['text', 'image', 'audio', 'transcription'])

const texts = (value: unknown): string[] => toArray(value).flatMap((one) => toText(one) ?? [])

/** Decimal strings in USD a token; no price on some rows. */
const perMillion = (value: unknown): number | null => {
  const text = toText(value)
  return text === null || text.trim() === '' ? null : roundPrice(Number(text) * 1_000_000)
}

const readPrices = (row: UnknownObject): Prices | null => {
  const pricing = toObject(row['pricing'])
  const input = perMillion(pricing['prompt'])
  if (input === null) return null
  const cached = perMillion(pricing['input_cache_read'])
  return {
    inputPerMillion: input,
    outputPerMillion: perMillion(pricing['completion']),
    ...(cached ? { cachedInputPerMillion: cached } : {}),
  }
}

const readOperations = (key: string, outputs: readonly string[]): readonly Operation[] | undefined => {
  if (outputs.includes('transcription')) return ['transcribe']
  if (outputs.length > 0 && !outputs.includes('text')) return []
  return operationsOf('groq', key) ?? (outputs.includes('text') ? ['chat'] : undefined)
}

export const groq = defineProvider({
  id: 'groq',
  displayName: 'Groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  needsKey: true,
  auth: bearer,
  request: {
    rename: { max_tokens: 'max_completion_tokens' },
    drop: ['topK', 'frequencyPenalty', 'presencePenalty'],
    stop: { most: 4 },
    flattenText: true,
    streamUsageOption: false,
  },
  chat: openAiChat,
  transcribe: openAiAudio,
  models: openAiModels((row) => {
    const outputs = texts(row['output_modalities'])
    const operations = readOperations(toText(row['id']) ?? '', outputs)
    const prices = readPrices(row)
    const contextLength = firstNumber(row, ['context_window', 'context_length'])
    const maxOutputTokens = firstNumber(row, ['max_completion_tokens', 'max_output_length'])
    const features = texts(row['supported_features']).flatMap((feature) => FEATURES[feature] ?? [])
    const inputs = texts(row['input_modalities']).filter((one): one is Modality => MODALITIES.has(one))
    const displayName = toText(row['name'])
    const chat = operations?.includes('chat') === true
    return {
      ...(displayName === null ? {} : { displayName }),
      ...(contextLength === null ? {} : { contextLength }),
      ...(maxOutputTokens === null || !chat ? {} : { maxOutputTokens }),
      ...(operations === undefined ? {} : { operations }),
      ...(inputs.length === 0 ? {} : { inputModalities: inputs }),
      ...(chat && features.length > 0 ? { capabilities: ['stream' as const, ...features] } : {}),
      ...(prices === null ? {} : { prices }),
    }
  }),
})
