// Which models exist: the lists recorded in August 2026 plus rows that the fact sheet names but no recording has.
// The added rows are built after a recorded sibling; they are marked here, not on the wire, where no mark exists.
import { readFileSync } from 'node:fs'
import type { JsonObject, ProviderName } from '../types.ts'
import { isObject, toArray, toObject } from '../json.ts'

const RECORDED = ['openai', 'together', 'groq', 'gemini', 'anthropic'] as const

const readList = (provider: string): JsonObject[] => {
  const file = new URL(`../../test/fixtures/providers/${provider}/models-list-2026-08.http.json`, import.meta.url)
  const recording = toObject(JSON.parse(readFileSync(file, 'utf8')))
  const body = toObject(recording['response'])['body']
  const rows = Array.isArray(body) ? body : (toObject(body)['data'] ?? toObject(body)['models'])
  return toArray(rows).filter(isObject)
}

const openaiRow = (id: string): JsonObject => ({
  id,
  object: 'model',
  created: 1_790_000_000,
  owned_by: 'system',
  shutdown_date: null,
})

const anthropicRow = (sibling: JsonObject, id: string, name: string): JsonObject => ({
  ...sibling,
  id,
  display_name: name,
  created_at: '2026-10-21T00:00:00Z',
})

const geminiRow = (sibling: JsonObject, id: string, name: string): JsonObject => ({
  ...sibling,
  name: `models/${id}`,
  displayName: name,
  description: name,
})

const added = (provider: ProviderName, rows: JsonObject[]): JsonObject[] => {
  const first = rows[0] ?? {}
  if (provider === 'openai') {
    return ['gpt-6-astra', 'gpt-6-sol', 'gpt-6-luna', 'gpt-6.1-sol', 'gpt-6.1-terra'].map(openaiRow)
  }
  if (provider === 'anthropic') {
    return [
      anthropicRow(first, 'claude-opus-5-5', 'Claude Opus 5.5'),
      anthropicRow(first, 'claude-sonnet-5-5', 'Claude Sonnet 5.5'),
      anthropicRow(first, 'claude-haiku-5-5', 'Claude Haiku 5.5'),
      anthropicRow(first, 'claude-fable-5-1', 'Claude Fable 5.1'),
    ]
  }
  if (provider === 'gemini') {
    const flash = rows.find((row) => row['name'] === 'models/gemini-3.7-flash') ?? first
    return [
      geminiRow(flash, 'gemini-3.8-flash', 'Gemini 3.8 Flash'),
      geminiRow(flash, 'gemini-4-argon', 'Gemini 4 Argon'),
      geminiRow(flash, 'gemini-3.5-transcribe', 'Gemini 3.5 Transcribe'),
    ]
  }
  return []
}

const ollamaRow = (name: string, family: string, size: string): JsonObject => ({
  name,
  model: name,
  modified_at: '2026-05-04T21:58:11.132487Z',
  size: 2_741_180_928,
  digest: '324d162be6ca5629ef7b5a2b2ae3f0ea1f6c2b7f5ad9c7ad7c0f7f7d2e8a9e11',
  details: {
    parent_model: '',
    format: 'gguf',
    family,
    families: [family],
    parameter_size: size,
    quantization_level: 'Q4_K_M',
  },
})

const LOCAL: Record<'ollama' | 'compatible', JsonObject[]> = {
  ollama: [
    ollamaRow('qwen3.5:2b', 'qwen35', '2.3B'),
    ollamaRow('llama3.2:3b', 'llama', '3.2B'),
    ollamaRow('nomic-embed-text:latest', 'nomic-bert', '137M'),
  ],
  compatible: ['local-model', 'local-reasoner', 'local-vision', 'local-embedding', 'whisper-1'].map((id) => ({
    id,
    object: 'model',
    created: 1_780_000_000,
    owned_by: 'vllm',
    root: id,
    parent: null,
    max_model_len: 32_768,
    permission: [],
  })),
}

/** All rows of a provider as its list would send them, freshly copied. */
export const loadRows = (provider: ProviderName): JsonObject[] => {
  if (provider === 'ollama' || provider === 'compatible') return structuredClone(LOCAL[provider])
  const known = RECORDED.find((name) => name === provider)
  const rows = known ? readList(known) : []
  // OpenAI's sol and terra were recorded, luna too: only what is missing is added.
  const ids = new Set(rows.map((row) => row['id'] ?? row['name']))
  return [...rows, ...added(provider, rows).filter((row) => !ids.has(row['id'] ?? row['name']))]
}
