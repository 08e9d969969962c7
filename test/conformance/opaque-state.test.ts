/** Thought signatures and thinking blocks survive a tool loop: directly, through an OpenAI-shaped client, and lost. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { CallResult } from '../../src/gateway/call.ts'
import { createCaller } from '../../src/gateway/caller.ts'
import { fromOpenAiMessages } from '../../src/gateway/dialects/openai-messages.ts'
import { openingChunk, STATE_FIELD, toOpenAiChunks, toOpenAiResponse } from '../../src/gateway/dialects/openai-shape.ts'
import { createOpaqueCache } from '../../src/gateway/opaque-cache.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import type { JsonValue } from '../../src/gateway/types/json.ts'
import type { AssistantMessage, Message } from '../../src/gateway/types/messages.ts'
import type { ChatRequest, Tool } from '../../src/gateway/types/requests.ts'
import { resultParts } from '../../src/gateway/result-parts.ts'
import { useSimulator } from '../simulator/start-simulator.ts'
import { readRecording } from './fixture-files.ts'
import { makeContext, makeRow, makeTarget } from './targets.ts'

const running = useSimulator()
const caller = createCaller({ providers: builtInProviders })

const TOOL: Tool = {
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const QUESTION: Message = { role: 'user', content: 'Use get_weather for Berlin.' }
const request = (messages: readonly Message[]): ChatRequest => ({
  model: 'any',
  messages,
  tools: [TOOL],
  reasoning: { effort: 'low', includeText: true },
  maxOutputTokens: 4000,
})

const target = (provider: 'gemini' | 'anthropic' | 'openai' | 'groq', key: string) =>
  makeTarget(makeRow(provider, key), running.urls[provider])
const gemini = () => target('gemini', 'gemini-3.5-flash')
const anthropic = () => target('anthropic', 'claude-opus-5')

const toAssistant = (result: CallResult): AssistantMessage => ({
  role: 'assistant',
  content: result.text,
  ...(result.reasoning === '' ? {} : { reasoning: result.reasoning }),
  toolCalls: result.toolCalls,
  ...(result.opaque === null ? {} : { opaque: result.opaque }),
})
const withResults = (assistant: AssistantMessage): Message[] => [
  QUESTION,
  assistant,
  ...(assistant.toolCalls ?? []).map((call): Message => ({ role: 'tool', toolCallId: call.id, content: 'Sunny' })),
]
const recordedThinking = readRecording('anthropic/opus-5-text.http.json').response.body.content[0] as JsonValue
const lastBody = (): string => JSON.stringify(running.simulator.log().at(-1)?.body)

/** What a client of our OpenAI-shaped door sends back of an answer; `strips` stands for one that drops unknown fields. */
const throughClient = (result: CallResult, strips: boolean): AssistantMessage => {
  const shaped = JSON.stringify(toOpenAiResponse(result, { id: 'x', createdSecond: 1, model: 'm' }))
  const { choices } = JSON.parse(shaped, (key, value: unknown) =>
    strips && key === STATE_FIELD ? undefined : value,
  ) as { choices: [{ message: unknown }] }
  return fromOpenAiMessages([choices[0].message])[0] as AssistantMessage
}

