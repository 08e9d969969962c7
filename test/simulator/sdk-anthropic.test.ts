// The official SDK of Anthropic against the simulator.
import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from '@anthropic-ai/sdk'
import { expect, test } from 'vitest'
import { collect, KEY, useSimulator, WEATHER_SCHEMA } from './start-simulator.ts'

const running = useSimulator()
const client = (apiKey = KEY) => new Anthropic({ apiKey, baseURL: running.urls.anthropic, maxRetries: 0 })
const model = 'claude-haiku-4-5'
const hello = [{ role: 'user' as const, content: 'Say hello. Use only one word.' }]
const base = { model, max_tokens: 500, messages: hello }
const tools = [{ name: 'get_weather', input_schema: { ...WEATHER_SCHEMA, required: ['city', 'unit'] } }]

test('answers are blocks with usage', async () => {
  const answer = await client().messages.create(base)
  expect(answer.content).toMatchObject([{ type: 'text', text: 'Hello' }])
  expect(answer.stop_reason).toBe('end_turn')
  expect(answer.usage.input_tokens).toBeGreaterThan(0)
})

test('thinking blocks are signed, streamed too', async () => {
  const stream = client().messages.stream({ ...base, model: 'claude-opus-5', thinking: { type: 'adaptive' } })
  const message = await stream.finalMessage()
  const [thinking, text] = message.content
  expect(thinking).toMatchObject({ type: 'thinking' })
  expect(thinking?.type === 'thinking' && thinking.signature.length > 20).toBe(true)
  expect(text).toMatchObject({ type: 'text', text: 'Hello' })
  expect(message.usage.output_tokens).toBeGreaterThan(15)
})

test('tool input streams in fragments; the result is taken up', async () => {
  const ask = { ...base, tools, messages: [{ role: 'user' as const, content: 'Use get_weather for Paris and London' }] }
  const first = await client()
    .messages.stream({ ...ask, tool_choice: { type: 'any' } })
    .finalMessage()
  expect(first.stop_reason).toBe('tool_use')
  const calls = first.content.flatMap((block) => (block.type === 'tool_use' ? [block] : []))
  expect(calls.map((call) => (call.input as { city: string }).city)).toEqual(['Paris', 'London'])
  const second = await client().messages.create({
    ...ask,
    messages: [
      ...ask.messages,
      {
        role: 'assistant',
        content: first.content.flatMap((block) =>
          block.type === 'tool_use'
            ? [{ type: 'tool_use' as const, id: block.id, name: block.name, input: block.input }]
            : [],
        ),
      },
      {
        role: 'user',
        content: calls.map((call) => ({ type: 'tool_result' as const, tool_use_id: call.id, content: '21 degrees' })),
      },
    ],
  })
  expect(second.content[0]).toMatchObject({ type: 'text', text: 'The result is 21 degrees and 21 degrees.' })
})

test('a marked prompt is written to the cache, then read from it; input_tokens leave it out', async () => {
  const system = [
    {
      type: 'text' as const,
      text: 'The budget is 4200 euros. '.repeat(400),
      cache_control: { type: 'ephemeral' as const },
    },
  ]
  const first = await client().messages.create({ ...base, system })
  const second = await client().messages.create({ ...base, system })
  expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(1000)
  expect(second.usage.cache_read_input_tokens).toBe(first.usage.cache_creation_input_tokens)
  expect(second.usage.input_tokens).toBeLessThan(600)
})

test('a schema is obeyed, an open one refused', async () => {
  const ask = (schema: Record<string, unknown>) =>
    client().messages.create({
      ...base,
      messages: [{ role: 'user', content: 'Weather in Paris' }],
      output_config: { format: { type: 'json_schema', schema } },
    })
  const answer = await ask(WEATHER_SCHEMA)
  expect(answer.content[0]?.type === 'text' && JSON.parse(answer.content[0].text)).toEqual({
    city: 'Paris',
    unit: 'celsius',
  })
  await expect(ask({ type: 'object', properties: {} })).rejects.toThrow(/additionalProperties/)
})

test('models are paged by id', async () => {
  const models = await collect(client().models.list({ limit: 4 }))
  expect(models.length).toBeGreaterThan(10)
  expect(new Set(models.map((row) => row.id)).size).toBe(models.length)
})

test('tokens are counted', async () => {
  const counted = await client().messages.countTokens({ model, messages: hello })
  expect(counted.input_tokens).toBeGreaterThan(5)
})

test('an overload inside a stream is thrown', async () => {
  const stream = client().messages.stream({ ...base, model: `${model}+fault:error-event` })
  await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIError)
})

test.each([
  ['bad-key', AuthenticationError, 401],
  ['rate-limit', RateLimitError, 429],
  ['overloaded', InternalServerError, 529],
  ['context-length', BadRequestError, 400],
  ['unknown-model', NotFoundError, 404],
])('fault %s becomes its class', async (fault, errorClass, status) => {
  const call = client().messages.create({ ...base, model: `sim-${fault}` })
  await expect(call).rejects.toBeInstanceOf(errorClass)
  await expect(call).rejects.toMatchObject({ status })
})

const post = (body: unknown, headers: Record<string, string>) =>
  fetch(`${running.urls.anthropic}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': KEY, ...headers },
    body: JSON.stringify(body),
  }).then(async (response) => ({ status: response.status, text: await response.text() }))

test.each([
  ['a version', base, {}, 'anthropic-version'],
  ['max_tokens', { model, messages: hello }, { 'anthropic-version': '2023-06-01' }, 'max_tokens: Field required'],
  ['known fields', { ...base, seed: 1 }, { 'anthropic-version': '2023-06-01' }, 'seed: Extra inputs are not permitted'],
  [
    'no temperature in the new version',
    { ...base, temperature: 1 },
    { 'anthropic-version': '2026-10-21' },
    'temperature: Extra inputs are not permitted',
  ],
  [
    'temperature 1 on newer models',
    { ...base, model: 'claude-opus-5', temperature: 0.2 },
    { 'anthropic-version': '2023-06-01' },
    'temperature',
  ],
  [
    'no prefill on newer models',
    { ...base, model: 'claude-opus-5', messages: [...hello, { role: 'assistant', content: 'Hel' }] },
    { 'anthropic-version': '2023-06-01' },
    'prefill',
  ],
])('insists on %s', async (_, body, headers, text) => {
  const answer = await post(body, headers)
  expect(answer.status).toBe(400)
  expect(answer.text).toContain(text)
})

test('an older model goes on at the prefilled character', async () => {
  const answer = await post(
    { ...base, messages: [...hello, { role: 'assistant', content: 'Hel' }] },
    { 'anthropic-version': '2023-06-01' },
  )
  expect(answer.text).toContain('"text":"lo"')
})

test('thinking and tool use come in one answer when the effort is high', async () => {
  const answer = await client().messages.create({
    ...base,
    model: 'claude-opus-5',
    tools,
    thinking: { type: 'adaptive' },
    output_config: { effort: 'high' },
    messages: [{ role: 'user', content: 'Use get_weather for Paris' }],
  })
  expect(answer.content.map((block) => block.type)).toEqual(['thinking', 'tool_use'])
})
