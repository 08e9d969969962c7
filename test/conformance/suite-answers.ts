/** Answers, plain and streamed: text, tools, schemas, images, reasoning. */
import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/gateway/types/json.ts'
import type { Message } from '../../src/gateway/types/messages.ts'
import type { ChatRequest, Tool } from '../../src/gateway/types/requests.ts'
import { parseStructured } from '../../src/gateway/structured/parse-structured.ts'
import { ask, failure } from './bench.ts'
import type { Bench } from './bench.ts'
import { collect, joinDeltas } from './targets.ts'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const WEATHER: Tool = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
}

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    count: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['title', 'count', 'tags'],
  additionalProperties: false,
}

export const runAnswers = (bench: Bench): void => {
  const { caller, chatTarget, context, feature } = bench
  test('chat: text, usage, finish reason and the model that served', async () => {
    const result = await caller().chat(chatTarget(), ask('Tell me about the meeting in Paris in 2024.'), context())
    expect(result.text.length).toBeGreaterThan(20)
    expect(result.finishReason).toBe('stop')
    expect(result.usage.reported).toBe(true)
    expect(result.usage.inputTokens).toBeGreaterThan(5)
    expect(result.usage.outputTokens).toBeGreaterThan(5)
    expect(result.servedModel).toContain(bench.declaration.chat.replace(/-\d{8}$/, ''))
  })

  test('stream: the same answer, finish reason and usage as without', async () => {
    const request = ask('Tell me about the meeting in Paris in 2024.')
    const plain = await caller().chat(chatTarget(), request, context())
    await bench.running.simulator.reset()
    const { parts, result } = await collect(caller().stream(chatTarget(), request, context()))
    expect(parts.filter((part) => part.type === 'text-delta').length).toBeGreaterThan(1)
    expect(joinDeltas(parts).text).toBe(result.text)
    expect(result.text).toBe(plain.text)
    expect(result.finishReason).toBe(plain.finishReason)
    expect([result.usage.inputTokens, result.usage.outputTokens]).toEqual([
      plain.usage.inputTokens,
      plain.usage.outputTokens,
    ])
  })

  test.each(['byte-by-byte', 'split-characters', 'crlf', 'comments', 'gzip', 'unicode'])(
    'stream: %s',
    async (fault) => {
      const request = ask('Tell me about the meeting in Paris in 2024.')
      const plain = await caller().chat(bench.faulty(fault === 'unicode' ? fault : 'gzip'), request, context())
      const { result } = await collect(caller().stream(bench.faulty(fault), request, context()))
      expect(result.text).toBe(plain.text)
    },
  )

  test('a length limit is told as one', async () => {
    const { result } = await collect(
      caller().stream(chatTarget(), ask('Write at length [[sim:long:3000]]', { maxOutputTokens: 64 }), context()),
    )
    expect(result.finishReason).toBe('length')
  })

  feature('tools', 'tools: called, answered, and the conversation goes on', async () => {
    const messages: Message[] = [{ role: 'user', content: 'What is the weather? Use get_weather for Berlin.' }]
    const request: ChatRequest = { model: 'any', messages, tools: [WEATHER], maxOutputTokens: 600 }
    const first = await caller().chat(chatTarget(), request, context())
    expect(first.finishReason).toBe('tool-calls')
    const call = first.toolCalls[0]
    if (call === undefined) throw new Error('no call')
    expect(call.name).toBe('get_weather')
    expect(JSON.parse(call.arguments)).toHaveProperty('city')
    const followUp: ChatRequest = {
      ...request,
      messages: [
        ...messages,
        {
          role: 'assistant',
          content: first.text,
          toolCalls: first.toolCalls,
          ...(first.opaque ? { opaque: first.opaque } : {}),
        },
        ...first.toolCalls.map((one): Message => ({
          role: 'tool',
          toolCallId: one.id,
          content: 'Sunny, 21 degrees',
        })),
      ],
    }
    const second = await caller().chat(chatTarget(), followUp, context())
    expect(second.finishReason).toBe('stop')
    expect(second.text).not.toBe('')
  })

  feature('tools', 'tools: streamed arguments add up to those of the call', async () => {
    const request = ask('Use get_weather for Berlin.', { tools: [WEATHER] })
    const { parts, result } = await collect(caller().stream(chatTarget(), request, context()))
    expect(result.toolCalls.length).toBeGreaterThan(0)
    expect(joinDeltas(parts).calls).toEqual(result.toolCalls.map((call) => call.arguments))
    for (const [index, call] of result.toolCalls.entries()) {
      expect(JSON.parse(call.arguments)).toHaveProperty('city')
      expect(parts.filter((part) => part.type === 'tool-call-start' && part.index === index)).toHaveLength(1)
      expect(parts.filter((part) => part.type === 'tool-call-end' && part.index === index)).toHaveLength(1)
    }
  })

  feature('tools', 'tools: a call without arguments has an empty object', async () => {
    const request = ask('Use get_weather for Berlin. [[sim:tool-no-arguments]]', { tools: [WEATHER] })
    const { parts, result } = await collect(caller().stream(chatTarget(), request, context()))
    expect(result.toolCalls[0]?.arguments).toBe('{}')
    expect(joinDeltas(parts).calls[0]).toBe('{}')
  })

  feature('parallel-tools', 'tools: several calls at once', async () => {
    const request = ask('Use get_weather for the weather in Paris, London and Rome.', { tools: [WEATHER] })
    const { result } = await collect(caller().stream(chatTarget(), request, context()))
    expect(result.toolCalls.map((call) => (JSON.parse(call.arguments) as { city: string }).city)).toEqual([
      'Paris',
      'London',
      'Rome',
    ])
    expect(new Set(result.toolCalls.map((call) => call.id)).size).toBe(3)
  })

  feature('forced-tool', 'tools: a named tool is forced', async () => {
    const request = ask('Hello there.', { tools: [WEATHER], toolChoice: { name: 'get_weather' } })
    const result = await caller().chat(chatTarget(), request, context())
    expect(result.toolCalls[0]?.name).toBe('get_weather')
    expect(result.finishReason).toBe('tool-calls')
  })

  feature('schema', 'an answer by schema, natively and by words alone', async () => {
    const request = ask('Describe the meeting.', {
      responseFormat: { type: 'schema', name: 'meeting', schema: SCHEMA },
    })
    const result = await caller().chat(chatTarget(), request, context())
    expect(parseStructured(result.text, SCHEMA)).toMatchObject({ ok: true })
    // A model that cannot be given a schema is told it in words.
    await caller().chat(bench.target(bench.declaration.chat, { rules: { schema: 'prompt' } }), request, context())
    expect(JSON.stringify(bench.calls().at(-1)?.body)).toContain('valid against this JSON Schema')
  })

  feature('vision', 'an image as bytes', async () => {
    const seeing = bench.target(bench.declaration.vision ?? '')
    const messages: Message[] = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { base64: PIXEL, mediaType: 'image/png' } },
        ],
      },
    ]
    const result = await caller().chat(seeing, { model: 'any', messages, maxOutputTokens: 300 }, context())
    expect(result.text).not.toBe('')
    expect(JSON.stringify(bench.calls().at(-1)?.body)).toContain(PIXEL.slice(0, 40))
  })

  feature('vision-by-address', 'an image by its address', async () => {
    const source = { url: 'https://example.org/image.png' }
    const messages: Message[] = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source },
        ],
      },
    ]
    const request: ChatRequest = { model: 'any', messages, maxOutputTokens: 300 }
    expect((await caller().chat(bench.target(bench.declaration.vision ?? ''), request, context())).text).not.toBe('')
    expect(JSON.stringify(bench.calls().at(-1)?.body)).toContain(source.url)
  })

  test('an image for a model that sees nothing is refused before any call', async () => {
    const blind = bench.target(bench.declaration.chat, { inputModalities: ['text'], capabilities: ['stream', 'tools'] })
    const image = { type: 'image', source: { base64: PIXEL, mediaType: 'image/png' } } as const
    const error = await failure(
      caller().chat(blind, { model: 'any', messages: [{ role: 'user', content: [image] }] }, context()),
    )
    expect(error.code).toBe('unsupported-capability')
    expect(error.details).toMatchObject({
      provider: bench.declaration.id,
      model: bench.declaration.chat,
      capability: 'image',
    })
    expect(bench.calls()).toHaveLength(0)
  })

  feature('reasoning-text', 'reasoning comes apart from the text', async () => {
    const thinking = bench.target(bench.declaration.reasoning ?? bench.declaration.chat)
    const request = ask('Tell me about Paris.', {
      reasoning: { effort: 'low', includeText: true },
      maxOutputTokens: 4000,
    })
    const { parts, result } = await collect(caller().stream(thinking, request, context()))
    const plain = await caller().chat(thinking, request, context())
    expect(plain.reasoning).not.toBe('')
    // Gemini ends its thoughts with empty lines in a plain answer only.
    expect(result.reasoning.trim()).toBe(plain.reasoning.trim())
    expect(joinDeltas(parts).reasoning).toBe(result.reasoning)
    expect(result.text).toBe(plain.text)
  })

  test('reasoning between tags is no part of the text', async () => {
    const request = ask('Tell me about Paris. [[sim:think-tags]]')
    const plain = await caller().chat(chatTarget(), request, context())
    const { result } = await collect(caller().stream(chatTarget(), request, context()))
    expect(plain.text).not.toContain('think>')
    expect(plain.reasoning).not.toBe('')
    expect([result.text, result.reasoning]).toEqual([plain.text, plain.reasoning])
  })
}
