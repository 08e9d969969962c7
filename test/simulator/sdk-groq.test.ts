// The official SDK of Groq against the simulator.
import Groq, { AuthenticationError, BadRequestError, NotFoundError, RateLimitError, toFile } from 'groq-sdk'
import { expect, test } from 'vitest'
import { collect, KEY, makeWav, useSimulator, WEATHER_SCHEMA } from './start-simulator.ts'

// Buckets refill with time: a standing clock makes their numbers exact.
const running = useSimulator({ now: () => Date.UTC(2026, 10, 22) })
// This SDK adds /openai/v1 itself.
const client = (apiKey = KEY) =>
  new Groq({ apiKey, baseURL: running.urls.groq.replace('/openai/v1', ''), maxRetries: 0 })
const model = 'openai/gpt-oss-120b'
const hello = [{ role: 'user' as const, content: 'Say hello. Use only one word.' }]
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: WEATHER_SCHEMA } }]

test('answers carry reasoning and timings', async () => {
  const answer = await client().chat.completions.create({ model, messages: hello })
  expect(answer.choices[0]?.message).toMatchObject({
    content: 'Hello',
    reasoning: expect.stringContaining('user') as string,
  })
  expect(answer.usage?.total_time).toBeGreaterThan(0)
})

test('a stream ends with usage in both places', async () => {
  const stream = await client().chat.completions.create({ model, messages: hello, stream: true })
  const chunks = await collect(stream)
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Hello')
  expect(chunks.at(-1)?.x_groq?.usage?.total_tokens).toBeGreaterThan(0)
  expect(chunks.at(-1)).toHaveProperty('usage')
})

test('a tool call comes whole in one delta', async () => {
  const stream = await client().chat.completions.create({
    model,
    messages: [{ role: 'user', content: 'Use get_weather for Paris and London' }],
    tools,
    tool_choice: 'required',
    stream: true,
  })
  const calls = (await collect(stream)).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])
  expect(calls.map((call) => (JSON.parse(call.function?.arguments ?? '') as { city: string }).city)).toEqual([
    'Paris',
    'London',
  ])
})

test('an error event in a stream is thrown', async () => {
  const stream = await client().chat.completions.create({
    model: `${model}+fault:error-event:tool-use-failed`,
    messages: hello,
    stream: true,
  })
  await expect(collect(stream)).rejects.toThrow()
})

test('models tell window, modalities and price', async () => {
  const { data } = await client().models.list()
  expect(data.find((row) => row.id === model)).toMatchObject({ context_window: 131_072, output_modalities: ['text'] })
})

test('transcription answers text with a leading space, and segments', async () => {
  const file = await toFile(makeWav(5), 'talk.wav')
  const text = await client().audio.transcriptions.create({
    file,
    model: 'whisper-large-v3-turbo',
    response_format: 'text',
  })
  // The SDK's type says an object, yet text is what comes.
  expect(text).toEqual(expect.stringMatching(/^ Point 1/))
  const whole = await client().audio.transcriptions.create({
    file,
    model: 'whisper-large-v3-turbo',
    response_format: 'verbose_json',
  })
  expect(whole).toMatchObject({ duration: 5 })
})

test.each([
  [{ logprobs: true }, 'logprobs'],
  [{ n: 2 }, 'n'],
  [{ reasoning_effort: 'none' as const }, 'reasoning_effort'],
  [{ tools: [] }, 'tools'],
])('refuses %j', async (fields, param) => {
  const call = client().chat.completions.create({ model, messages: hello, ...fields })
  await expect(call).rejects.toMatchObject({ status: 400, error: { error: { param } } })
})

test('a list of parts on a text model is refused', async () => {
  const call = client().chat.completions.create({
    model,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  })
  await expect(call).rejects.toThrow('messages[0].content must be a string')
})

test('limits are kept and told truthfully', async () => {
  running.simulator.setLimits('groq', { requestsPerDay: 1000, tokensPerMinute: 6000 })
  const ask = (content: string) =>
    client()
      .chat.completions.create({ model, messages: [{ role: 'user', content }], max_completion_tokens: 2000 })
      .withResponse()
  const { response } = await ask('one')
  expect(response.headers.get('x-ratelimit-limit-tokens')).toBe('6000')
  expect(response.headers.get('x-ratelimit-remaining-requests')).toBe('999')
  expect(response.headers.get('x-ratelimit-reset-requests')).toBe('1m26.4s')
  // 2,000 reserved for the answer and 3 of the prompt are gone.
  expect(response.headers.get('x-ratelimit-remaining-tokens')).toBe('3997')
  await ask('two')
  const refused = await ask('three').catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(RateLimitError)
  expect((refused as RateLimitError).headers.get('retry-after')).toMatch(/^\d+$/)
  await expect(ask('word '.repeat(6000))).rejects.toMatchObject({ status: 413 })
})

test.each([
  ['decommissioned', BadRequestError],
  ['unknown-model', NotFoundError],
  ['rate-limit-day', RateLimitError],
])('fault %s becomes its class', async (fault, errorClass) => {
  await expect(client().chat.completions.create({ model: `sim-${fault}`, messages: hello })).rejects.toBeInstanceOf(
    errorClass,
  )
})

test('a bad key is refused', async () => {
  await expect(client('invalid-key').models.list()).rejects.toBeInstanceOf(AuthenticationError)
})
