/** What the wire may do to us: compression, redirects, sizes, wrong forms, several pages, pieces of one answer. */
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { createCaller } from '../../src/gateway/caller.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import { createSend } from '../../src/gateway/wire/transport.ts'
import type { ChatRequest } from '../../src/gateway/types/requests.ts'
import { startReplayServer } from './replay-server.ts'
import type { ReplayServer } from './replay-server.ts'
import { collect, makeContext, makeRow, makeTarget } from './targets.ts'

let server: ReplayServer
const caller = createCaller({ providers: builtInProviders, send: createSend({ maxBodyBytes: 200_000 }), lingerMs: 20 })

beforeAll(async () => {
  server = await startReplayServer()
})
afterAll(() => server.close())

const REQUEST: ChatRequest = { model: 'any', messages: [{ role: 'user', content: 'Hi' }] }
const JSON_TYPE = { 'content-type': 'application/json' }
const openai = (base = server.baseUrl) => makeTarget(makeRow('openai', 'm'), base, 'sk-secret-of-the-test-1')
const answer = (text: string) =>
  JSON.stringify({
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  })
const failure = async (work: Promise<unknown>): Promise<AppError> => {
  const thrown = await work.catch((error: unknown) => error)
  if (!(thrown instanceof AppError)) throw new Error('expected an AppError')
  return thrown
}

test('a redirect is not followed, so that no key leaves for another address', async () => {
  server.answerWith({ status: 307, headers: { location: 'http://127.0.0.1:9/steal' }, body: '' })
  const before = server.requests.length
  const error = await failure(caller.chat(openai(), REQUEST, makeContext()))
  expect(error.code).toBe('provider-unreachable')
  expect(error.details).toMatchObject({ status: 307 })
  expect(server.requests.length).toBe(before + 1)
})

test('an answer larger than allowed is not read to its end', async () => {
  server.answerWith({ status: 200, headers: JSON_TYPE, body: answer('x'.repeat(300_000)) })
  expect((await failure(caller.chat(openai(), REQUEST, makeContext()))).code).toBe('provider-malformed')
})

test('a base URL may end in a slash or not', async () => {
  server.answerWith({ status: 200, headers: JSON_TYPE, body: answer('ok') })
  await caller.chat(openai(`${server.baseUrl}/v1/`), REQUEST, makeContext())
  expect(server.requests.at(-1)?.path).toBe('/v1/chat/completions')
  const claude = makeTarget(makeRow('anthropic', 'm'), `${server.baseUrl}/v1`)
  await failure(caller.chat(claude, REQUEST, makeContext()))
  expect(server.requests.at(-1)?.path).toBe('/v1/messages')
})

test('the key travels in its header only; Anthropic gets its version', async () => {
  server.answerWith({ status: 500, headers: JSON_TYPE, body: '{}' })
  await failure(caller.chat(openai(), REQUEST, makeContext()))
  expect(server.requests.at(-1)?.headers['authorization']).toBe('Bearer sk-secret-of-the-test-1')
  await failure(caller.chat(makeTarget(makeRow('gemini', 'm'), server.baseUrl, 'gem-key-1'), REQUEST, makeContext()))
  expect(server.requests.at(-1)?.headers['x-goog-api-key']).toBe('gem-key-1')
  expect(server.requests.at(-1)?.path).not.toContain('gem-key-1')
  await failure(caller.chat(makeTarget(makeRow('anthropic', 'm'), server.baseUrl, 'ant-key-1'), REQUEST, makeContext()))
  expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-api-key': 'ant-key-1', 'anthropic-version': '2023-06-01' })
})

test('no key where one is needed is told before any call', async () => {
  const before = server.requests.length
  const error = await failure(caller.chat({ ...openai(), credential: null }, REQUEST, makeContext()))
  expect(error.code).toBe('credential-missing')
  expect(server.requests.length).toBe(before)
})

test('nobody there: refused and unknown hosts are unreachable', async () => {
  for (const base of ['http://127.0.0.1:9', 'http://no-such-host.invalid'])
    expect((await failure(caller.chat(openai(base), REQUEST, makeContext()))).code).toBe('provider-unreachable')
})

test('a server that does not stream answers a stream with one object', async () => {
  server.answerWith({ status: 200, headers: JSON_TYPE, body: answer('All at once, and not in pieces.') })
  const { parts, result } = await collect(caller.stream(openai(), REQUEST, makeContext()))
  expect(result.text).toBe('All at once, and not in pieces.')
  expect(parts.map((part) => part.type)).toEqual(['text-delta', 'end'])
})

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
] as const)('%s is read', async (encoding, compress) => {
  const { createServer } = await import('node:http')
  const packed = createServer((_request, reply) => {
    reply.writeHead(200, { ...JSON_TYPE, 'content-encoding': encoding })
    reply.end(compress(answer('packed')))
  })
  await new Promise<void>((resolve) => packed.listen(0, '127.0.0.1', resolve))
  const address = packed.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect((await caller.chat(openai(`http://127.0.0.1:${port}`), REQUEST, makeContext())).text).toBe('packed')
  packed.closeAllConnections()
  packed.close()
})

