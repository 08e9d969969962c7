// The official SDK of OpenAI against the simulator: what it reads without complaint is on the wire as it should be.
import OpenAI, {
  APIConnectionError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
  toFile,
} from 'openai'
import { expect, test } from 'vitest'
import { collect, KEY, makeWav, useSimulator, WEATHER_SCHEMA } from './start-simulator.ts'

const running = useSimulator()
const client = (apiKey = KEY) => new OpenAI({ apiKey, baseURL: running.urls.openai, maxRetries: 0 })
const hello = [{ role: 'user' as const, content: 'Say hello. Use only one word.' }]
const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters: WEATHER_SCHEMA } }]
const weather = [
  { role: 'user' as const, content: 'Use get_weather: how is the weather in Paris and London, in celsius?' },
]

test('a plain answer has text, finish reason and usage that adds up', async () => {
  const answer = await client().chat.completions.create({ model: 'gpt-4o-mini', messages: hello })
  expect(answer.choices[0]?.message.content).toBe('Hello')
  expect(answer.choices[0]?.finish_reason).toBe('stop')
  const { prompt_tokens = 0, completion_tokens = 0, total_tokens = 0 } = answer.usage ?? {}
  expect(prompt_tokens).toBeGreaterThan(0)
  expect(prompt_tokens + completion_tokens).toBe(total_tokens)
})

test('a stream carries usage only when asked', async () => {
  const read = async (include: boolean) => {
    const stream = await client().chat.completions.create({
      model: 'gpt-4o-mini',
      messages: hello,
      stream: true,
      ...(include ? { stream_options: { include_usage: true } } : {}),
    })
    const chunks = await collect(stream)
    return {
      text: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''),
      usage: chunks.filter((chunk) => chunk.usage).length,
      finish: chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.finish_reason)).filter(Boolean),
    }
  }
  expect(await read(true)).toEqual({ text: 'Hello', usage: 1, finish: ['stop'] })
  expect(await read(false)).toEqual({ text: 'Hello', usage: 0, finish: ['stop'] })
})

test('parallel tool calls stream as fragments that the SDK joins', async () => {
  const stream = client().chat.completions.stream({
    model: 'gpt-4o',
    messages: weather,
    tools,
    tool_choice: 'required',
  })
  const calls = (await stream.finalChatCompletion()).choices[0]?.message.tool_calls ?? []
  const cities = calls.map((call) =>
    call.type === 'function' ? (JSON.parse(call.function.arguments) as { city: string }).city : '',
  )
  expect(cities).toEqual(['Paris', 'London'])
})

test('a tool result is taken up in the next answer', async () => {
  const first = await client().chat.completions.create({
    model: 'gpt-4o',
    messages: weather,
    tools,
    parallel_tool_calls: false,
  })
  const message = first.choices[0]?.message
  const call = message?.tool_calls?.[0]
  if (!message || !call) throw new Error('no tool call')
  const second = await client().chat.completions.create({
    model: 'gpt-4o',
    tools,
    messages: [...weather, message, { role: 'tool', tool_call_id: call.id, content: '21 degrees' }],
  })
  expect(second.choices[0]?.message.content).toContain('21 degrees')
})

test('json_schema answers obey the schema', async () => {
  const answer = await client().chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Clean this transcript:\n"""um the budget is 4200 euros."""' }],
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'enhanced',
        strict: true,
        schema: {
          type: 'object',
          properties: { enhanced_text: { type: 'string' } },
          required: ['enhanced_text'],
          additionalProperties: false,
        },
      },
    },
  })
  expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ enhanced_text: 'The budget is 4200 euros.' })
})

test('models are the recorded ones and can vanish', async () => {
  const ids = async () => (await collect(client().models.list())).map((model) => model.id)
  expect(await ids()).toContain('gpt-5.6-terra')
  running.simulator.models.remove('openai', 'gpt-5.6-terra')
  expect(await ids()).not.toContain('gpt-5.6-terra')
  await expect(client().chat.completions.create({ model: 'gpt-5.6-terra', messages: hello })).rejects.toBeInstanceOf(
    NotFoundError,
  )
})

test('embeddings are steady, and base64 and float say the same', async () => {
  const embed = async (encoding_format: 'float' | 'base64' | undefined) => {
    const answer = await client().embeddings.create({
      model: 'text-embedding-3-small',
      input: ['budget of the meeting', 'budget'],
      ...(encoding_format ? { encoding_format } : {}),
    })
    return answer.data
  }
  const [usual, float] = await Promise.all([embed(undefined), embed('float')])
  expect(usual[0]?.embedding).toHaveLength(1536)
  expect(usual.map((row) => row.embedding)).toEqual(float.map((row) => row.embedding))
})

