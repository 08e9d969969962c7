import { expect, test } from 'vitest'
import { createCaller } from '../caller.ts'
import { mergeRules } from '../catalog/rules.ts'
import { builtInProviders } from '../providers/index.ts'
import { DEFAULT_POLICY } from '../resilience/policy.ts'
import { row as rowOf } from '../testing/row.ts'
import type { ModelRow, ModelRules } from '../types/models.ts'
import { describeRequest, type ParameterRule } from './describe-request.ts'

const describeRow = (row: ModelRow, learned: ModelRules = {}) => {
  const provider = builtInProviders.find(({ id }) => id === row.provider)
  if (provider === undefined) throw new Error(`no provider ${row.provider}`)
  const learnedRow = { ...row, rules: mergeRules(row.rules, learned) }
  return describeRequest({ provider, row, learnedRow, tokens: DEFAULT_POLICY.tokens })
}
const able = { capabilities: ['stream', 'tools', 'schema', 'json', 'reasoning', 'prefill'] } as const
const find = (rules: { parameters: readonly ParameterRule[] }, parameter: string, given?: unknown) =>
  rules.parameters.find(
    (one) => one.parameter === parameter && one.beside === null && (given === undefined || one.given === given),
  )

test('a field is renamed by its provider, dropped by its family, capped by its row, mapped to the nearest effort', () => {
  const rules = describeRow(rowOf('openai/gpt-5', { ...able, maxOutputTokens: 9_000, contextLength: 100_000 }))
  expect(find(rules, 'maxOutputTokens', 1_024)).toMatchObject({
    fate: 'renamed',
    owner: 'provider',
    sent: [{ name: 'max_completion_tokens', value: 1_024 }],
  })
  expect(find(rules, 'maxOutputTokens', 100_000_000)).toMatchObject({
    fate: 'capped',
    owner: 'model',
    sent: [{ name: 'max_completion_tokens', value: 9_000 }],
  })
  expect(find(rules, 'temperature')).toMatchObject({ fate: 'dropped', owner: 'model', sent: [] })
  expect(find(rules, 'temperature')?.notes[0]).toMatch(/does not take temperature/)
  expect(find(rules, 'topK')).toMatchObject({ fate: 'dropped', owner: 'provider' })
  expect(find(rules, 'seed')).toMatchObject({ fate: 'sent', owner: 'format', sent: [{ name: 'seed', value: 7 }] })
  expect(find(rules, 'reasoning.effort', 'max')).toMatchObject({
    fate: 'mapped',
    owner: 'model',
    sent: [{ name: 'reasoning_effort', value: 'high' }],
  })
  expect(find(rules, 'messages.system')).toMatchObject({ fate: 'mapped', owner: 'model' })
  expect(rules.fixed).toContainEqual(expect.objectContaining({ name: 'max_completion_tokens', value: 9_000 }))
})

test('what was learned from a refusal owns what it changes, and nothing else', () => {
  const row = rowOf('groq/some-model', able)
  const before = describeRow(row)
  const after = describeRow(row, { drop: ['seed'], rename: { temperature: 'heat' }, force: { user: 'house' } })
  expect(find(before, 'seed')).toMatchObject({ fate: 'sent', owner: 'format' })
  expect(find(after, 'seed')).toMatchObject({ fate: 'dropped', owner: 'learned' })
  expect(find(after, 'temperature')).toMatchObject({
    fate: 'renamed',
    owner: 'learned',
    sent: [{ name: 'heat', value: 0.5 }],
  })
  expect(after.fixed).toContainEqual({ name: 'user', value: 'house', operation: 'chat', owner: 'learned' })
  const others = (rules: { parameters: readonly ParameterRule[] }) =>
    rules.parameters.filter(({ parameter }) => !['seed', 'temperature'].includes(parameter))
  expect(others(after)).toEqual(others(before))
})

test('what a model refuses, or is asked in words, is said; what holds only beside another field as well', () => {
  const refusing = describeRow(rowOf('groq/some-model', { ...able, rules: { refuses: ['tools', 'stream'] } }))
  expect(find(refusing, 'tools')).toMatchObject({ fate: 'refused', owner: 'model' })
  expect(find(refusing, 'tools')?.notes[0]).toMatch(/takes no tools/)
  expect(find(refusing, 'stream')).toMatchObject({ fate: 'dropped', owner: 'model' })
  const worded = describeRow(rowOf('groq/some-model', { capabilities: ['stream', 'json', 'tools'] }))
  expect(find(worded, 'responseFormat', 'schema')).toMatchObject({ fate: 'mapped', owner: 'model' })
  const besides = describeRow(rowOf('groq/some-model', able)).parameters.filter(({ beside }) => beside !== null)
  expect(besides).toContainEqual(
    expect.objectContaining({ parameter: 'responseFormat', beside: 'tools', fate: 'mapped' }),
  )
  expect(besides.map(({ parameter }) => parameter)).not.toContain('temperature')
})

test('models that hear, embed and draw have parameters of their own; a built-in one sends nothing', () => {
  const heard = describeRow(rowOf('openai/some-ear', { operations: ['transcribe'], capabilities: ['word-times'] }))
  expect(find(heard, 'timestamps', 'word')?.sent).toContainEqual({
    name: 'timestamp_granularities[]',
    value: ['segment', 'word'],
  })
  expect(heard.parameters.every(({ operation }) => operation === 'transcribe')).toBe(true)
  const embeds = describeRow(rowOf('openai/some-embedder', { operations: ['embed'] }), { drop: ['dimensions'] })
  expect(find(embeds, 'dimensions')).toMatchObject({ fate: 'dropped', owner: 'learned' })
  expect(describeRow(rowOf('offline/basic'))).toEqual({ builtIn: true, parameters: [], fixed: [] })
})

test.each(['openai', 'groq', 'together', 'gemini', 'anthropic', 'ollama'])(
  '%s: what is described is what the caller sends',
  async (provider) => {
    const row = rowOf(`${provider}/some-model`, { ...able, rules: { drop: ['seed'] } })
    const bodies: Record<string, unknown>[] = []
    const caller = createCaller({
      providers: builtInProviders,
      send: (request) => {
        bodies.push(JSON.parse(typeof request.body === 'string' ? request.body : '{}') as Record<string, unknown>)
        throw new Error('sent')
      },
    })
    const credential = { id: 'key', name: 'key', secret: () => 'key' }
    const target = { model: row, credential, baseUrl: 'http://localhost' } as unknown as Parameters<
      typeof caller.chat
    >[0]
    const context = { signal: new AbortController().signal, parameterPolicy: 'adapt' as const }
    const messages = [{ role: 'user' as const, content: 'Hello' }]
    const asked = { model: row.key, messages, maxOutputTokens: 1_024, temperature: 0.5, seed: 7, topK: 40 }
    await caller.chat(target, asked, context).catch(() => {})
    const read = (path: string): unknown =>
      path
        .split('.')
        .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], bodies[0])
    const rules = describeRow(row)
    expect(bodies).toHaveLength(1)
    for (const [parameter, given] of [
      ['maxOutputTokens', 1_024],
      ['temperature', 0.5],
      ['seed', 7],
      ['topK', 40],
    ]) {
      const rule = find(rules, String(parameter), given)
      for (const { name, value } of rule?.sent ?? []) expect([name, read(name)]).toEqual([name, value])
    }
    expect(find(rules, 'seed')?.sent).toEqual([])
    expect(JSON.stringify(bodies[0])).not.toContain('"seed"')
  },
)