test('content of every form: parts, null, absent, tool arguments as an object, numbers as codes', async () => {
  const message = {
    role: 'assistant',
    content: [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ],
    tool_calls: [{ id: null, function: { name: 'f', arguments: { x: 1 } } }, { function: {} }],
  }
  server.answerWith({
    status: 200,
    headers: JSON_TYPE,
    body: JSON.stringify({ choices: [{ message, finish_reason: null }], usage: null }),
  })
  const result = await caller.chat(openai(), REQUEST, makeContext())
  expect(result).toMatchObject({
    text: 'ab',
    finishReason: 'tool-calls',
    servedModel: null,
    usage: { reported: false },
  })
  expect(result.toolCalls).toEqual([{ id: expect.stringMatching(/^call_/) as string, name: 'f', arguments: '{"x":1}' }])
  server.answerWith({
    status: 200,
    headers: JSON_TYPE,
    body: JSON.stringify({ choices: [{ message: { content: null, tool_calls: null } }] }),
  })
  expect(await caller.chat(openai(), REQUEST, makeContext())).toMatchObject({
    text: '',
    toolCalls: [],
    finishReason: 'stop',
  })
})

const sse = (...chunks: unknown[]) => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  body: chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join(''),
})
const toolChunk = (...calls: unknown[]) => ({ choices: [{ index: 0, delta: { tool_calls: calls } }] })
const finish = (reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })

test('tool deltas without an index, with null names, and two calls under one index', async () => {
  server.answerWith(
    sse(
      toolChunk({ id: 'a', function: { name: 'f', arguments: '{"x":' } }),
      toolChunk({ id: null, function: { name: null, arguments: '1}' } }),
      toolChunk({ id: 'b', function: { name: 'g', arguments: '{}' } }),
      finish('stop'),
      '[DONE]',
    ),
  )
  const without = await collect(caller.stream(openai(), REQUEST, makeContext()))
  expect(without.result.toolCalls).toEqual([
    { id: 'a', name: 'f', arguments: '{"x":1}' },
    { id: 'b', name: 'g', arguments: '{}' },
  ])
  expect(without.result.finishReason).toBe('tool-calls')
  server.answerWith(
    sse(
      toolChunk(
        { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } },
        { index: 0, id: 'b', function: { name: 'f', arguments: '{}' } },
      ),
      finish('tool_calls'),
    ),
  )
  const doubled = await collect(caller.stream(openai(), REQUEST, makeContext()))
  expect(doubled.result.toolCalls.map((call) => call.id)).toEqual(['a', 'b'])
})

test('a signature that hangs on a call of a compatible server is given back to it, and to no other', async () => {
  const extra = { google: { thought_signature: 'sig-1' } }
  server.answerWith(
    sse(
      toolChunk({ id: 'a', function: { name: 'f', arguments: '{}' }, extra_content: extra }),
      finish('stop'),
      '[DONE]',
    ),
  )
  const { result } = await collect(caller.stream(openai(), REQUEST, makeContext()))
  const messages = [
    ...REQUEST.messages,
    { role: 'assistant', content: '', toolCalls: result.toolCalls },
    { role: 'tool', toolCallId: 'a', content: 'done' },
  ] as const
  server.answerWith({ status: 200, headers: JSON_TYPE, body: answer('ok') })
  await caller.chat(openai(), { model: 'any', messages }, makeContext())
  expect(server.requests.at(-1)?.body).toContain('"extra_content":{"google":{"thought_signature":"sig-1"}}')
  await caller.chat(makeTarget(makeRow('together', 'm'), server.baseUrl), { model: 'any', messages }, makeContext())
  expect(server.requests.at(-1)?.body).not.toContain('sig-1')
})

test('[DONE] after text but without a finish reason ends the answer; [DONE] alone is none', async () => {
  server.answerWith(sse({ choices: [{ delta: { content: 'text' } }] }, '[DONE]'))
  expect((await collect(caller.stream(openai(), REQUEST, makeContext()))).result.text).toBe('text')
  server.answerWith(sse('[DONE]'))
  expect((await failure(collect(caller.stream(openai(), REQUEST, makeContext())))).code).toBe('stream-interrupted')
})