test('transcription answers in every format of whisper-1', async () => {
  running.simulator.setScript('Good morning everyone. The budget is 4200 euros.')
  const file = await toFile(makeWav(4), 'talk.wav', { type: 'audio/wav' })
  const whole = await client().audio.transcriptions.create({
    file,
    model: 'whisper-1',
    response_format: 'verbose_json',
    timestamp_granularities: ['word', 'segment'],
  })
  expect(whole.duration).toBe(4)
  expect(whole.segments?.at(-1)?.end).toBe(4)
  expect(whole.words?.map((word) => word.word).join(' ')).toBe(whole.text)
  const srt = await client().audio.transcriptions.create({ file, model: 'whisper-1', response_format: 'srt' })
  expect(srt).toMatch(/^1\n00:00:00,000 --> /)
  const stream = await client().audio.transcriptions.create({ file, model: 'gpt-transcribe', stream: true })
  const events = await collect(stream)
  expect(events.at(-1)).toMatchObject({ type: 'transcript.text.done', text: whole.text })
})

test('transcription refuses what is too large or no audio', async () => {
  const send = (data: Buffer) =>
    toFile(data, 'talk.wav').then((file) => client().audio.transcriptions.create({ file, model: 'whisper-1' }))
  await expect(send(Buffer.from('not audio at all'))).rejects.toBeInstanceOf(BadRequestError)
  await expect(send(makeWav(830))).rejects.toMatchObject({ status: 413 })
})

test('an image is a PNG', async () => {
  const answer = await client().images.generate({ model: 'gpt-image-1', prompt: 'a red door' })
  expect(
    Buffer.from(answer.data?.[0]?.b64_json ?? '', 'base64')
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
})

test.each([
  ['bad-key', AuthenticationError, 401],
  ['quota', RateLimitError, 429],
  ['context-length', BadRequestError, 400],
  ['overloaded', InternalServerError, 503],
  ['unknown-model', NotFoundError, 404],
])('fault %s becomes the SDK’s error class', async (fault, errorClass, status) => {
  const call = client().chat.completions.create({ model: `gpt-4o+fault:${fault}`, messages: hello })
  await expect(call).rejects.toBeInstanceOf(errorClass)
  await expect(call).rejects.toMatchObject({ status })
})

test('a key that is no good is refused without any fault', async () => {
  await expect(client('bad-key-1').models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' })
})

test.each([
  [{ model: 'gpt-5', temperature: 0.2 }, 'unsupported_value', 'temperature'],
  [{ model: 'gpt-5', max_tokens: 100 }, 'unsupported_parameter', 'max_tokens'],
  [{ model: 'gpt-5.6-sol', stop: ['x'] }, 'unsupported_parameter', 'stop'],
  [{ model: 'gpt-5.6-sol', tools }, null, 'reasoning_effort'],
  [{ model: 'gpt-5.1', temperature: 0.2, reasoning_effort: 'high' as const }, 'unsupported_value', 'temperature'],
])('refuses what the model family refuses: %j', async (fields, code, param) => {
  const call = client().chat.completions.create({ messages: hello, ...fields })
  await expect(call).rejects.toMatchObject({ status: 400, code, param })
})

test.each([
  { model: 'gpt-5.1', temperature: 0.2 },
  { model: 'gpt-5.6-sol', tools, reasoning_effort: 'none' as const },
  { model: 'gpt-5', max_completion_tokens: 100 },
  { model: 'gpt-4o', temperature: 0.2, stop: ['x'], max_tokens: 50 },
])('takes what the model family takes: %j', async (fields) => {
  const answer = await client().chat.completions.create({ messages: hello, ...fields })
  expect(answer.choices).toHaveLength(1)
})

test('a small limit is eaten by thinking, as recorded', async () => {
  const answer = await client().chat.completions.create({
    model: 'gpt-5.6-terra',
    max_completion_tokens: 16,
    messages: [{ role: 'user', content: 'Explain the theory of relativity in great details.' }],
  })
  expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '' } })
  expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(16)
})

test('a long prompt asked twice is read from the cache', async () => {
  const long = [
    { role: 'user' as const, content: `Summarize: ${'The budget of the project is 4200 euros. '.repeat(200)}` },
  ]
  const first = await client().chat.completions.create({ model: 'gpt-4o', messages: long })
  const second = await client().chat.completions.create({ model: 'gpt-4o', messages: long })
  expect(first.usage?.prompt_tokens_details?.cached_tokens).toBe(0)
  expect(second.usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThanOrEqual(1024)
})

test('a reset is a connection error', async () => {
  const call = client().chat.completions.create({ model: 'gpt-4o+fault:reset', messages: hello })
  await expect(call).rejects.toBeInstanceOf(APIConnectionError)
})

test('an error event inside a stream reaches the reader', async () => {
  const stream = await client().chat.completions.create({
    model: 'gpt-4o+fault:error-event',
    messages: hello,
    stream: true,
  })
  await expect(collect(stream)).rejects.toMatchObject({ code: 'server_is_overloaded' })
})
