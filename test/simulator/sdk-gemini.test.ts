// The official SDK of Gemini against the simulator (native API).
import { ApiError, FunctionCallingConfigMode, GoogleGenAI, MediaModality } from '@google/genai'
import { expect, test } from 'vitest'
import { collect, KEY, makeWav, useSimulator, WEATHER_SCHEMA } from './start-simulator.ts'

const running = useSimulator()
const client = (apiKey = KEY) =>
  new GoogleGenAI({
    apiKey,
    httpOptions: {
      baseUrl: running.urls.gemini.replace('/v1beta', ''),
      apiVersion: 'v1beta',
      retryOptions: { attempts: 1 },
    },
  })
const hello = 'Say hello. Use only one word.'
const declarations = [{ name: 'get_weather', parametersJsonSchema: WEATHER_SCHEMA }]

test('answers separate thoughts from text and count them apart', async () => {
  const answer = await client().models.generateContent({
    model: 'gemini-flash-latest',
    contents: hello,
    config: { thinkingConfig: { includeThoughts: true } },
  })
  expect(answer.text).toBe('Hello')
  expect(answer.candidates?.[0]?.content?.parts?.[0]?.thought).toBe(true)
  expect(answer.modelVersion).toBe('gemini-3.5-flash')
  const usage = answer.usageMetadata
  const total = (usage?.promptTokenCount ?? 0) + (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0)
  expect(usage?.totalTokenCount).toBe(total)
})

test('a stream runs its usage up and ends with STOP', async () => {
  const stream = await client().models.generateContentStream({
    model: 'gemini-2.5-flash',
    contents: 'Write a long story about numbers',
  })
  const chunks = await collect(stream)
  const counts = chunks.map((chunk) => chunk.usageMetadata?.candidatesTokenCount ?? 0)
  expect(counts).toEqual([...counts].sort((a, b) => a - b))
  expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP')
})

test('function calls carry id and signature, and are refused without it', async () => {
  const ask = { model: 'gemini-3.6-flash', config: { tools: [{ functionDeclarations: declarations }] } }
  const first = await client().models.generateContent({ ...ask, contents: 'Use get_weather for Paris' })
  expect(first.functionCalls?.[0]).toMatchObject({ name: 'get_weather', args: { city: 'Paris' } })
  const content = first.candidates?.[0]?.content
  if (!content) throw new Error('no content')
  const result = {
    role: 'user',
    parts: [{ functionResponse: { name: 'get_weather', response: { output: '21 degrees' } } }],
  }
  const start = { role: 'user', parts: [{ text: 'Use get_weather for Paris' }] }
  const second = await client().models.generateContent({ ...ask, contents: [start, content, result] })
  expect(second.text).toContain('21 degrees')
  const stripped = { role: 'model', parts: [{ functionCall: { name: 'get_weather', args: {} } }] }
  await expect(client().models.generateContent({ ...ask, contents: [start, stripped, result] })).rejects.toThrow(
    /thought_signature/,
  )
})

test('a forced call in a stream comes whole', async () => {
  const stream = await client().models.generateContentStream({
    model: 'gemini-2.5-flash',
    contents: 'Paris',
    config: {
      tools: [{ functionDeclarations: declarations }],
      toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } },
    },
  })
  const calls = (await collect(stream)).flatMap((chunk) => chunk.functionCalls ?? [])
  expect(calls).toHaveLength(1)
})

test('a schema is obeyed', async () => {
  const answer = await client().models.generateContent({
    model: 'gemini-2.5-flash',
    contents: 'Weather in Paris',
    config: { responseMimeType: 'application/json', responseJsonSchema: WEATHER_SCHEMA },
  })
  expect(JSON.parse(answer.text ?? '')).toEqual({ city: 'Paris', unit: 'celsius' })
})

test('models are paged', async () => {
  const pager = await client().models.list({ config: { pageSize: 20 } })
  const names = (await collect(pager)).map((model) => model.name)
  expect(names.length).toBeGreaterThan(50)
  expect(new Set(names).size).toBe(names.length)
})

test('tokens are counted, texts embedded', async () => {
  const counted = await client().models.countTokens({ model: 'gemini-2.5-flash', contents: hello })
  expect(counted.totalTokens).toBeGreaterThan(5)
  const embedded = await client().models.embedContent({
    model: 'gemini-embedding-001',
    contents: ['budget', 'plan'],
    config: { outputDimensionality: 256 },
  })
  expect(embedded.embeddings?.map((row) => row.values?.length)).toEqual([256, 256])
})

test('sound is counted and transcribed', async () => {
  running.simulator.setScript('Good morning everyone.')
  const answer = await client().models.generateContent({
    model: 'gemini-2.5-flash',
    contents: [{ text: 'Transcribe.' }, { inlineData: { mimeType: 'audio/wav', data: makeWav(4).toString('base64') } }],
  })
  expect(answer.text).toBe('Good morning everyone.')
  expect(
    answer.usageMetadata?.promptTokensDetails?.find((row) => row.modality === MediaModality.AUDIO)?.tokenCount,
  ).toBe(128)
})

test('a bad key is 400 with the reason', async () => {
  const call = client('bad-key').models.generateContent({ model: 'gemini-2.5-flash', contents: hello })
  await expect(call).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('API_KEY_INVALID') as string,
  })
})

test.each([
  ['rate-limit-day', 429, 'PerDay'],
  ['overloaded', 503, 'UNAVAILABLE'],
  ['context-length', 400, 'exceeds the maximum number of tokens'],
  ['unknown-model', 404, 'NOT_FOUND'],
])('fault %s is status %i', async (fault, status, text) => {
  const call = client().models.generateContent({ model: `sim-${fault}`, contents: hello })
  await expect(call).rejects.toBeInstanceOf(ApiError)
  await expect(call).rejects.toMatchObject({ status, message: expect.stringContaining(text) as string })
})

test('an unknown field is refused', async () => {
  const response = await fetch(`${running.urls.gemini}/models/gemini-2.5-flash:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ parts: [{ text: 'hi' }] }], reasoning: true }),
  })
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('Unknown name \\"reasoning\\"')
})

test('a prompt blocked for safety has no text', async () => {
  const answer = await client().models.generateContent({ model: 'gemini-2.5-flash+fault:refusal', contents: hello })
  expect(answer.text).toBeUndefined()
  expect(answer.candidates?.[0]?.finishReason).toBe('SAFETY')
})

test('a model for pictures answers with one, a model for transcription with times', async () => {
  const image = await client().models.generateContent({
    model: 'gemini-2.5-flash-image',
    contents: 'a red door',
    config: { responseModalities: ['IMAGE'] },
  })
  expect(
    Buffer.from(image.data ?? '', 'base64')
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  running.simulator.setScript('Good morning everyone. Welcome.')
  const spoken = await client().models.generateContent({
    model: 'gemini-3.5-transcribe',
    contents: [{ inlineData: { mimeType: 'audio/wav', data: makeWav(4).toString('base64') } }],
    config: { audioTranscriptionConfig: { wordTimestamp: true } },
  })
  const parts = spoken.candidates?.[0]?.content?.parts?.map((part) => part.audioTranscription)
  expect(parts?.map((part) => part?.text)).toEqual(['Good morning everyone.', 'Welcome.'])
  expect(parts?.at(-1)?.endOffset).toMatch(/^4\.0\d\ds$/)
  expect(parts?.[0]?.words).toHaveLength(3)
})
