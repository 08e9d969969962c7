import { expect, test } from 'vitest'
import { AppError } from '../errors.ts'
import { createFakeClock } from '../lib/fake-clock.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { DEFAULT_POLICY } from './resilience/policy.ts'
import {
  createScriptedCaller,
  row,
  type LoggedCall,
  type ScriptedCaller,
  type Step,
} from './testing/scripted-caller.ts'
import type { StreamPart } from './types/answers.ts'
import type { Credential } from './types/credential.ts'
import type { ModelRow } from './types/models.ts'
import type { ChatRequest } from './types/requests.ts'

const credential = (provider: string, name: string): Credential => ({
  id: `${provider}-${name}`,
  name,
  provider,
  secret: () => 'secret',
  weight: 1,
})

const setUp = (
  rows: readonly ModelRow[],
  script: (model: string, nth: number, call: LoggedCall) => Step | Promise<Step>,
  keys: Record<string, readonly string[]> = {},
): { gateway: Gateway; caller: ScriptedCaller; clock: ReturnType<typeof createFakeClock> } => {
  const clock = createFakeClock(1_000_000)
  const caller = createScriptedCaller(script)
  const gateway = createGateway({
    caller,
    catalog: createCatalog(rows),
    credentials: (provider) => ({
      baseUrl: 'http://127.0.0.1',
      needsCredential: true,
      credentials: (keys[provider] ?? ['one']).map((name) => credential(provider, name)),
    }),
    clock,
    random: () => 0.5,
    policy: DEFAULT_POLICY,
  })
  return { gateway, caller, clock }
}

const ask = (model: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  model,
  messages: [{ role: 'user', content: 'Say something.' }],
  maxOutputTokens: 500,
  ...more,
})

const collect = async (parts: AsyncIterable<StreamPart>): Promise<StreamPart[]> => {
  const all: StreamPart[] = []
  for await (const part of parts) all.push(part)
  return all
}
const textOf = (parts: readonly StreamPart[]): string =>
  parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('')
const finishOf = (parts: readonly StreamPart[]) => {
  const last = parts.at(-1)
  if (last?.type !== 'finish')
    throw new Error(`the stream ended with ${last?.type}: ${last?.type === 'error' ? last.error.message : ''}`)
  return last.answer
}
const errorOf = (parts: readonly StreamPart[]): AppError => {
  const last = parts.at(-1)
  if (last?.type !== 'error') throw new Error(`the stream ended with ${last?.type}`)
  return last.error
}
const rejection = async (promise: Promise<unknown>): Promise<AppError> => {
  try {
    await promise
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown
    throw thrown
  }
  throw new Error('it did not fail')
}

const A = row('alpha/big', { prices: { inputPerMillion: 4, outputPerMillion: 4 } })
const A_SMALL = row('alpha/small')
const B = row('beta/other', { prices: { inputPerMillion: 3, outputPerMillion: 3 } })

test('an answer tells who gave it, the one attempt and its cost', async () => {
  const { gateway } = setUp([A], () => ({ text: 'hello' }))
  const answer = await gateway.chat(ask('alpha/big'))
  expect(answer).toMatchObject({
    text: 'hello',
    provider: 'alpha',
    model: 'big',
    fallbackUsed: false,
    originalModel: null,
    costMicrocents: 6_000,
  })
  expect(answer.attempts).toHaveLength(1)
  expect(answer.attempts[0]).toMatchObject({ outcome: 'answered', credential: 'one', reason: 'chosen', status: 200 })
})

test('model not found goes on at once: same provider first, and the answer says why', async () => {
  const { gateway, caller } = setUp([A, A_SMALL, B], (model) =>
    model === 'alpha/big' ? { fail: 'model-not-found' } : { text: 'from another' },
  )
  const answer = await gateway.chat(ask('alpha/big'))
  expect(caller.calls.map((call) => call.model)).toEqual(['alpha/big', 'alpha/small'])
  expect(answer).toMatchObject({ model: 'small', originalModel: 'alpha/big', fallbackUsed: true })
  expect(answer.notes.find((note) => note.kind === 'fallback')?.message).toContain('alpha/big')
})

test('a retryable failure is tried again once at the same target, then elsewhere', async () => {
  const { gateway, caller, clock } = setUp([A, B], (model) =>
    model === 'alpha/big' ? { fail: 'provider-overloaded' } : { text: 'ok' },
  )
  const answer = gateway.chat(ask('alpha/big'))
  await clock.advance(5_000)
  expect((await answer).provider).toBe('beta')
  expect(caller.calls.map((call) => call.model)).toEqual(['alpha/big', 'alpha/big', 'beta/other'])
})