test('a refusal in words is told as one, plain and streamed', async () => {
  const body = { choices: [{ message: { content: null, refusal: 'I cannot help.' }, finish_reason: 'stop' }] }
  server.answerWith({ status: 200, headers: JSON_TYPE, body: JSON.stringify(body) })
  const plain = await caller.chat(openai(), REQUEST, makeContext())
  server.answerWith(
    sse(
      { choices: [{ delta: { refusal: 'I cannot ' } }] },
      { choices: [{ delta: { refusal: 'help.' } }] },
      finish('stop'),
      '[DONE]',
    ),
  )
  const { result } = await collect(caller.stream(openai(), REQUEST, makeContext()))
  for (const one of [plain, result]) {
    expect(one.finishReason).toBe('content-filter')
    expect(one.notes).toEqual([{ kind: 'provider-message', message: 'I cannot help.' }])
  }
})

test('Gemini: a blocked prompt is refused content, a broken call an unusable answer', async () => {
  const target = makeTarget(makeRow('gemini', 'm'), server.baseUrl)
  const give = (body: unknown) => server.answerWith({ status: 200, headers: JSON_TYPE, body: JSON.stringify(body) })
  give({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4 } })
  expect((await failure(caller.chat(target, REQUEST, makeContext()))).code).toBe('content-refused')
  give({ candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL' }] })
  expect((await failure(caller.chat(target, REQUEST, makeContext()))).code).toBe('output-invalid')
  give({ candidates: [{ content: {}, finishReason: 'SAFETY' }] })
  expect(await caller.chat(target, REQUEST, makeContext())).toMatchObject({ text: '', finishReason: 'content-filter' })
})

test('Gemini: an answer in pieces is asked for to its end and billed as a whole', async () => {
  const piece = (text: string, reason: string, token?: string) =>
    JSON.stringify({
      candidates: [
        {
          content: { parts: [{ text }] },
          finishReason: reason,
          ...(token === undefined ? {} : { continuationToken: token }),
        },
      ],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3 },
    })
  server.answerWith(
    { status: 200, headers: JSON_TYPE, body: piece('One ', 'CONTINUATION', 'dG9rZW4=') },
    { status: 200, headers: JSON_TYPE, body: piece('two.', 'STOP') },
  )
  const result = await caller.chat(makeTarget(makeRow('gemini', 'm'), server.baseUrl), REQUEST, makeContext())
  expect(result).toMatchObject({ text: 'One two.', finishReason: 'stop', usage: { inputTokens: 10, outputTokens: 6 } })
  expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toMatchObject({ continuationToken: 'dG9rZW4=' })
})

test('Gemini: images are inline data among the parts', async () => {
  const parts = [{ text: 'Here:' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }]
  server.answerWith({ status: 200, headers: JSON_TYPE, body: JSON.stringify({ candidates: [{ content: { parts } }] }) })
  const result = await caller.image(
    makeTarget(makeRow('gemini', 'm'), server.baseUrl),
    { model: 'any', prompt: 'a' },
    makeContext(),
  )
  expect(result.images).toEqual([{ base64: 'AAAA', mediaType: 'image/png' }])
})

test.each([
  ['IMAGE_SAFETY', 'Unable to show the generated image.', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', undefined, 'content-filter'],
  ['NO_IMAGE', undefined, 'stop'],
])('Gemini: no image because of %s says so', async (finishReason, finishMessage, meant) => {
  const candidate = { content: { role: 'model' }, finishReason, ...(finishMessage && { finishMessage }) }
  server.answerWith({ status: 200, headers: JSON_TYPE, body: JSON.stringify({ candidates: [candidate] }) })
  const target = makeTarget(makeRow('gemini', 'm'), server.baseUrl)
  const result = await caller.image(target, { model: 'any', prompt: 'a' }, makeContext())
  expect(result).toMatchObject({ images: [], finishReason: meant })
  if (meant === 'content-filter') expect(result.notes?.[0]?.message).toContain(finishMessage ?? finishReason)
})

test('Gemini: a prompt for an image that is blocked is refused content', async () => {
  const body = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 4 } }
  server.answerWith({ status: 200, headers: JSON_TYPE, body: JSON.stringify(body) })
  const target = makeTarget(makeRow('gemini', 'm'), server.baseUrl)
  const error = await failure(caller.image(target, { model: 'any', prompt: 'a' }, makeContext()))
  expect([error.code, error.message]).toEqual(['content-refused', expect.stringContaining('PROHIBITED_CONTENT')])
})

