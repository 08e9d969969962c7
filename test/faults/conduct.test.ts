import type { Socket } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import type { SimulatorUrls } from '../../simulator/simulator-api.ts'
import { createCaller } from '../../src/gateway/caller.ts'
import { createCatalog, createGateway, DEFAULT_POLICY, type Gateway } from '../../src/gateway/index.ts'
import { createSend, type Send } from '../../src/gateway/wire/transport.ts'
import type { ChatAnswer, StreamPart } from '../../src/gateway/types/answers.ts'
import type { ModelRow } from '../../src/gateway/types/models.ts'
import type { ChatRequest } from '../../src/gateway/types/requests.ts'
import { allProviders, STAND_IN, standInRow } from './targets.ts'

const simulator = createSimulator()
let urls: SimulatorUrls
beforeAll(async () => {
  urls = (await simulator.start()).urls
})
beforeEach(() => simulator.reset())
afterAll(() => simulator.close())

const caller = createCaller({ providers: allProviders })
const chosen: ModelRow = { ...standInRow('conduct'), provider: 'openai', key: 'gpt-4o-mini' }
const other = standInRow('conduct')

const open = (keys: readonly string[] = ['one'], by = caller): Gateway =>
  createGateway({
    caller: by,
    catalog: createCatalog([chosen, other]),
    credentials: (provider) => ({
      baseUrl: provider === STAND_IN ? urls.compatible : urls.openai,
      needsCredential: true,
      credentials: keys.map((key) => ({ id: key, name: key, provider, weight: 1, secret: () => `sim-key-${key}` })),
    }),
    // A loaded machine must not look like a silent provider here.
    policy: { ...DEFAULT_POLICY, queueMs: { interactive: 30_000, background: 30_000 } },
  })
const ask: ChatRequest = {
  model: 'openai/gpt-4o-mini',
  messages: [{ role: 'user', content: 'Say one word. [[sim:say:word]]' }],
  maxOutputTokens: 20,
}
/** The healthy stand-in is reached as always, everything else through this dispatcher. */
const sendBy = (dispatcher: Agent): Send => {
  const [usual, given] = [createSend(), createSend({ dispatcher })]
  return (message) => (message.url.startsWith(urls.compatible) ? usual(message) : given(message))
}
const finished = async (parts: AsyncIterable<StreamPart>): Promise<ChatAnswer> => {
  for await (const part of parts) {
    if (part.type === 'finish') return part.answer
    if (part.type === 'error') throw part.error
  }
  throw new Error('the stream had no end')
}
const seen = () => simulator.log().filter((entry) => entry.provider === 'openai')

test('a thousand requests at the moment a model dies: all are answered, and the dead one sees a handful', async () => {
  const gateway = open(['one', 'two', 'three'])
  for (let nth = 0; nth < 10; nth += 1) await gateway.chat(ask)
  simulator.addFault({ provider: 'openai', fault: 'server-error' })
  const before = seen().length
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => gateway.chat(ask)))
  expect(answers.every((answer) => answer.provider === STAND_IN && answer.fallbackUsed)).toBe(true)
  // The handful, and what was admitted within the moment in which the calls before it showed life.
  expect(seen().length - before).toBeLessThanOrEqual(20)
}, 60_000)

test('limits are kept by waiting: the provider refuses nobody', async () => {
  simulator.setLimits('openai', { requestsPerMinute: 600 })
  const gateway = open()
  // Uses up the bucket, so that from then on ten a second come back.
  await gateway.chat(ask)
  simulator.setLimits('openai', { requestsPerMinute: 30, tokensPerMinute: 1_000_000 })
  for (let nth = 0; nth < 34; nth += 1) await gateway.chat(ask)
  expect(seen().filter((entry) => entry.status === 429)).toEqual([])
  expect(seen()).toHaveLength(35)
}, 60_000)

