/** A connection that nobody takes costs the connect limit and not the first-token limit. */
import { expect, test } from 'vitest'
import { createFakeClock } from '../lib/fake-clock.ts'
import { createCatalog } from './catalog/catalog.ts'
import { createGateway } from './gateway.ts'
import { DEFAULT_POLICY } from './resilience/policy.ts'
import { createScriptedCaller, row } from './testing/scripted-caller.ts'

const { connectMs } = DEFAULT_POLICY.limits.interactive

test('a provider that is not connected in time is passed over for the whole request', async () => {
  const clock = createFakeClock(0)
  const caller = createScriptedCaller((model) => (model.startsWith('alpha') ? { connecting: true } : { text: 'ok' }))
  const gateway = createGateway({
    caller,
    catalog: createCatalog([row('alpha/big'), row('alpha/small'), row('beta/other')]),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] }),
    clock,
  })
  const answer = gateway.chat({ model: 'alpha/big', messages: [{ role: 'user', content: 'Say something.' }] })
  await clock.advance(connectMs + 100)
  expect((await answer).attempts).toMatchObject([
    { model: 'big', errorCode: 'provider-unreachable', durationMs: connectMs },
    { provider: 'beta', outcome: 'answered' },
  ])
  expect(caller.calls.map((call) => call.model)).toEqual(['alpha/big', 'beta/other'])
  expect(caller.calls[0]?.signal.aborted).toBe(true)
})
