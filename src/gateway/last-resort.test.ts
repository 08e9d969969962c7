/** The last resort: asked when all others failed, by those who can. */
import { expect, test } from 'vitest'
import { createFakeClock } from '../lib/fake-clock.ts'
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
