/** One suite for every provider: the same questions, the same expectations, over the real wire of the simulator. */
import { afterEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import type { CallContext, Caller, CallTarget } from '../../src/gateway/call.ts'
import type { ChatRequest, JsonObject, Message, Tool } from '../../src/gateway/types.ts'
import { parseStructured } from '../../src/gateway/structured/parse-structured.ts'
import { makeWav } from '../simulator/start-simulator.ts'
import type { Running } from '../simulator/start-simulator.ts'
import type { Declaration, Feature } from './declarations.ts'
import { collect, joinDeltas, makeContext, makeRow, makeTarget } from './targets.ts'

export interface SuiteInput {
  readonly declaration: Declaration
  readonly running: Running
  readonly caller: () => Caller
}

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

const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'any',
  messages: [
    { role: 'system', content: 'You are brief.' },
    { role: 'user', content },
  ],
  maxOutputTokens: 600,
  ...more,
})

const failure = async (work: Promise<unknown>): Promise<AppError> => {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(thrown instanceof AppError)) throw new Error(`expected an AppError, got ${String(thrown)}`)
  return thrown
}

export const runConformance = ({ declaration, running, caller }: SuiteInput): void => {
  const target = (key: string, changes: Parameters<typeof makeRow>[2] = {}, secret?: string): CallTarget =>
    makeTarget(makeRow(declaration.id, key, changes), running.urls[declaration.simulated], secret)
  const chatTarget = (): CallTarget => target(declaration.chat)
  const faulty = (fault: string): CallTarget => target(`${declaration.chat}+fault:${fault}`)
  const context = (changes: Partial<CallContext> = {}): CallContext => makeContext(changes)
  const calls = () => running.simulator.log()

  const feature = (name: Feature, title: string, work: () => Promise<void>): void => {
    const reason = declaration.skips[name]
    if (reason === undefined) test(title, work)
    else test.skip(`${title} — not: ${reason}`, work)
  }

  describe(`${declaration.id} (${declaration.simulated})`, () => {
    afterEach(() => {
      // Whatever was asked, no key may have reached an address or a body.
      for (const entry of calls())
        expect(JSON.stringify([entry.path, entry.query, entry.body])).not.toContain('test-key')
    })

    test('chat: text, usage, finish reason and the model that served', async () => {
      const result = await caller().chat(chatTarget(), ask('Tell me about the meeting in Paris in 2024.'), context())
      expect(result.text.length).toBeGreaterThan(20)
      expect(result.finishReason).toBe('stop')
      expect(result.usage.reported).toBe(true)
      expect(result.usage.inputTokens).toBeGreaterThan(5)
      expect(result.usage.outputTokens).toBeGreaterThan(5)
      expect(result.servedModel).toContain(declaration.chat.replace(/-\d{8}$/, ''))
    })

    test('stream: the same answer, finish reason and usage as without', async () => {
      const request = ask('Tell me about the meeting in Paris in 2024.')
      const plain = await caller().chat(chatTarget(), request, context())
      running.simulator.reset()
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
        const plain = await caller().chat(faulty(fault === 'unicode' ? fault : 'gzip'), request, context())
        const { result } = await collect(caller().stream(faulty(fault), request, context()))
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
      await caller().chat(target(declaration.chat, { rules: { schema: 'prompt' } }), request, context())
      expect(JSON.stringify(calls().at(-1)?.body)).toContain('valid against this JSON Schema')
    })

    feature('vision', 'an image as bytes', async () => {
      const seeing = target(declaration.vision ?? '')
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
      expect(JSON.stringify(calls().at(-1)?.body)).toContain(PIXEL.slice(0, 40))
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
      expect((await caller().chat(target(declaration.vision ?? ''), request, context())).text).not.toBe('')
      expect(JSON.stringify(calls().at(-1)?.body)).toContain(source.url)
    })

    test('an image for a model that sees nothing is refused before any call', async () => {
      const blind = target(declaration.chat, { inputModalities: ['text'], capabilities: ['stream', 'tools'] })
      const image = { type: 'image', source: { base64: PIXEL, mediaType: 'image/png' } } as const
      const error = await failure(
        caller().chat(blind, { model: 'any', messages: [{ role: 'user', content: [image] }] }, context()),
      )
      expect(error.code).toBe('unsupported-capability')
      expect(error.details).toMatchObject({ provider: declaration.id, model: declaration.chat, capability: 'image' })
      expect(calls()).toHaveLength(0)
    })

    feature('reasoning-text', 'reasoning comes apart from the text', async () => {
      const thinking = target(declaration.reasoning ?? declaration.chat)
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

    feature('key-error', 'a key that is not accepted', async () => {
      const error = await failure(
        caller().chat(target(declaration.chat, {}, 'bad-key-secret-1'), ask('Hello'), context()),
      )
      expect(error.code).toBe('credential-invalid')
      expect(JSON.stringify([error.message, error.details])).not.toContain('bad-key-secret-1')
    })

    test.each([
      ['unknown-model', 'model-not-found'],
      ['server-error', 'provider-error'],
      ['overloaded', 'provider-overloaded'],
      ['context-length', 'context-too-long'],
      ['rate-limit', 'provider-rate-limited'],
      ['permission', 'credential-forbidden'],
      ['reset', 'provider-error'],
      ['garbage', 'provider-error'],
      ['html-ok', 'provider-malformed'],
      ['empty-body', 'provider-malformed'],
      ['null-body', 'provider-malformed'],
      ['error-in-ok', 'provider-error'],
    ] as const)('plain %s is %s, with provider, model and no key', async (fault, code) => {
      const error = await failure(caller().chat(faulty(fault), ask('Hello'), context()))
      expect([fault, error.code]).toEqual([fault, code])
      expect(error.details).toMatchObject({ provider: declaration.id, model: `${declaration.chat}+fault:${fault}` })
      expect(JSON.stringify([error.message, error.details])).not.toContain('test-key')
    })

    test.each(['cut', 'no-finish', 'empty-stream', 'end-only', 'reset-mid-stream', 'reset-after-headers'])(
      'stream %s is an interrupted answer, never a whole one',
      async (fault) => {
        const error = await failure(collect(caller().stream(faulty(fault), ask('Tell me about Paris.'), context())))
        expect([fault, error.code]).toEqual([fault, 'stream-interrupted'])
        expect(error.details).toMatchObject({ provider: declaration.id })
      },
    )

    test('stream malformed-event: skipped and noted, the rest is whole', async () => {
      const plain = await caller().chat(chatTarget(), ask('Tell me about Paris.'), context())
      const { parts, result } = await collect(
        caller().stream(faulty('malformed-event'), ask('Tell me about Paris.'), context()),
      )
      expect(result.text).toBe(plain.text)
      expect(result.notes.map((note) => note.kind)).toEqual(['malformed-event-skipped'])
      expect(parts.filter((part) => part.type === 'note')).toHaveLength(1)
    })

    test.each(['no-done', 'no-done-stall'])('stream %s: a missing end marker is no failure', async (fault) => {
      const plain = await caller().chat(chatTarget(), ask('Tell me about Paris.'), context())
      const { result } = await collect(caller().stream(faulty(fault), ask('Tell me about Paris.'), context()))
      expect(result.text).toBe(plain.text)
    })

    feature('rate-limit-hint', 'a rate limit says how long to wait', async () => {
      const error = await failure(caller().chat(faulty('rate-limit'), ask('Hello'), context()))
      expect(error.retryAfterMs).toBeGreaterThan(0)
    })

    test('abort: a silent call and a stalled stream end at once, and the provider sees it', async () => {
      for (const fault of ['silence', 'stall']) {
        const controller = new AbortController()
        const signal = controller.signal
        const work =
          fault === 'silence'
            ? caller().chat(faulty(fault), ask('Tell me about Paris.'), context({ signal }))
            : collect(caller().stream(faulty(fault), ask('Tell me about Paris.'), context({ signal })))
        setTimeout(() => controller.abort(), 50)
        expect((await failure(work)).code).toBe('cancelled')
        await expect.poll(() => calls().at(-1)?.clientAbortedAtMs).not.toBeNull()
      }
    })

    test('abort: a typed reason stays what it is', async () => {
      const controller = new AbortController()
      const reason = new AppError('provider-timeout', 'no first token in time')
      setTimeout(() => controller.abort(reason), 30)
      const error = await failure(
        caller().chat(faulty('silence'), ask('Hello'), context({ signal: controller.signal })),
      )
      expect(error.code).toBe('provider-timeout')
    })

    test('a consumer who leaves a stream leaves the provider too', async () => {
      running.simulator.setPace({ firstTokenMs: 0, tokensPerSecond: 20 })
      for await (const part of caller().stream(chatTarget(), ask('Write at length [[sim:long:400]]'), context()))
        if (part.type === 'text-delta') break
      await expect.poll(() => calls().at(-1)?.clientAbortedAtMs).not.toBeNull()
    })

    test('headers are told, on errors too', async () => {
      const seen: number[] = []
      const listening = context({
        onHeaders: (status, headers) => seen.push(headers['content-type'] === undefined ? -1 : status),
      })
      await caller().chat(chatTarget(), ask('Hello'), listening)
      await failure(caller().chat(faulty('server-error'), ask('Hello'), listening))
      expect(seen).toEqual([200, 500])
    })

    feature('models', 'models: a list with keys, none of them doubled', async () => {
      const access = { credential: chatTarget().credential, baseUrl: running.urls[declaration.simulated] }
      const models = await caller().listModels(declaration.id, access, context())
      expect(models.length).toBeGreaterThan(2)
      const keys = models.map((model) => model.key)
      expect(new Set(keys).size).toBe(keys.length)
      expect(keys.some((key) => key.startsWith(declaration.chat.replace(/-\d{8}$/, '')))).toBe(true)
    })

    feature('embeddings', 'embeddings: one vector an input, in order', async () => {
      const embedding = target(declaration.embeddings ?? '')
      const both = await caller().embed(embedding, { model: 'any', input: ['first text', 'second text'] }, context())
      const second = await caller().embed(embedding, { model: 'any', input: ['second text'] }, context())
      expect(both.embeddings).toHaveLength(2)
      expect(both.embeddings[0]?.length).toBeGreaterThan(10)
      expect(both.embeddings[1]).toEqual(second.embeddings[0])
      expect(both.embeddings[0]).not.toEqual(both.embeddings[1])
    })

    feature('transcription', 'transcription: text of a recording', async () => {
      running.simulator.setScript('Hello world, this is a test.')
      const wav = makeWav(4)
      const request = {
        model: 'any',
        audio: new Uint8Array(wav),
        fileName: 'speech.wav',
        mediaType: 'audio/wav',
        language: 'en',
      }
      const result = await caller().transcribe(target(declaration.transcription ?? ''), request, context())
      expect(result.text).toContain('Hello world')
    })

    feature('word-times', 'transcription: segments with words in time order', async () => {
      running.simulator.setScript('Hello world, this is a test.')
      const row = { capabilities: ['word-times'] as const }
      const request = {
        model: 'any',
        audio: new Uint8Array(makeWav(4)),
        fileName: 'speech.wav',
        mediaType: 'audio/wav',
        timestamps: 'word' as const,
      }
      const result = await caller().transcribe(target(declaration.transcription ?? '', row), request, context())
      const words = result.segments.flatMap((segment) => segment.words)
      expect(words.length).toBeGreaterThan(3)
      expect(words.map((word) => word.startSecond)).toEqual(
        words.map((word) => word.startSecond).toSorted((a, b) => a - b),
      )
      expect(result.durationSecond).toBeGreaterThan(3)
    })

    feature('images', 'images', async () => {
      const result = await caller().image(
        target(declaration.images ?? ''),
        { model: 'any', prompt: 'a red circle' },
        context(),
      )
      expect(result.images).toHaveLength(1)
    })

    feature('count-tokens', 'tokens are counted without an answer', async () => {
      expect(
        await caller().countTokens(chatTarget(), ask('Tell me about the meeting in Paris.'), context()),
      ).toBeGreaterThan(5)
    })

    test('what is skipped is refused before any call, with a typed error', async () => {
      if (declaration.skips['count-tokens'] !== undefined)
        expect(await caller().countTokens(chatTarget(), ask('Hello'), context())).toBeNull()
      const audio = { model: 'any', audio: new Uint8Array([1]), fileName: 'a.wav', mediaType: 'audio/wav' }
      const attempts: [Feature, () => Promise<unknown>][] = [
        [
          'embeddings',
          () => caller().embed(target('x', { operations: ['chat'] }), { model: 'any', input: ['a'] }, context()),
        ],
        ['transcription', () => caller().transcribe(target('x', { operations: ['chat'] }), audio, context())],
        [
          'images',
          () => caller().image(target('x', { operations: ['chat'] }), { model: 'any', prompt: 'a' }, context()),
        ],
      ]
      for (const [, attempt] of attempts) {
        const error = await failure(attempt())
        expect(error.code).toBe('unsupported-capability')
        expect(error.details).toMatchObject({ provider: declaration.id, model: 'x' })
      }
      expect(calls()).toHaveLength(0)
    })
  })
}