test('a long Retry-After is not waited for; the caller gets class and wait at once when nobody else can serve', async () => {
  const { gateway, caller } = setUp([A], () => ({ fail: 'provider-rate-limited', retryAfterMs: 7_000 }))
  const error = await rejection(gateway.chat(ask('alpha/big')))
  expect(error.code).toBe('provider-rate-limited')
  expect(error.retryAfterMs).toBe(7_000)
  expect(caller.calls).toHaveLength(1)
})

test('a content refusal and a caller’s fault go straight back with the attempts', async () => {
  for (const code of ['content-refused', 'invalid-request'] as const) {
    const { gateway, caller } = setUp([A, B], () => ({ fail: code }))
    const error = await rejection(gateway.chat(ask('alpha/big')))
    expect(error.code).toBe(code)
    expect(caller.calls).toHaveLength(1)
    expect(error.details).toMatchObject({ originalModel: 'alpha/big', suggestions: ['beta/other'] })
    expect(error.details['attempts']).toHaveLength(1)
  }
})

test('a refused key rests and the provider’s other key answers', async () => {
  const { gateway, caller } = setUp(
    [A],
    (_model, _nth, call) => (call.credential === 'bad' ? { fail: 'credential-invalid' } : { text: 'ok' }),
    {
      alpha: ['bad', 'good'],
    },
  )
  for (let nth = 0; nth < 3; nth += 1) await gateway.chat(ask('alpha/big'))
  expect(caller.calls.filter((call) => call.credential === 'bad').length).toBeLessThanOrEqual(1)
})

test('a text too long for the model goes only to a larger one, and the true limit is learned', async () => {
  const small = row('beta/tiny', { contextLength: 4_000 })
  const large = row('gamma/huge', { contextLength: 200_000 })
  const { gateway, caller } = setUp([A, small, large], (model) =>
    model === 'alpha/big' ? { fail: 'context-too-long', details: { contextLimit: 8_000 } } : { text: 'ok' },
  )
  expect((await gateway.chat(ask('alpha/big'))).model).toBe('huge')
  expect(caller.calls.map((call) => call.model)).toEqual(['alpha/big', 'gamma/huge'])
})

test('a request that cannot fit is refused before any call, with the limit', async () => {
  const { gateway, caller } = setUp([row('alpha/tiny', { contextLength: 2_048 })], () => ({ text: 'ok' }))
  const error = await rejection(
    gateway.chat(ask('alpha/tiny', { messages: [{ role: 'user', content: 'word '.repeat(5_000) }] })),
  )
  expect(error.code).toBe('context-too-long')
  expect(error.details).toMatchObject({ contextLimit: 2_048 })
  expect(caller.calls).toHaveLength(0)
})

test('a rejected parameter is taken out, asked again once, and never sent again', async () => {
  const { gateway, caller } = setUp([A], (_model, _nth, call) =>
    call.rules.drop?.includes('temperature') === true
      ? { text: 'ok' }
      : { fail: 'unsupported-parameter', details: { parameter: 'temperature' } },
  )
  const answer = await gateway.chat(ask('alpha/big', { temperature: 0.2 }))
  expect(answer.notes.map((note) => note.kind)).toContain('parameter-learned')
  await gateway.chat(ask('alpha/big', { temperature: 0.2 }))
  expect(caller.calls).toHaveLength(3)
})

test('no fallback means no fallback', async () => {
  const { gateway, caller } = setUp([A, B], () => ({ fail: 'model-not-found' }))
  expect((await rejection(gateway.chat(ask('alpha/big'), { fallbackModels: [] }))).code).toBe('model-not-found')
  expect(caller.calls).toHaveLength(1)
})

test('an unknown model is refused with near names', async () => {
  const { gateway } = setUp([A, B], () => ({ text: 'ok' }))
  const error = await rejection(gateway.chat(ask('alpha/bigg')))
  expect(error.code).toBe('model-unknown')
  expect(error.details['suggestions']).toContain('alpha/big')
})

test('a stream that breaks before its first word is taken over unseen', async () => {
  const { gateway } = setUp([A, B], (model) =>
    model === 'alpha/big' ? { pieces: [], then: 'fail' } : { text: 'whole' },
  )
  const parts = await collect(gateway.stream(ask('alpha/big')))
  expect(parts.filter((part) => part.type === 'start')).toEqual([{ type: 'start', provider: 'beta', model: 'other' }])
  expect(finishOf(parts)).toMatchObject({ text: 'whole', fallbackUsed: true })
})

test('a stream that stops without its end is not taken for whole', async () => {
  const { gateway } = setUp([A], () => ({ pieces: ['Half a '], then: 'stop' }))
  const error = errorOf(await collect(gateway.stream(ask('alpha/big'))))
  expect(error.code).toBe('stream-interrupted')
  expect(error.details['attempts']).toHaveLength(1)
})

