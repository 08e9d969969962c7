/** Every recording of a real provider through the whole stack: our neutral result and our OpenAI-shaped one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import type { Caller } from '../../src/gateway/call.ts'
import { createCaller } from '../../src/gateway/caller.ts'
import { openingChunk, toOpenAiChunks, toOpenAiResponse } from '../../src/gateway/dialects/openai-shape.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import type { JsonObject } from '../../src/gateway/types/json.ts'
import type { ChatRequest } from '../../src/gateway/types/requests.ts'
import { PLAIN, REFUSED, REFUSED_BODIES, STREAMED, TRANSCRIBED } from './fixture-expectations.ts'
import type { Expected } from './fixture-expectations.ts'
import { chunksToReply, fixtureNames, readFixture, readJsonFixture, readRecording, toReply } from './fixture-files.ts'
import { startReplayServer } from './replay-server.ts'
import type { RecordedReply, ReplayServer } from './replay-server.ts'
import { collect, joinDeltas, makeContext, makeRow, makeTarget } from './targets.ts'

let server: ReplayServer
let caller: Caller

beforeAll(async () => {
  server = await startReplayServer()
  caller = createCaller({ providers: builtInProviders, newId: () => 'call_made' })
})
afterAll(() => server.close())

const REQUEST: ChatRequest = { model: 'any', messages: [{ role: 'user', content: 'Say hello.' }] }
const providerOf = (name: string): string => name.split('/')[0] ?? ''
const targetOf = (name: string) => makeTarget(makeRow(providerOf(name), 'recorded-model'), server.baseUrl)
const failed = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error('expected an AppError')
  return error
}

const SHAPE = { id: 'chatcmpl-test', createdSecond: 1, model: 'asked/model', includeUsage: true }

/** The OpenAI form of an expectation, written out on its own. */
const expectedShape = (expected: Expected): JsonObject => {
  const state = (opaque: unknown): object => (opaque ? { provider_state: opaque } : {})
  const finish = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' }
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 1,
    model: 'asked/model',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: expected.toolCalls.length > 0 && expected.text === '' ? null : expected.text,
          refusal: null,
          ...(expected.reasoning === '' ? {} : { reasoning_content: expected.reasoning }),
          ...(expected.toolCalls.length === 0
            ? {}
            : {
                tool_calls: expected.toolCalls.map((call) => ({
                  id: call.id,
                  type: 'function',
                  function: { name: call.name, arguments: call.arguments },
                  ...state(call.opaque),
                })),
              }),
          ...state(expected.opaque),
        },
        logprobs: null,
        finish_reason: finish[expected.finishReason],
      },
    ],
    usage: {
      prompt_tokens: expected.usage.inputTokens,
      completion_tokens: expected.usage.outputTokens,
      total_tokens: expected.usage.inputTokens + expected.usage.outputTokens,
      prompt_tokens_details: {
        cached_tokens: expected.usage.cachedInputTokens,
        cache_write_tokens: expected.usage.cacheWriteTokens,
        audio_tokens: expected.usage.audioInputTokens ?? 0,
      },
      completion_tokens_details: { reasoning_tokens: expected.usage.reasoningTokens },
    },
  }
}

describe('plain answers', () => {
  test.each(Object.entries(PLAIN))('%s', async (name, expected) => {
    server.answerWith(toReply(name))
    const result = await caller.chat(targetOf(name), REQUEST, makeContext())
    expect(result).toEqual({ ...expected, notes: [] })
    expect(toOpenAiResponse(result, SHAPE)).toEqual(expectedShape(expected))
  })
})

/** A client's view of the chunks: what the OpenAI SDKs add up. */
const joinChunks = (chunks: readonly JsonObject[]): JsonObject => {
  const message: Record<string, unknown> = { role: 'assistant', content: '', refusal: null }
  const calls: Record<string, unknown>[] = []
  let finish: unknown = null
  let usage: unknown = null
  for (const chunk of chunks as unknown as {
    choices: { delta: Record<string, unknown>; finish_reason: unknown }[]
    usage: unknown
  }[]) {
    usage = chunk.usage ?? usage
    for (const { delta, finish_reason: reason } of chunk.choices) {
      finish = reason ?? finish
      for (const field of ['content', 'reasoning_content'])
        if (typeof delta[field] === 'string')
          message[field] = ((message[field] as string | undefined) ?? '') + delta[field]
      if (delta['provider_state'] !== undefined) message['provider_state'] = delta['provider_state']
      for (const call of (delta['tool_calls'] ?? []) as Record<string, unknown>[]) {
        const index = call['index'] as number
        const known = (calls[index] ??= { type: 'function', function: { name: '', arguments: '' } })
        const target = known['function'] as { name: string; arguments: string }
        const given = (call['function'] ?? {}) as { name?: string; arguments?: string }
        target.name += given.name ?? ''
        target.arguments += given.arguments ?? ''
        if (call['id'] !== undefined) known['id'] = call['id']
        if (call['provider_state'] !== undefined) known['provider_state'] = call['provider_state']
      }
    }
  }
  if (calls.length > 0) message['tool_calls'] = calls
  if (calls.length > 0 && message['content'] === '') message['content'] = null
  const choice = { index: 0, message, logprobs: null, finish_reason: finish }
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 1,
    model: 'asked/model',
    choices: [choice],
    usage,
  } as unknown as JsonObject
}

const streamReply = (name: string): RecordedReply => {
  if (!name.endsWith('.chunks.txt')) return toReply(name)
  return chunksToReply(name, name.startsWith('openai/') ? 'data: [DONE]\n\n' : '')
}

