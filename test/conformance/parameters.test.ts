/** What models reject, against a simulator that rejects it: adapted with a note, or refused before any call. */
import { expect, test } from 'vitest'
import { createCaller } from '../../src/gateway/caller.ts'
import { createCatalog, createGateway, createLearnedRules } from '../../src/gateway/index.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import { createOpenAiCompatible } from '../../src/gateway/providers/openai-compatible.ts'
import type { ChatRequest } from '../../src/gateway/types/requests.ts'
import { useSimulator } from '../simulator/start-simulator.ts'
import { makeContext, makeRow, makeTarget } from './targets.ts'

const running = useSimulator()
const caller = createCaller({
  providers: [...builtInProviders, createOpenAiCompatible({ id: 'azure', baseUrl: 'http://localhost:1' })],
})

const KEY = { id: 'key', name: 'key', provider: 'azure', weight: 1, secret: () => 'sim-key-0001' }
const TOOLS = [
  { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
] as const
const EVERYTHING: ChatRequest = {
  model: 'any',
  messages: [
    { role: 'system', content: 'You are brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Tell me' },
        { type: 'text', text: 'about Paris.' },
      ],
    },
  ],
  maxOutputTokens: 4000,
  temperature: 0.3,
  topP: 0.9,
  topK: 20,
  frequencyPenalty: 0.1,
  presencePenalty: 0.1,
  stop: ['END'],
  seed: 7,
  parallelToolCalls: true,
  reasoning: { effort: 'xhigh' },
}

const MODELS = [
  ['openai', 'gpt-4o-mini'],
  ['openai', 'o3'],
  ['openai', 'o4-mini'],
  ['openai', 'gpt-5'],
  ['openai', 'gpt-5.1'],
  ['openai', 'gpt-5.2'],
  ['openai', 'gpt-5.4'],
  ['openai', 'gpt-5.6-sol'],
  ['openai', 'gpt-6-luna'],
  ['openai', 'gpt-6-astra'],
  ['groq', 'openai/gpt-oss-20b'],
  ['together', 'deepseek-ai/DeepSeek-V4-Pro'],
  ['anthropic', 'claude-haiku-4-5-20251001'],
  ['anthropic', 'claude-opus-5'],
  ['anthropic', 'claude-opus-5-5'],
  ['gemini', 'gemini-2.5-flash'],
  ['gemini', 'gemini-3.5-flash'],
  ['gemini', 'gemini-3.7-flash'],
  ['gemini', 'gemini-4-argon'],
  ['ollama', 'llama3.2:3b'],
] as const

/** Chat models that take no reasoning at all get none: the caller asks rows that have the capability. */
const requestFor = (key: string): ChatRequest => {
  const { reasoning, ...plain } = EVERYTHING
  return /gpt-4o|llama|haiku/.test(key) || reasoning === undefined ? plain : EVERYTHING
}

test.each(MODELS)('%s/%s takes a request with every parameter, adapted', async (provider, key) => {
  const target = makeTarget(makeRow(provider, key), running.urls[provider])
  const result = await caller.chat(target, requestFor(key), makeContext())
  expect(result.text).not.toBe('')
  for (const note of result.notes) expect(note).toMatchObject({ message: expect.stringContaining(key) as string })
})

test.each(MODELS.filter(([, key]) => key !== 'gpt-6-astra'))(
  '%s/%s takes tools with reasoning asked for',
  async (provider, key) => {
    const target = makeTarget(makeRow(provider, key), running.urls[provider])
    const result = await caller.chat(target, { ...requestFor(key), tools: TOOLS, toolChoice: 'auto' }, makeContext())
    expect(result.finishReason).not.toBe('length')
  },
)

test('a model whose tools are served elsewhere refuses them before any call', async () => {
  const target = makeTarget(makeRow('openai', 'gpt-6-astra'), running.urls.openai)
  const error = await caller
    .chat(target, { ...EVERYTHING, tools: TOOLS }, makeContext())
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'unsupported-capability', details: { capability: 'tools' } })
  expect(running.simulator.log()).toHaveLength(0)
})

test('by the policy "refuse" a rejected parameter is an error before any call, and names the field', async () => {
  const target = makeTarget(makeRow('openai', 'gpt-5'), running.urls.openai)
  const context = makeContext({ parameterPolicy: 'refuse' })
  const error = await caller
    .chat(target, { model: 'any', messages: [{ role: 'user', content: 'Hi' }], temperature: 0.2 }, context)
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'unsupported-parameter', details: { parameter: 'temperature', model: 'gpt-5' } })
  expect(running.simulator.log()).toHaveLength(0)
})

test('what an unknown model rejects is learned from its refusals, once and for all', async () => {
  // The same rules behind a name that no family knows.
  const row = makeRow('azure', 'gpt-5.6-terra', { capabilities: ['stream', 'tools'] })
  const learned = createLearnedRules()
  const gateway = createGateway({
    caller,
    catalog: createCatalog([row]),
    credentials: () => ({ baseUrl: running.urls.openai, needsCredential: false, credentials: [KEY] }),
    learned,
  })
  const request: ChatRequest = {
    model: 'azure/gpt-5.6-terra',
    messages: [{ role: 'user', content: 'Tell me about Paris.' }],
    maxOutputTokens: 500,
    temperature: 0.2,
    tools: TOOLS,
  }
  const answer = await gateway.chat(request)
  expect(answer.notes.filter(({ kind }) => kind === 'parameter-learned').length).toBeGreaterThan(1)
  expect(learned.list().map(({ field }) => field)).toEqual(expect.arrayContaining(['max_tokens', 'reasoning_effort']))
  expect(learned.withLearned(row).rules).toMatchObject({
    rename: { max_tokens: 'max_completion_tokens' },
    toolsNeedEffort: 'none',
  })
  const sent = running.simulator.log().at(-1)
  expect(sent).toMatchObject({ status: 200, body: { max_completion_tokens: 500, reasoning_effort: 'none' } })
  const calls = running.simulator.log().length
  await gateway.chat(request)
  expect(running.simulator.log()).toHaveLength(calls + 1)
})
