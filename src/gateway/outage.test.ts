/** An outage from its first second to the end: what the dead model sees, and how soon it serves again. Time is a fake clock. */
import { describe, expect, test } from 'vitest'
import { createFakeClock } from '../lib/fake-clock.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { createScriptedCaller, row, type Step } from './testing/scripted-caller.ts'
import type { ChatRequest } from './types/requests.ts'

const ASK: ChatRequest = { model: 'alpha/big', messages: [{ role: 'user', content: 'Say it.' }], maxOutputTokens: 500 }
const OK: Step = { text: 'ok' }

const ways = {
  whole: (gateway: Gateway): Promise<string> => gateway.chat(ASK).then(({ provider }) => provider),
  streamed: async (gateway: Gateway): Promise<string> => {
    for await (const part of gateway.stream(ASK)) if (part.type === 'finish') return part.answer.provider
    return 'nobody'
  },
} as const

const setUp = (dead: Step, keys: number, way: keyof typeof ways) => {
  const clock = createFakeClock(1_000_000)
  const health = { dead: false }
  const caller = createScriptedCaller((model) => (model === 'alpha/big' && health.dead ? dead : OK))
  const gateway = createGateway({
    caller,
    catalog: createCatalog([row('alpha/big'), row('beta/other')]),
    credentials: (provider) => ({
      baseUrl: 'http://127.0.0.1',
      needsCredential: true,
      credentials: Array.from({ length: keys }, (_, at) => ({
        id: `${provider}-${at}`,
        name: `${provider}-${at}`,
        provider,
        weight: 1,
        secret: () => 'key',
      })),
    }),
    clock,
    // Load shared out evenly among the keys would need luck.
    random: () => 0.5,
  })
  /** So many requests a second for so long; who will have answered each. Answers may come later than the load ends. */
  const load = async (seconds: number, aSecond: number): Promise<Promise<string>[]> => {
    const answers: Promise<string>[] = []
    for (let second = 0; second < seconds; second += 1) {
      for (let nth = 0; nth < aSecond; nth += 1) answers.push(ways[way](gateway))
      await clock.advance(1_000)
    }
    return answers
  }
  /** What the dead model saw meanwhile. */
  const callsDuring = async (work: () => Promise<unknown>): Promise<number> => {
    caller.calls.length = 0
    await work()
    return caller.calls.filter(({ model }) => model === 'alpha/big').length
  }
  /** Lets every request that is under way end. */
  const settle = async (answers: readonly Promise<string>[]): Promise<string[]> => {
    await clock.advance(30_000)
    return Promise.all(answers)
  }
  return { health, load, callsDuring, settle }
}

const DEATHS: readonly (readonly [name: string, step: Step])[] = [
  ['fails at once', { fail: 'provider-error' }],
  ['is silent', { hang: true }],
  ['takes no connection', { connecting: true }],
]
const LOADS = [
  [1, 1, 'whole'],
  [30, 3, 'whole'],
  [30, 1, 'streamed'],
] as const

describe.each(DEATHS)('a model that %s', (_name, dead) => {
  test.each(LOADS)(
    'under %i requests a second, with %i keys, %s',
    async (aSecond, keys, way) => {
      const { health, load, callsDuring, settle } = setUp(dead, keys, way)
      void (await load(5, aSecond))
      health.dead = true
      const answers: Promise<string>[] = []
      const calls: number[] = []
      for (let minute = 0; minute < 2; minute += 1)
        calls.push(await callsDuring(async () => void answers.push(...(await load(60, aSecond)))))
      health.dead = false
      void (await load(30, aSecond))
      const after = await settle(await load(5, aSecond))
      expect(after.filter((provider) => provider !== 'alpha')).toEqual([])
      expect((await settle(answers)).filter((provider) => provider !== 'beta')).toEqual([])
      // The minute in which it dies holds the calls that show it; then there are single probes.
      expect(calls[0]).toBeLessThanOrEqual(12)
      expect(calls[1]).toBeLessThanOrEqual(5)
    },
    30_000,
  )
})

test('the load of a thousand requests a second changes nothing', async () => {
  const { health, load, callsDuring } = setUp({ fail: 'provider-error' }, 1, 'whole')
  void (await load(2, 1_000))
  health.dead = true
  expect(await callsDuring(() => load(1, 1_000))).toBeLessThanOrEqual(12)
  expect(await callsDuring(() => load(59, 50))).toBeLessThanOrEqual(5)
}, 60_000)