test('the caller’s leaving reaches the provider in a stream and in a whole answer', async () => {
  simulator.addFault({ provider: 'openai', fault: 'stall' })
  const gateway = open()
  const leaving = new AbortController()
  const long = { ...ask, messages: [{ role: 'user' as const, content: 'Tell a story.' }], maxOutputTokens: 500 }
  for await (const part of gateway.stream(long, { signal: leaving.signal })) {
    if (part.type === 'text-delta') leaving.abort()
    if (part.type === 'error') expect(part.error.code).toBe('cancelled')
  }
  await expect.poll(() => seen()[0]?.clientAbortedAtMs).toEqual(expect.any(Number))
  const second = new AbortController()
  const answer = gateway.chat(long, { signal: second.signal })
  await expect.poll(() => seen().length).toBe(2)
  second.abort()
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
  await expect.poll(() => seen()[1]?.clientAbortedAtMs).toEqual(expect.any(Number))
})

test('the connection is closed in the same turn in which the caller leaves: no timer and no promise stands between', async () => {
  simulator.addFault({ provider: 'openai', fault: 'stall' })
  const sockets: Socket[] = []
  const connect = buildConnector({})
  const watched = new Agent({
    connect: (options, done) =>
      connect(options, (...[error, socket]) => {
        if (socket !== null) sockets.push(socket)
        if (error === null) done(null, socket)
        else done(error, null)
      }),
  })
  const gateway = open(['one'], createCaller({ providers: allProviders, send: sendBy(watched) }))
  const long = { ...ask, messages: [{ role: 'user' as const, content: 'Tell a story.' }], maxOutputTokens: 500 }
  const streaming = new AbortController()
  for await (const part of gateway.stream(long, { signal: streaming.signal })) {
    if (part.type !== 'text-delta' || streaming.signal.aborted) continue
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([false])
    streaming.abort()
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true])
  }
  const whole = new AbortController()
  const answer = gateway.chat(long, { signal: whole.signal }).catch((thrown: unknown) => thrown)
  await expect.poll(() => seen().length).toBe(2)
  whole.abort()
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true])
  expect(await answer).toMatchObject({ code: 'cancelled' })
  await watched.destroy()
})

test('a key that is revoked rests, the other one answers, and no request fails', async () => {
  simulator.setKeys('openai', ['sim-key-good'])
  const gateway = open(['good', 'revoked'])
  for (let nth = 0; nth < 20; nth += 1) expect((await gateway.chat(ask)).provider).toBe('openai')
  expect(seen().filter((entry) => entry.status === 401).length).toBeLessThanOrEqual(2)
})

test('a model that flaps is asked again and answered by somebody each time', async () => {
  simulator.addFault({ provider: 'openai', fault: 'flapping:2:2:overloaded' })
  const gateway = open()
  for (let nth = 0; nth < 30; nth += 1) {
    const answer = await gateway.chat(ask)
    expect(answer.text).toBe('word')
    expect(answer.attempts.at(-1)?.provider).toBe(answer.provider)
  }
}, 60_000)

test('an address that takes no connection is given up after the connect limit, and another provider answers', async () => {
  // Each attempt to connect stays open for ever, as at a host whose queue is full.
  const never = new Agent({ connect: () => undefined })
  const gateway = createGateway({
    caller: createCaller({ providers: allProviders, send: sendBy(never) }),
    catalog: createCatalog([chosen, other]),
    credentials: (provider) => ({
      baseUrl: provider === STAND_IN ? urls.compatible : 'http://127.0.0.1:9',
      needsCredential: false,
      credentials: [{ id: 'one', name: 'one', provider, weight: 1, secret: () => 'sim-key-one' }],
    }),
    policy: {
      ...DEFAULT_POLICY,
      limits: {
        ...DEFAULT_POLICY.limits,
        // The healthy one must be reached within it too, by a machine that is busy.
        interactive: { ...DEFAULT_POLICY.limits.interactive, connectMs: 1_500 },
      },
    },
  })
  for (const answer of [await gateway.chat(ask), await finished(gateway.stream(ask))]) {
    expect(answer.provider).toBe(STAND_IN)
    expect(answer.attempts[0]).toMatchObject({ errorCode: 'provider-unreachable', status: null })
    expect(answer.attempts[0]?.errorMessage).toContain('1.5 s')
  }
  await never.destroy()
})