describe('streams', () => {
  test.each(Object.entries(STREAMED))('%s', async (name, expected) => {
    server.answerWith(streamReply(name))
    const { parts, result } = await collect(caller.stream(targetOf(name), REQUEST, makeContext()))
    expect(result).toEqual({ ...expected, notes: [] })
    expect(joinDeltas(parts)).toEqual({
      text: expected.text,
      reasoning: expected.reasoning,
      calls: expected.toolCalls.map((call) => call.arguments),
    })
    const chunks = [openingChunk(SHAPE), ...parts.flatMap((part) => toOpenAiChunks(part, SHAPE))]
    expect(joinChunks(chunks)).toEqual(expectedShape(expected))
  })

  test('a stream cut anywhere before its end is a failure, never a shorter answer', async () => {
    for (const name of Object.keys(STREAMED)) {
      const reply = streamReply(name)
      const whole = String(reply.body)
      for (const share of [0.1, 0.3, 0.5, 0.7]) {
        server.answerWith({ ...reply, body: whole.slice(0, Math.floor(whole.length * share)) })
        const outcome = await collect(caller.stream(targetOf(name), REQUEST, makeContext())).catch(
          (thrown: unknown) => thrown as AppError,
        )
        // The finish reason may lie early in a short stream; then all content has come.
        if (outcome instanceof AppError) expect([name, outcome.code]).toEqual([name, 'stream-interrupted'])
        else
          expect([name, outcome.result.text, outcome.result.toolCalls]).toEqual([
            name,
            STREAMED[name]?.text,
            STREAMED[name]?.toolCalls,
          ])
      }
    }
  })

  test('an answer that is whole waits for nobody: the server leaves the connection open', async () => {
    for (const name of Object.keys(STREAMED)) {
      const reply = streamReply(name)
      server.answerWith({ ...reply, body: String(reply.body).replace('data: [DONE]\n\n', ''), leaveOpen: true })
      const { result } = await collect(caller.stream(targetOf(name), REQUEST, makeContext()))
      expect([name, result.text]).toEqual([name, STREAMED[name]?.text])
    }
  })

  test('groq/stream-error-tool_use_failed: an error event in a 200 stream has its true code', async () => {
    const name = 'groq/stream-error-tool_use_failed.http.json'
    server.answerWith(toReply(name))
    const error = await failed(collect(caller.stream(targetOf(name), REQUEST, makeContext())))
    expect(error.code).toBe('output-invalid')
    expect(error.details).toMatchObject({
      provider: 'groq',
      model: 'recorded-model',
      status: 400,
      providerCode: 'tool_use_failed',
    })
  })
})

describe('refusals', () => {
  test.each(Object.entries(REFUSED))('%s', async (name, expected) => {
    server.answerWith(toReply(name))
    const isList = readRecording(name).request.method === 'GET'
    const target = targetOf(name)
    const work = isList
      ? caller.listModels(providerOf(name), { credential: target.credential, baseUrl: server.baseUrl }, makeContext())
      : caller.chat(target, REQUEST, makeContext())
    const error = await failed(work)
    expect(error.code).toBe(expected.code)
    expect(error.details).toMatchObject({
      provider: providerOf(name),
      model: isList ? null : 'recorded-model',
      status: readRecording(name).response.status,
      ...expected.details,
    })
    if (name.includes('429')) expect(error.retryAfterMs).toBe(48_000)
  })

  test.each(Object.entries(REFUSED_BODIES))('%s', async (name, expected) => {
    server.answerWith({
      status: expected.status,
      headers: { 'content-type': 'application/json' },
      body: readFixture(name),
    })
    const error = await failed(caller.chat(targetOf(name), REQUEST, makeContext()))
    expect(error.code).toBe(expected.code)
    expect(error.details).toMatchObject(expected.details ?? {})
  })

  const cases = Object.entries(TRANSCRIBED).flatMap(([name, list]) =>
    list.map((expected, index) => ({ name, index, expected })),
  )
  test.each(cases)('$name case $index', async ({ name, index, expected: [code, details, retryAfterMs] }) => {
    const { cases: recorded } = readJsonFixture<{
      cases: { status: number; headers?: Record<string, string>; body: unknown }[]
    }>(name)
    expect(recorded.length).toBe(TRANSCRIBED[name]?.length)
    const one = recorded[index]
    if (one === undefined) throw new Error('no such case')
    const headers = { 'content-type': 'application/json', ...one.headers }
    server.answerWith({ status: one.status, headers, body: JSON.stringify(one.body) })
    const error = await failed(caller.chat(targetOf(name), REQUEST, makeContext()))
    expect(error.code).toBe(code)
    expect(error.details).toMatchObject({ status: one.status, ...details })
    expect(error.retryAfterMs).toBe(retryAfterMs)
  })
})

test('no recording is left out', () => {
  const covered = new Set([
    ...Object.keys(PLAIN),
    ...Object.keys(STREAMED),
    ...Object.keys(REFUSED),
    ...Object.keys(REFUSED_BODIES),
    ...Object.keys(TRANSCRIBED),
    'groq/stream-error-tool_use_failed.http.json',
    'openai/transcription-whisper-1.http.json',
    'gemini/transcription.http.json',
    'anthropic/count_tokens.http.json',
    // Replayed in src/gateway/metering/cost.test.ts.
    'usage-costs.json',
    'index.md',
  ])
  const streamOf = (name: string): string => name.replace(/\.(sse|ndjson)\.txt$/, '.http.json')
  const missing = fixtureNames().filter((name) => !covered.has(streamOf(name)) && !name.includes('models-list'))
  expect(missing).toEqual([])
})
