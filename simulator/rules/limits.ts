// What each model can take, as far as the lists do not say it: context, largest answer, kind, vision, thinking.
import type { JsonObject, ProviderName } from '../types.ts'
import { toArray, toNumber, toObject, toText } from '../json.ts'

export type ModelKind = 'chat' | 'responses-only' | 'embedding' | 'transcription' | 'image' | 'other'

export type ModelFacts = {
  id: string
  row: JsonObject
  kind: ModelKind
  contextTokens: number
  maxOutputTokens: number
  vision: boolean
  thinks: boolean
  /** Together lists models that no shared endpoint serves. */
  served: boolean
}

const OPENAI_LIMITS: [RegExp, number, number][] = [
  [/^gpt-(6|5\.[456])/, 1_050_000, 128_000],
  [/^gpt-5|^chat-latest/, 400_000, 128_000],
  [/^gpt-4\.1/, 1_047_576, 32_768],
  [/^gpt-4o|^gpt-audio/, 128_000, 16_384],
  [/^o\d/, 200_000, 100_000],
  [/^gpt-4-turbo/, 128_000, 4096],
  [/^gpt-4/, 8192, 8192],
  [/^text-embedding/, 8192, 0],
]

const openaiKind = (id: string): ModelKind => {
  if (/embedding/.test(id)) return 'embedding'
  if (/transcribe|whisper/.test(id) && !/live|realtime/.test(id)) return 'transcription'
  if (/image/.test(id)) return 'image'
  if (/sora|tts|realtime|live|moderation|davinci|babbage|instruct/.test(id)) return 'other'
  if (/-pro|codex|deep-research/.test(id)) return 'responses-only'
  return 'chat'
}

const openai = (id: string): Omit<ModelFacts, 'id' | 'row'> => {
  const [, context = 16_385, output = 4096] = OPENAI_LIMITS.find(([pattern]) => pattern.test(id)) ?? []
  const thinks = /^(o\d|gpt-[56])/.test(id) && !/chat-latest|search/.test(id)
  return {
    kind: openaiKind(id),
    contextTokens: context,
    maxOutputTokens: output,
    vision: /^(gpt-4o|gpt-4\.1|gpt-4-turbo|gpt-[56]|o[134]|chat-latest)/.test(id),
    thinks,
    served: true,
  }
}

const TOGETHER_KINDS: Record<string, ModelKind> = {
  chat: 'chat',
  language: 'chat',
  code: 'chat',
  embedding: 'embedding',
  transcribe: 'transcription',
  image: 'image',
}

/** The first 22 recorded rows and these few are the ones that answer without a dedicated endpoint. */
const TOGETHER_SERVED = /^(openai\/whisper-large-v3|intfloat\/|nvidia\/parakeet|black-forest-labs\/FLUX\.1-schnell)/

const together = (id: string, row: JsonObject, position: number): Omit<ModelFacts, 'id' | 'row'> => ({
  kind: TOGETHER_KINDS[toText(row['type'])] ?? 'other',
  contextTokens: toNumber(row['context_length']) ?? 8192,
  maxOutputTokens: toNumber(row['context_length']) ?? 8192,
  vision: /VL|vision|gemma|Kimi-K[23]|Qwen3\.[678]|scout|maverick/i.test(id),
  thinks: /DeepSeek-(V4|R1)|gpt-oss|Kimi|GLM|Qwen3\.|MiniMax|nemotron|Inkling/i.test(id),
  served: position < 22 || TOGETHER_SERVED.test(id),
})

const groq = (id: string, row: JsonObject): Omit<ModelFacts, 'id' | 'row'> => {
  const outputs = toArray(row['output_modalities'])
  return {
    kind: outputs.includes('transcription') ? 'transcription' : outputs.includes('text') ? 'chat' : 'other',
    contextTokens: toNumber(row['context_window']) ?? 131_072,
    maxOutputTokens: toNumber(row['max_completion_tokens']) ?? 8192,
    vision: toArray(row['input_modalities']).includes('image') || /qwen3\.6/.test(id),
    thinks: /gpt-oss|qwen3/.test(id),
    served: true,
  }
}

const gemini = (id: string, row: JsonObject): Omit<ModelFacts, 'id' | 'row'> => {
  const methods = toArray(row['supportedGenerationMethods'])
  return {
    kind: methods.includes('embedContent') ? 'embedding' : methods.includes('generateContent') ? 'chat' : 'other',
    contextTokens: toNumber(row['inputTokenLimit']) ?? 1_048_576,
    maxOutputTokens: toNumber(row['outputTokenLimit']) ?? 65_536,
    vision: true,
    thinks: row['thinking'] === true,
    served: true,
  }
}

const anthropic = (id: string, row: JsonObject): Omit<ModelFacts, 'id' | 'row'> => ({
  kind: 'chat',
  // The list says a million for sonnet-4-5, which was a beta option: its default window is 200,000.
  contextTokens: /sonnet-4-5/.test(id) ? 200_000 : (toNumber(row['max_input_tokens']) ?? 200_000),
  maxOutputTokens: toNumber(row['max_tokens']) ?? 64_000,
  vision: toObject(toObject(row['capabilities'])['image_input'])['supported'] !== false,
  thinks: true,
  served: true,
})

const local = (id: string, row: JsonObject): Omit<ModelFacts, 'id' | 'row'> => ({
  kind: /embed/.test(id) ? 'embedding' : /whisper/.test(id) ? 'transcription' : 'chat',
  contextTokens: toNumber(row['max_model_len']) ?? 32_768,
  maxOutputTokens: toNumber(row['max_model_len']) ?? 32_768,
  vision: /vision|-vl|qwen3\.5/.test(id),
  thinks: /qwen3|reason/.test(id),
  served: true,
})

export const idOf = (row: JsonObject): string => toText(row['id'] ?? row['name']).replace(/^models\//, '')

/** What the simulator holds to be true of a listed row; `position` is its place in the list. */
export const toFacts = (provider: ProviderName, row: JsonObject, position: number): ModelFacts => {
  const id = idOf(row)
  const rules = {
    openai: () => openai(id),
    together: () => together(id, row, position),
    groq: () => groq(id, row),
    gemini: () => gemini(id, row),
    anthropic: () => anthropic(id, row),
    ollama: () => local(id, row),
    compatible: () => local(id, row),
  }
  return { id, row, ...rules[provider]() }
}