test('after the first word the next target goes on, and a restarted text is joined', async () => {
  const whole = 'The first point was the budget, the second the plan for the next year.'
  const { gateway, caller } = setUp([A, B], (model) =>
    model === 'alpha/big' ? { pieces: [whole.slice(0, 20), whole.slice(20, 41)], then: 'fail' } : { text: whole },
  )
  const parts = await collect(gateway.stream(ask('alpha/big')))
  expect(textOf(parts)).toBe(whole)
  const answer = finishOf(parts)
  expect(answer).toMatchObject({ text: whole, provider: 'beta', fallbackUsed: true })
  expect(answer.notes.map((note) => note.kind)).toContain('continued')
  expect(answer.usage.reported).toBe(false)
  expect(caller.calls[1]?.request.messages.at(-2)).toEqual({ role: 'assistant', content: whole.slice(0, 41) })
})

test('a prefilled turn is used where it is supported and left out where it is refused', async () => {
  const prefilling = row('beta/other', { capabilities: ['stream', 'prefill'] })
  const { gateway, caller } = setUp([A, prefilling], (model, nth) => {
    if (model === 'alpha/big') return { pieces: ['One two '], then: 'fail' }
    return nth === 0 ? { fail: 'provider-rejected', message: 'prefill is not supported' } : { text: 'three four' }
  })
  const parts = await collect(gateway.stream(ask('alpha/big')))
  expect(textOf(parts)).toBe('One two three four')
  expect(caller.calls[1]?.request.messages.at(-1)?.role).toBe('assistant')
  expect(caller.calls[2]?.request.messages.at(-1)?.role).toBe('user')
})

test('what cannot be joined ends in an error of the stream, never in a mixed text', async () => {
  const { gateway } = setUp([A, B], (model) =>
    model === 'alpha/big'
      ? { pieces: ['The first point was the budget, and'], then: 'fail' }
      : { text: 'The first point was the budget of the northern office.' },
  )
  const parts = await collect(gateway.stream(ask('alpha/big')))
  expect(textOf(parts)).toBe('The first point was the budget, and')
  expect(errorOf(parts).code).toBe('stream-interrupted')
})

test('by policy an interrupted stream ends with the error and asks nobody', async () => {
  const { gateway, caller } = setUp([A, B], () => ({ pieces: ['Half'], then: 'fail' }))
  const parts = await collect(gateway.stream(ask('alpha/big'), { interruptionPolicy: 'error' }))
  expect(errorOf(parts).code).toBe('stream-interrupted')
  expect(caller.calls).toHaveLength(1)
})

test('silence ends after the first-token limit, and the silent provider is not asked again', async () => {
  const { gateway, caller, clock } = setUp([A, A_SMALL, B], (model) =>
    model.startsWith('alpha') ? { hang: true } : { text: 'ok' },
  )
  const parts = collect(gateway.stream(ask('alpha/big')))
  await clock.advance(12_100)
  expect(finishOf(await parts).provider).toBe('beta')
  expect(caller.calls.map((call) => call.model)).toEqual(['alpha/big', 'beta/other'])
  expect(caller.calls[0]?.signal.aborted).toBe(true)
})

test('a stream that stalls is ended after the gap limit and continued', async () => {
  const { gateway, clock } = setUp([A, B], (model) =>
    model === 'alpha/big' ? { pieces: ['One two three four '], then: 'hang' } : { text: 'One two three four five six' },
  )
  const parts = collect(gateway.stream(ask('alpha/big')))
  await clock.advance(15_100)
  expect(textOf(await parts)).toBe('One two three four five six')
})

test('the caller’s leaving reaches the provider at once', async () => {
  const { gateway, caller, clock } = setUp([A, B], () => ({ hang: true }))
  const leaving = new AbortController()
  const answer = rejection(gateway.chat(ask('alpha/big'), { signal: leaving.signal }))
  await clock.advance(100)
  leaving.abort()
  expect((await answer).code).toBe('cancelled')
  expect(caller.calls).toHaveLength(1)
  expect(caller.calls[0]?.signal.aborted).toBe(true)
})

test('one deadline holds over all attempts', async () => {
  const { gateway, clock } = setUp([A, B], () => ({ hang: true }))
  const answer = rejection(gateway.chat(ask('alpha/big'), { deadlineMs: 20_000 }))
  await clock.advance(20_100)
  const error = await answer
  expect(error.code).toBe('provider-timeout')
  expect(error.details).toMatchObject({ phase: 'deadline' })
})

test('a cut text is flagged as such', async () => {
  const { gateway } = setUp([A], () => ({ text: 'half of', finish: 'length' }))
  const answer = await gateway.chat(ask('alpha/big'))
  expect(answer.finishReason).toBe('length')
  expect(answer.notes.map((note) => note.kind)).toContain('truncated')
})

