import { expect, test } from 'vitest'
import { z } from 'zod'
import { createCatalog } from '../gateway/index.ts'
import { seedLastResort, seedModels } from './seed.ts'
import { priceOn, toModelRow } from './model.ts'

const price = z.strictObject({
  inputPerMillion: z.number().nonnegative().nullable(),
  outputPerMillion: z.number().nonnegative().nullable(),
  cachedInputPerMillion: z.number().positive().optional(),
  cacheWritePerMillion: z.number().positive().optional(),
  audioPerMinute: z.number().positive().optional(),
  validFrom: z.iso.date().optional(),
  source: z.string(),
  tiers: z
    .array(
      z.strictObject({
        aboveInputTokens: z.int().positive(),
        inputPerMillion: z.number().positive(),
        outputPerMillion: z.number().positive(),
        cachedInputPerMillion: z.number().positive().optional(),
      }),
    )
    .optional(),
})
const row = z.strictObject({
  provider: z.string(),
  key: z.string().min(1),
  displayName: z.string().min(1),
  operations: z.array(z.enum(['chat', 'embed', 'transcribe', 'image'])).min(1),
  contextLength: z.int().positive().nullable(),
  maxOutputTokens: z.int().positive().nullable(),
  inputModalities: z.array(z.enum(['text', 'image', 'audio', 'file'])).min(1),
  outputModalities: z.array(z.enum(['text', 'image', 'embedding', 'transcription'])).min(1),
  capabilities: z.array(
    z.enum(['stream', 'tools', 'schema', 'json', 'reasoning', 'vision', 'prefill', 'word-times', 'diarization']),
  ),
  prices: z.array(price),
  creditMultiplier: z.number().nonnegative(),
  active: z.boolean(),
  removalReason: z.string().nullable(),
  retiresAt: z.iso.date().nullable(),
  aliases: z.array(z.string()),
  rules: z.strictObject({}),
  source: z.string().min(3),
  origin: z.literal('seed'),
})

/** Requirement B2, word for word. */
const REQUIRED: Readonly<Record<string, number>> = {
  'gpt-5-nano': 1.5,
  'gpt-5-mini': 2.0,
  'gpt-4.1-nano': 2.0,
  'gpt-4.1-mini': 2.5,
  'gpt-4o-mini': 1.5,
  'gpt-4o': 3.0,
  'gpt-4-turbo': 2.5,
  'gpt-4': 3.0,
  'o1-mini': 2.0,
  'o1-preview': 4.0,
  'together-openai/gpt-oss-120b': 1.5,
  'mistralai/Mistral-Small-24B-Instruct-2501': 0.8,
  'meta-llama/Llama-3.3-70B-Instruct-Turbo': 1.0,
  'meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo': 1.8,
  'llama-3.3-70b-versatile': 0.5,
  'llama3-groq-70b-8192-tool-use-preview': 0.5,
  'gemini-2.0-flash-exp': 0.5,
  'gemini-2.5-flash-exp': 1.0,
}

test('every row of the seed has the right shape, and no two have one name', () => {
  for (const model of seedModels) expect(() => row.parse(model), `${model.provider}/${model.key}`).not.toThrow()
  const names = seedModels.map((model) => `${model.provider}/${model.key}`.toLowerCase())
  expect(new Set(names).size).toBe(names.length)
})

test('every model that the requirements name is there with its multiplier', () => {
  const catalog = createCatalog(seedModels.map((model) => toModelRow(model, '2026-11-22')))
  for (const [name, multiplier] of Object.entries(REQUIRED)) {
    expect(catalog.find(name)?.creditMultiplier, name).toBe(multiplier)
  }
})

test('what is switched off says why, and every provider has live models of today', () => {
  for (const model of seedModels) if (!model.active) expect(model.removalReason, model.key).toBeTruthy()
  for (const provider of ['openai', 'together', 'groq', 'gemini', 'anthropic']) {
    const live = seedModels.filter(
      (model) => model.provider === provider && model.active && model.operations.includes('chat'),
    )
    expect(live.length, provider).toBeGreaterThanOrEqual(5)
  }
})

test('prices and retirements follow the calendar', () => {
  const prices = [
    { inputPerMillion: 1, outputPerMillion: 2 },
    { inputPerMillion: 3, outputPerMillion: 4, validFrom: '2027-01-01' },
  ]
  expect(priceOn(prices, '2026-12-31')?.inputPerMillion).toBe(1)
  expect(priceOn(prices, '2027-01-01')?.inputPerMillion).toBe(3)
  expect(priceOn([], '2027-01-01')).toBeNull()
  const leaving = seedModels.find((model) => model.retiresAt !== null && model.active)
  if (leaving === undefined) throw new Error('no model of the seed has a last day')
  expect(toModelRow(leaving, '2020-01-01').active).toBe(true)
  expect(toModelRow(leaving, '2099-01-01')).toMatchObject({
    active: false,
    removalReason: expect.stringContaining('Retired') as unknown,
  })
})

test('old names, letter case, prefixes and dated ids find their model', () => {
  const catalog = createCatalog(seedModels.map((model) => toModelRow(model, '2026-11-22')))
  expect(catalog.find('GPT-4O-2024-08-06')?.key).toBe('gpt-4o')
  expect(catalog.find('models/gemini-2.5-flash')?.key).toBe('gemini-2.5-flash')
  expect(catalog.find('gemini/models/gemini-2.5-flash')?.key).toBe('gemini-2.5-flash')
  expect(catalog.find('claude-haiku-4-5-20251001')?.key).toBe('claude-haiku-4-5')
  expect(catalog.find('together/openai/gpt-oss-120b')?.provider).toBe('together')
  expect(catalog.find('groq/openai/gpt-oss-120b')?.provider).toBe('groq')
})

test('the last resort is live', () => {
  const catalog = createCatalog(seedModels.map((model) => toModelRow(model, '2026-11-22')))
  for (const name of seedLastResort) expect(catalog.find(name)?.active, name).toBe(true)
})

test('a classifier is nobody’s stand-in for a model that writes', () => {
  const writers = seedModels.filter(({ active, operations }) => active && operations.includes('chat'))
  expect(writers.filter(({ key }) => /guard/i.test(key)).map(({ key }) => key)).toEqual([])
})
