import { expect, test } from 'vitest'
import { applyRules } from '../dialects/apply-rules.ts'
import type { RuleContext } from '../dialects/apply-rules.ts'
import { builtInProviders } from '../providers/index.ts'
import type { ModelRules } from '../types/models.ts'
import type { ChatRequest } from '../types/requests.ts'
import { mergeRules, MODEL_FAMILIES, rulesFor } from './rules.ts'

const fit = (request: Partial<ChatRequest>, rules: ModelRules, more: Partial<RuleContext> = {}) =>
  applyRules(
    { model: 'any', messages: [{ role: 'user', content: 'Q' }], ...request },
    {
      provider: 'p',
      model: 'm',
      rules,
      providerDrops: [],
      policy: 'adapt',
      schemaSupport: 'native',
      noJsonMode: false,
      ...more,
    },
  )

test.each([
  ['openai', 'o3-2025-04-16', { efforts: ['low', 'medium', 'high'] }],
  ['openai', 'gpt-5-mini-2025-08-07', { efforts: ['minimal', 'low', 'medium', 'high'] }],
  ['openai', 'gpt-5.1-2025-11-13', { samplingNeedsEffort: 'none' }],
  ['openai', 'gpt-5.4-mini-2026-03-17', { toolsNeedEffort: 'none' }],
  ['openai', 'gpt-6.1-sol', { refuses: ['tools'] }],
  ['openai', 'gpt-4o-mini', {}],
  ['anthropic', 'claude-haiku-4-5-20251001', { thinking: 'budget' }],
  ['anthropic', 'claude-sonnet-4-20250514', { thinking: 'budget' }],
  ['anthropic', 'claude-opus-4-6', { thinking: 'adaptive', refuses: ['prefill'] }],
  ['anthropic', 'claude-opus-4-8', { drop: ['temperature', 'topP', 'topK'] }],
  ['anthropic', 'claude-haiku-5-5', { refuses: ['prefill', 'forced-tool-choice'] }],
  ['gemini', 'gemini-2.5-pro', { thinking: 'budget' }],
  ['gemini', 'gemini-3.7-flash', { efforts: ['low', 'medium', 'high'] }],
  ['gemini', 'gemini-flash-latest', { thinking: 'level' }],
  ['groq', 'openai/gpt-oss-120b', { schema: 'native' }],
  ['groq', 'qwen/qwen3.6-27b', { efforts: ['none'] }],
] as const)('%s/%s belongs to its family', (provider, key, expected) =>
  expect(rulesFor(provider, key)).toMatchObject(expected),
)

test('models that take sampling fields are left alone', () => {
  expect(rulesFor('openai', 'gpt-4o').drop).toBeUndefined()
  expect(rulesFor('anthropic', 'claude-sonnet-4-5').drop).toBeUndefined()
  expect(rulesFor('anthropic', 'claude-3-opus-20240229').drop).toBeUndefined()
})

test('families name providers that exist', () => {
  const ids = new Set(builtInProviders.map((provider) => provider.id))
  expect(MODEL_FAMILIES.filter((family) => !ids.has(family.provider))).toEqual([])
})

test('merging adds what is dropped and replaces the rest', () => {
  const merged = mergeRules(
    { drop: ['stop'], efforts: ['low'], rename: { a: 'b' } },
    { drop: ['seed', 'stop'], efforts: ['high'], rename: { c: 'd' } },
  )
  expect(merged).toEqual({ drop: ['stop', 'seed'], efforts: ['high'], rename: { a: 'b', c: 'd' } })
  expect(mergeRules({}, {})).toEqual({})
})

test('what is dropped is noted, what was not sent is not', () => {
  const { request, notes } = fit({ temperature: 0, stop: [] }, { drop: ['temperature', 'stop', 'seed'] })
  expect(request).not.toHaveProperty('temperature')
  expect(notes).toEqual([
    { kind: 'parameter-dropped', field: 'temperature', message: 'p/m does not take temperature; it was left out.' },
  ])
})

test('an effort that a model lacks becomes its nearest', () => {
  const effort = (asked: 'none' | 'minimal' | 'max') =>
    fit({ reasoning: { effort: asked } }, { efforts: ['low', 'medium', 'high'] }).request.reasoning?.effort
  expect([effort('none'), effort('minimal'), effort('max')]).toEqual(['low', 'low', 'high'])
})

test('a model that can only be told not to think is told so for little thought, and nothing for more', () => {
  const asked = (effort: 'low' | 'medium' | 'high') => fit({ reasoning: { effort } }, { efforts: ['none'] })
  expect(asked('low').request.reasoning).toEqual({ effort: 'none' })
  expect(asked('high')).toMatchObject({ notes: [{ kind: 'parameter-dropped', field: 'reasoning' }] })
  expect(asked('medium').request).not.toHaveProperty('reasoning')
})

test('sampling passes at the effort that allows it', () => {
  const rules: ModelRules = { samplingNeedsEffort: 'none' }
  expect(fit({ temperature: 0.2, reasoning: { effort: 'none' } }, rules).request.temperature).toBe(0.2)
  expect(fit({ temperature: 0.2 }, rules).request.temperature).toBeUndefined()
})

test('tools set the effort that they need, with a note only when another was asked for', () => {
  const tools = [{ name: 'f', parameters: {} }]
  const rules: ModelRules = { toolsNeedEffort: 'none' }
  expect(fit({ tools }, rules)).toMatchObject({ request: { reasoning: { effort: 'none' } }, notes: [] })
  expect(fit({ tools, reasoning: { effort: 'high' } }, rules).notes).toHaveLength(1)
})

test('a model that takes no prefilled answer is asked to continue', () => {
  const messages = [
    { role: 'user', content: 'Q' },
    { role: 'assistant', content: 'Begun' },
  ] as const
  const { request } = fit({ messages }, { refuses: ['prefill'] })
  expect(request.messages.at(-1)).toMatchObject({ role: 'user' })
  expect(request.messages).toHaveLength(3)
})

test('a schema goes natively, as JSON with words, or as words alone', () => {
  const responseFormat = { type: 'schema', name: 'x', schema: { type: 'object' } } as const
  expect(fit({ responseFormat }, {}).request.responseFormat).toEqual(responseFormat)
  const json = fit({ responseFormat }, {}, { schemaSupport: 'json' }).request
  expect(json.responseFormat).toEqual({ type: 'json' })
  expect(json.messages[0]).toMatchObject({ role: 'system', content: expect.stringContaining('JSON Schema') as string })
  const words = fit({ responseFormat, tools: [{ name: 'f', parameters: {} }] }, { schemaWithoutTools: true }).request
  expect(words.responseFormat).toBeUndefined()
  expect(fit({ responseFormat: { type: 'json' } }, {}, { noJsonMode: true }).request.responseFormat).toBeUndefined()
})

test('by the policy "refuse" nothing is changed in silence', () => {
  expect(() => fit({ seed: 1 }, {}, { providerDrops: ['seed'], policy: 'refuse' })).toThrow('seed')
  expect(() => fit({ reasoning: { effort: 'max' } }, { efforts: ['low'] }, { policy: 'refuse' })).toThrow('max')
})
