import type { ModelRow } from '../types/models.ts'

/** A row with what most tests need; `id` is `provider/key`. */
export const row = (id: string, more: Partial<ModelRow> = {}): ModelRow => {
  const slash = id.indexOf('/')
  return {
    provider: id.slice(0, slash),
    key: id.slice(slash + 1),
    displayName: id,
    operations: ['chat'],
    contextLength: 32_000,
    maxOutputTokens: 4_000,
    inputModalities: ['text'],
    outputModalities: ['text'],
    capabilities: ['stream', 'json'],
    prices: { inputPerMillion: 1, outputPerMillion: 1 },
    creditMultiplier: 1,
    active: true,
    removalReason: null,
    aliases: [],
    rules: {},
    ...more,
  }
}
