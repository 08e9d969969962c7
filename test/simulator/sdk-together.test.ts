// The official SDK of Together against the simulator.
import { toFile } from 'together-ai/core/uploads'
import Together from 'together-ai'
import { expect, test } from 'vitest'
import { collect, KEY, makeWav, useSimulator, WEATHER_SCHEMA } from './start-simulator.ts'

const running = useSimulator()
const client = (apiKey = KEY) => new Together({ apiKey, baseURL: running.urls.together, maxRetries: 0 })
const hello = [{ role: 'user' as const, content: 'Say hello. Use only one word.' }]
const thinking = 'deepseek-ai/DeepSeek-V4-Pro'
const plain = 'meta-llama/Llama-3.3-70B-Instruct-Turbo'
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: WEATHER_SCHEMA } }]

test('answers carry reasoning beside the text and counts at the top of usage', async () => {
  const answer = await client().chat.completions.create({ model: thinking, messages: hello })
  expect(answer.choices[0]?.message?.content).toBe('Hello')
  expect(answer.choices[0]?.message).toHaveProperty('reasoning')
  expect(answer.usage).toHaveProperty('reasoning_tokens')
})

test.each([
  [thinking, 'a chunk without choices'],
  [plain, 'the finishing chunk'],
])('%s sends usage unasked on %s', async (model) => {
  const stream = await client().chat.completions.create({ model, messages: hello, stream: true })
  const chunks = await collect(stream)
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Hello')
  expect(chunks.filter((chunk) => chunk.usage)).toHaveLength(1)
  expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0)
  expect(chunks.at(-1)?.choices).toHaveLength(model === thinking ? 0 : 1)
})

test('tool calls stream with null id and name after the first delta', async () => {
  const stream = await client().chat.completions.create({
    model: thinking,
    messages: [{ role: 'user', content: 'Use get_weather for Paris and London' }],
    tools,
    tool_choice: 'required',
    stream: true,
  })
  const deltas = (await collect(stream)).flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])
  const text = (index: number) =>
    deltas
      .filter((call) => call.index === index)
      .map((call) => call.function?.arguments ?? '')
      .join('')
  expect([text(0), text(1)].map((json) => (JSON.parse(json) as { city: string }).city)).toEqual(['Paris', 'London'])
  expect(deltas.filter((call) => call.id !== null)).toHaveLength(2)
})

test('the models list is a bare array of the recorded rows', async () => {
  const models = await client().models.list()
  expect(models).toHaveLength(281)
  expect(models.map((model) => model.id)).toContain(thinking)
})

test('a model that is listed yet served nowhere is refused', async () => {
  const call = client().chat.completions.create({ model: 'meta-llama/Llama-3-8b-chat-hf', messages: hello })
  await expect(call).rejects.toMatchObject({ status: 400, error: { error: { code: 'model_not_available' } } })
})

test('too long a prompt is answered with both counts', async () => {
  running.simulator.models.patch('together', plain, { context_length: 2048 })
  const call = client().chat.completions.create({
    model: plain,
    max_tokens: 1000,
    messages: [{ role: 'user', content: 'word '.repeat(1500) }],
  })
  await expect(call).rejects.toMatchObject({ status: 422 })
  await expect(call).rejects.toThrow(/`inputs` tokens \+ `max_new_tokens` must be <= 2048. Given: 18\d\d/)
})

test('embeddings come without usage', async () => {
  const answer = await client().embeddings.create({ model: 'intfloat/multilingual-e5-large-instruct', input: 'budget' })
  expect(answer.data[0]?.embedding).toHaveLength(1024)
  expect(answer).not.toHaveProperty('usage')
})

test('transcription tells words and segments', async () => {
  const answer = await client().audio.transcriptions.create({
    file: await toFile(makeWav(6), 'talk.wav'),
    model: 'openai/whisper-large-v3',
    response_format: 'verbose_json',
    timestamp_granularities: ['word', 'segment'],
  })
  expect(answer).toMatchObject({ duration: 6 })
  expect((answer as { words: unknown[] }).words.length).toBeGreaterThan(5)
})

test('a bad key looks different on the list', async () => {
  await expect(client('bad-key').models.list()).rejects.toMatchObject({
    status: 401,
    error: { error: { message: 'Unauthorized' } },
  })
  await expect(client('bad-key').chat.completions.create({ model: plain, messages: hello })).rejects.toMatchObject({
    status: 401,
    error: { error: { code: 'invalid_api_key' } },
  })
})

test.each([
  ['rate-limit', 429],
  ['billing', 402],
  ['overloaded', 503],
  ['timeout', 504],
])('fault %s is status %i', async (fault, status) => {
  await expect(client().chat.completions.create({ model: `sim-${fault}`, messages: hello })).rejects.toMatchObject({
    status,
  })
})