test('an answer with nothing in it is a failure and the next target is asked', async () => {
  const { gateway } = setUp([A, B], (model) => (model === 'alpha/big' ? { text: '  ' } : { text: 'words' }))
  expect((await gateway.chat(ask('alpha/big'))).text).toBe('words')
})

test('a dead model sees a handful of calls, however many requests come at the moment it dies', async () => {
  let dead = false
  const { gateway, caller, clock } = setUp([A, B], (model) =>
    model === 'alpha/big' && dead ? { fail: 'provider-error' } : { text: 'ok' },
  )
  for (let nth = 0; nth < 20; nth += 1) await gateway.chat(ask('alpha/big'))
  await clock.advance(1_000)
  dead = true
  caller.calls.length = 0
  const answers = Promise.all(Array.from({ length: 1_000 }, () => gateway.chat(ask('alpha/big'))))
  await clock.advance(30_000)
  for (const answer of await answers) expect(answer.provider).toBe('beta')
  expect(caller.calls.filter((call) => call.model === 'alpha/big').length).toBeLessThanOrEqual(10)
})

test('during an outage probes are few, and the model serves again within 30 s of its recovery', async () => {
  let dead = true
  const { gateway, caller, clock } = setUp([A, B], (model) =>
    model === 'alpha/big' && dead ? { fail: 'provider-error' } : { text: 'ok' },
  )
  const load = async (seconds: number): Promise<string[]> => {
    const providers: string[] = []
    for (let second = 0; second < seconds; second += 1) {
      const answers = [0, 1, 2, 3].map(() => gateway.chat(ask('alpha/big')))
      await clock.advance(1_000)
      providers.push(...(await Promise.all(answers)).map((answer) => answer.provider))
    }
    return providers
  }
  await load(60)
  caller.calls.length = 0
  await load(60)
  expect(caller.calls.filter((call) => call.model === 'alpha/big').length).toBeLessThanOrEqual(5)
  dead = false
  const after = await load(30)
  expect(after.slice(-4)).toEqual(['alpha', 'alpha', 'alpha', 'alpha'])
})

test('transcription falls back like a chat', async () => {
  const whisper = { operations: ['transcribe' as const], inputModalities: ['audio' as const] }
  const { gateway } = setUp([row('alpha/ear', whisper), row('beta/ear', whisper)], (model) =>
    model === 'alpha/ear' ? { fail: 'provider-unreachable' } : { text: 'heard' },
  )
  const answer = await gateway.transcribe({
    model: 'alpha/ear',
    audio: new Uint8Array(10),
    fileName: 'a.wav',
    mediaType: 'audio/wav',
  })
  expect(answer).toMatchObject({ text: 'heard', provider: 'beta', originalModel: 'alpha/ear', fallbackUsed: true })
})

const SCHEMA = {
  type: 'schema' as const,
  name: 'note',
  schema: {
    type: 'object',
    properties: { title: { type: 'string' }, count: { type: 'number' } },
    required: ['title', 'count'],
  },
}

test('an answer of the wrong form is mended once by its model, and both attempts are told', async () => {
  const { gateway, caller } = setUp([A], (_model, nth) => ({
    text: nth === 0 ? '{"title": 1' : '{"title":"a","count":2}',
  }))
  const answer = await gateway.chat(ask('alpha/big', { responseFormat: SCHEMA }))
  expect(answer.json).toEqual({ title: 'a', count: 2 })
  expect(answer.attempts.map((attempt) => attempt.errorCode)).toEqual(['output-invalid', null])
  expect(caller.calls[1]?.request.messages.at(-2)).toMatchObject({ role: 'assistant' })
})

test('an answer that stays wrong is an error with the raw text, after one repair and no more', async () => {
  const { gateway, caller } = setUp([A, B], () => ({ text: '[1, 2]' }))
  const error = await rejection(gateway.chat(ask('alpha/big', { responseFormat: SCHEMA })))
  expect(error.code).toBe('output-invalid')
  expect(error.details['raw']).toBe('[1, 2]')
  expect(caller.calls).toHaveLength(2)
})

test('the built-in provider is never a stand-in unless it is named', async () => {
  const offline = row('offline/basic')
  const { gateway, caller } = setUp([A, offline], (model) =>
    model === 'alpha/big' ? { fail: 'model-not-found' } : { text: 'rules' },
  )
  expect((await rejection(gateway.chat(ask('alpha/big')))).code).toBe('model-not-found')
  expect(caller.calls).toHaveLength(1)
  expect((await gateway.chat(ask('alpha/big'), { fallbackModels: ['offline/basic'] })).text).toBe('rules')
})