/** A door that gives this answer in OpenAI's shape, whole or streamed, and keeps what it was asked. */
const startDoor = async (result: CallResult) => {
  const shape = { id: 'x', createdSecond: 1, model: 'm', includeUsage: true }
  let asked: { stream?: boolean; messages?: unknown } = {}
  const server = createServer((incoming, outgoing) => {
    void text(incoming).then((body) => {
      asked = JSON.parse(body) as typeof asked
      if (asked.stream !== true) {
        outgoing.writeHead(200, { 'content-type': 'application/json' })
        return outgoing.end(JSON.stringify(toOpenAiResponse(result, shape)))
      }
      const chunks = [openingChunk(shape), ...[...resultParts(result)].flatMap((part) => toOpenAiChunks(part, shape))]
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
      return outgoing.end(
        [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lastMessages: () => asked.messages,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

const first = async (place: typeof gemini): Promise<CallResult> => {
  const result = await caller.chat(place(), request([QUESTION]), makeContext())
  expect(result.toolCalls).toHaveLength(1)
  if (place !== anthropic) return result
  // The simulator does not think before a call; this block is a recorded one.
  const layout = [{ block: recordedThinking }, { tool: result.toolCalls[0]?.id ?? '' }]
  return { ...result, opaque: { provider: 'anthropic', data: { layout } } }
}

describe.each([
  { name: 'gemini', place: gemini, mark: 'thoughtSignature' },
  { name: 'anthropic', place: anthropic, mark: 'signature' },
])('$name', ({ place, mark }) => {
  test('directly: what came is sent back untouched', async () => {
    const result = await first(place)
    const kept = JSON.stringify([result.opaque, result.toolCalls.map((call) => call.opaque)])
    const signature = /"signature":"([^"]{10,})"/.exec(kept)?.[1]
    if (signature === undefined) throw new Error('the answer carried no signature')
    const next = await caller.chat(place(), request(withResults(toAssistant(result))), makeContext())
    expect(next.text).not.toBe('')
    expect(lastBody()).toContain(`"${mark}":"${signature}"`)
  })

  test('through a client that keeps unknown fields', async () => {
    const result = await first(place)
    const returned = throughClient(result, false)
    expect(returned).toEqual(toAssistant(result))
  })

  test('through the official SDK, as one answer and as a stream', async () => {
    const result = await first(place)
    const server = await startDoor(result)
    const sdk = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 })
    const asked = { model: 'm', messages: [{ role: 'user' as const, content: 'Go.' }] }
    const whole = await sdk.chat.completions.create(asked)
    const streamed = await sdk.chat.completions.stream(asked).finalChatCompletion()
    // The next turn, as the SDK sends it.
    for (const { choices } of [whole, streamed]) {
      await sdk.chat.completions.create({
        ...asked,
        messages: [...asked.messages, ...choices.map(({ message }) => message)],
      })
      expect(fromOpenAiMessages(server.lastMessages()).at(-1)).toEqual(toAssistant(result))
    }
    await server.close()
  })

  test('through a client that drops them: the cache puts the state back', async () => {
    const cache = createOpaqueCache()
    const result = await first(place)
    cache.remember('user-1', result)
    const stripped = withResults(throughClient(result, true))
    expect(JSON.stringify(stripped)).not.toContain('opaque')
    expect(cache.recall('user-1', stripped)).toEqual(withResults(toAssistant(result)))
    expect(cache.recall('user-2', stripped)).toEqual(stripped)
  })

  test('lost for good: the conversation still goes on', async () => {
    const result = await first(place)
    const stripped = withResults(throughClient(result, true))
    expect((await caller.chat(place(), request(stripped), makeContext())).text).not.toBe('')
  })
})

test('state of one provider never reaches another', async () => {
  const result = await first(gemini)
  const messages = withResults(toAssistant(result))
  for (const place of [() => target('openai', 'gpt-4o-mini'), () => target('groq', 'openai/gpt-oss-20b'), anthropic]) {
    await caller.chat(place(), { ...request(messages), reasoning: {} }, makeContext())
    expect(lastBody().toLowerCase()).not.toContain('signature')
    expect(lastBody()).not.toContain('opaque')
  }
})

test('a tool loop begun elsewhere goes on at Gemini, whose models refuse calls without a signature', async () => {
  const begun = await caller.chat(
    target('openai', 'gpt-4o-mini'),
    { ...request([QUESTION]), reasoning: {} },
    makeContext(),
  )
  const next = await caller.chat(gemini(), request(withResults(toAssistant(begun))), makeContext())
  expect(next.text).not.toBe('')
})

test('ids that a provider would refuse are changed alike in call and result', async () => {
  const odd: AssistantMessage = {
    role: 'assistant',
    content: '',
    toolCalls: [
      { id: `functions.get_weather:0/${'x'.repeat(60)}`, name: 'get_weather', arguments: '{"city":"Berlin"}' },
    ],
  }
  for (const [place, limit, charset] of [
    [() => target('openai', 'gpt-4o-mini'), 40, /./],
    [() => target('anthropic', 'claude-haiku-4-5-20251001'), 64, /^[a-zA-Z0-9_-]+$/],
  ] as const) {
    await caller.chat(place(), { ...request(withResults(odd)), reasoning: {} }, makeContext())
    const ids = [...lastBody().matchAll(/"(?:id|tool_call_id|tool_use_id)":"([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(ids).toHaveLength(2)
    expect(ids[0]).toBe(ids[1])
    expect(ids[0]?.length).toBeLessThanOrEqual(limit)
    expect(ids[0]).toMatch(charset)
  }
})
