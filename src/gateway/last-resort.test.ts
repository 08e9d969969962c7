/** The last resort: asked when all others failed, by those who can. */
import { expect, test } from 'vitest'
import type { ErrorCode } from '../errors.ts'
import { createFakeClock, type FakeClock } from '../lib/fake-clock.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createGateway } from './gateway.ts'
import { DEFAULT_POLICY } from './resilience/policy.ts'
import { createScriptedCaller, row } from './testing/scripted-caller.ts'

test('the last resort is asked at the end, and passed over without a word while its provider has no key', async () => {
  const names = ['gamma/last', 'delta/last']
  const rows = [row('alpha/big'), row('gamma/last'), row('delta/last')]
  const asked: string[] = []
  const gateway = createGateway({
    caller: createScriptedCaller((model) => {
      asked.push(model)
      return model === 'alpha/big' ? { fail: 'model-not-found' } : { text: 'ok' }
    }),
    catalog: createCatalog(rows),
    credentials: (provider) =>
      provider === 'gamma' ? null : { baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] },
    clock: createFakeClock(0),
    policy: { ...DEFAULT_POLICY, routing: { ...DEFAULT_POLICY.routing, byNameOnly: ['delta'], lastResort: names } },
  })
  const answer = await gateway.chat({ model: 'alpha/big', messages: [{ role: 'user', content: 'Say something.' }] })
  expect(asked).toEqual(['alpha/big', 'delta/last'])
  expect(answer.attempts.map(({ reason }) => reason)).toEqual(['chosen', 'last resort'])
})

const PLENTY = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta']
/** Many models of many providers that all fail, each twice; only the last resort answers. */
const askAmidTrouble = async (model: string, fail: ErrorCode, keys = 1): Promise<readonly string[]> => {
  const clock = createFakeClock(0)
  const rows = [
    ...PLENTY.flatMap((provider) => ['big', 'middle', 'small'].map((key) => row(`${provider}/${key}`))),
    row('omega/last', { prices: { inputPerMillion: 900, outputPerMillion: 900 }, maxOutputTokens: 1_000 }),
  ]
  const credentials = Array.from({ length: keys }, (_, nth) => ({
    id: `key-${nth}`,
    name: `key ${nth}`,
    provider: 'any',
    secret: () => 'secret',
    weight: 1,
  }))
  const gateway = createGateway({
    caller: createScriptedCaller((asked) => (asked === 'omega/last' ? { text: 'ok' } : { fail })),
    catalog: createCatalog(rows),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: true, credentials }),
    clock,
    policy: { ...DEFAULT_POLICY, routing: { ...DEFAULT_POLICY.routing, lastResort: ['omega/last'] } },
  })
  const answered = gateway.chat({ model, messages: [{ role: 'user', content: 'Say something.' }] })
  const { attempts } = await Promise.race([answered, passing(clock)])
  return attempts.map(({ provider }) => provider)
}
/** Time goes on as long as somebody waits. */
const passing = async (clock: FakeClock): Promise<never> => {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(1_000)
  }
}

test.each([
  ['a model that was chosen', 'alpha/big', 'provider-error', 1],
  ['“cheapest”', 'auto:cheapest', 'provider-error', 1],
  ['a provider with more keys than there are attempts', 'alpha/big', 'credential-invalid', 9],
] as const)('however many fail before it, the last resort is asked: %s', async (_name, model, fail, keys) => {
  const asked = await askAmidTrouble(model, fail, keys)
  expect(asked.at(-1)).toBe('omega')
  expect(asked.length).toBeLessThanOrEqual(DEFAULT_POLICY.maxAttempts)
})
