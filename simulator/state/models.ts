// The models of every provider as they stand now: a test may make them vanish, appear or change their limits.
import type { JsonObject, ProviderName } from '../types.ts'
import { PROVIDERS } from '../types.ts'
import { idOf, toFacts } from '../rules/limits.ts'
import type { ModelFacts, ModelKind } from '../rules/limits.ts'
import { loadRows } from './model-data.ts'

const DEFAULT_MODELS: Record<ProviderName, string> = {
  openai: 'gpt-4o-mini',
  together: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
  groq: 'openai/gpt-oss-20b',
  gemini: 'gemini-2.5-flash',
  anthropic: 'claude-haiku-4-5-20251001',
  ollama: 'llama3.2:3b',
  compatible: 'local-model',
}

const DEFAULTS_BY_KIND: Partial<Record<ModelKind, Partial<Record<ProviderName, string>>>> = {
  embedding: {
    openai: 'text-embedding-3-small',
    together: 'intfloat/multilingual-e5-large-instruct',
    gemini: 'gemini-embedding-001',
    ollama: 'nomic-embed-text:latest',
    compatible: 'local-embedding',
  },
  transcription: {
    openai: 'whisper-1',
    together: 'openai/whisper-large-v3',
    groq: 'whisper-large-v3',
    compatible: 'whisper-1',
  },
  image: { openai: 'gpt-image-2', together: 'black-forest-labs/FLUX.1-schnell' },
}

/** The model that answers when a request names faults and no model. */
export const defaultModel = (provider: ProviderName, kind: ModelKind): string =>
  DEFAULTS_BY_KIND[kind]?.[provider] ?? DEFAULT_MODELS[provider]

export type ModelStore = {
  rows(provider: ProviderName): JsonObject[]
  find(provider: ProviderName, id: string): ModelFacts | undefined
  /** Adds a row; with an id alone the row is a copy of the provider's default model under that id. */
  add(provider: ProviderName, row: string | JsonObject): void
  remove(provider: ProviderName, id: string): void
  /** Keeps the first `count` rows, or none for 0. */
  shrink(provider: ProviderName, count: number): void
  patch(provider: ProviderName, id: string, changes: JsonObject): void
  reset(): void
}

const rename = (row: JsonObject, id: string, provider: ProviderName): JsonObject => {
  if (provider === 'gemini') return { ...row, name: `models/${id}` }
  if (provider === 'ollama') return { ...row, name: id, model: id }
  return { ...row, id }
}

const sameModel = (listed: string, asked: string): boolean =>
  listed === asked || listed.replace(/-\d{8}$/, '') === asked || listed === `${asked}:latest`

export const createModelStore = (): ModelStore => {
  const lists = new Map<ProviderName, JsonObject[]>()
  // Served-or-not goes by the recorded place in the list, which must survive removals before it.
  const places = new Map<string, number>()
  const indexes = new Map<ProviderName, Map<string, ModelFacts>>()

  const reset = () => {
    indexes.clear()
    places.clear()
    for (const provider of PROVIDERS) {
      const rows = loadRows(provider)
      rows.forEach((row, index) => places.set(`${provider} ${idOf(row)}`, index))
      lists.set(provider, rows)
    }
  }
  const rows = (provider: ProviderName) => lists.get(provider) ?? []
  const replace = (provider: ProviderName, next: JsonObject[]) => {
    indexes.delete(provider)
    lists.set(provider, next)
  }
  const index = (provider: ProviderName): Map<string, ModelFacts> => {
    const known = indexes.get(provider)
    if (known) return known
    const built = new Map(
      rows(provider).map((row) => {
        const facts = toFacts(provider, row, places.get(`${provider} ${idOf(row)}`) ?? 0)
        return [facts.id, facts]
      }),
    )
    indexes.set(provider, built)
    return built
  }
  reset()
  return {
    rows,
    find(provider, id) {
      const asked = id.replace(/^models\//, '')
      const facts = index(provider)
      return facts.get(asked) ?? [...facts.values()].find((entry) => sameModel(entry.id, asked))
    },
    add(provider, row) {
      const template = rows(provider).find((entry) => idOf(entry) === DEFAULT_MODELS[provider]) ?? {}
      replace(provider, [
        ...rows(provider),
        typeof row === 'string' ? rename(structuredClone(template), row, provider) : row,
      ])
    },
    remove(provider, id) {
      replace(
        provider,
        rows(provider).filter((row) => idOf(row) !== id.replace(/^models\//, '')),
      )
    },
    shrink(provider, count) {
      replace(provider, rows(provider).slice(0, count))
    },
    patch(provider, id, changes) {
      replace(
        provider,
        rows(provider).map((row) => (idOf(row) === id.replace(/^models\//, '') ? { ...row, ...changes } : row)),
      )
    },
    reset,
  }
}