test('Gemini: models made for transcription give times and speakers', async () => {
  const audioTranscription = {
    text: 'Hello world',
    languageCode: 'en-US',
    speakerLabel: 'spk_1',
    words: [
      { word: 'Hello', startOffset: '0.200s', endOffset: '0.5s' },
      { word: 'world', startOffset: '0.6s', endOffset: '1.100s' },
    ],
  }
  server.answerWith({
    status: 200,
    headers: JSON_TYPE,
    body: JSON.stringify({ candidates: [{ content: { parts: [{ audioTranscription }] }, finishReason: 'STOP' }] }),
  })
  const target = makeTarget(makeRow('gemini', 'm', { capabilities: ['word-times'] }), server.baseUrl)
  const ask = {
    model: 'any',
    audio: new Uint8Array(4),
    fileName: 'a.wav',
    mediaType: 'audio/wav',
    timestamps: 'word',
    language: 'en',
  } as const
  const result = await caller.transcribe(target, ask, makeContext())
  expect(result).toMatchObject({
    text: 'Hello world',
    language: 'en-US',
    segments: [{ speaker: 'spk_1', startSecond: 0.2, endSecond: 1.1 }],
  })
  expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toMatchObject({
    generationConfig: { audioTranscriptionConfig: { languageCodes: ['en'], wordTimestamp: true } },
  })
})

test('Anthropic: a paused turn goes on', async () => {
  const turn = (text: string, reason: string) =>
    JSON.stringify({
      content: [{ type: 'text', text }],
      stop_reason: reason,
      usage: { input_tokens: 5, output_tokens: 2, cache_read_input_tokens: 3 },
    })
  server.answerWith(
    { status: 200, headers: JSON_TYPE, body: turn('One ', 'pause_turn') },
    { status: 200, headers: JSON_TYPE, body: turn('two.', 'end_turn') },
  )
  const result = await caller.chat(makeTarget(makeRow('anthropic', 'm'), server.baseUrl), REQUEST, makeContext())
  expect(result).toMatchObject({ text: 'One two.', usage: { inputTokens: 16, cachedInputTokens: 6, outputTokens: 4 } })
})

test('lists of several pages are read to their end', async () => {
  const access = { credential: openai().credential, baseUrl: server.baseUrl }
  server.answerWith(
    { status: 200, headers: JSON_TYPE, body: JSON.stringify({ data: [{ id: 'a' }], has_more: true, last_id: 'a' }) },
    { status: 200, headers: JSON_TYPE, body: JSON.stringify({ data: [{ id: 'b' }], has_more: false, last_id: 'b' }) },
  )
  expect((await caller.listModels('anthropic', access, makeContext())).map((model) => model.key)).toEqual(['a', 'b'])
  expect(server.requests.at(-1)?.path).toBe('/v1/models?limit=1000&after_id=a')
  server.answerWith(
    { status: 200, headers: JSON_TYPE, body: JSON.stringify({ models: [{ name: 'models/a' }], nextPageToken: 'p 2' }) },
    { status: 200, headers: JSON_TYPE, body: JSON.stringify({ models: [{ name: 'models/b' }] }) },
  )
  expect((await caller.listModels('gemini', access, makeContext())).map((model) => model.key)).toEqual(['a', 'b'])
  expect(server.requests.at(-1)?.path).toBe('/models?pageSize=1000&pageToken=p%202')
})

test('lists with rows of every fault are read as far as they can be', async () => {
  const rows = [null, 5, {}, { id: '' }, { id: 'ok', type: null, pricing: null, context_length: 'many' }]
  server.answerWith({ status: 200, headers: JSON_TYPE, body: JSON.stringify(rows) })
  const access = { credential: openai().credential, baseUrl: server.baseUrl }
  expect(await caller.listModels('together', access, makeContext())).toEqual([{ key: 'ok' }])
})

test('an image by address at Gemini: fetched by the host, or refused before any call', async () => {
  const messages = [
    { role: 'user', content: [{ type: 'image', source: { url: 'https://example.org/a.png' } }] },
  ] as const
  const target = makeTarget(makeRow('gemini', 'm'), server.baseUrl)
  const before = server.requests.length
  expect((await failure(caller.chat(target, { model: 'any', messages }, makeContext()))).code).toBe(
    'unsupported-capability',
  )
  expect(server.requests.length).toBe(before)
  const fetching = createCaller({
    providers: builtInProviders,
    fetchImage: () => Promise.resolve({ base64: 'QUJD', mediaType: 'image/png' }),
  })
  server.answerWith({
    status: 200,
    headers: JSON_TYPE,
    body: JSON.stringify({ candidates: [{ content: { parts: [{ text: 'A' }] }, finishReason: 'STOP' }] }),
  })
  await fetching.chat(target, { model: 'any', messages }, makeContext())
  expect(server.requests.at(-1)?.body).toContain('"inlineData":{"mimeType":"image/png","data":"QUJD"}')
})
