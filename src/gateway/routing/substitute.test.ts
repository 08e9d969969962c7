/** One model in the place of another, through the whole gateway. */
import { expect, test } from 'vitest'
import { createFakeClock } from '../../lib/fake-clock.ts'
import { createCatalog } from '../catalog/catalog.ts'
import { createGateway } from '../gateway.ts'
import type { AttemptRecord } from '../metering/meter.ts'
import { createScriptedCaller, row, type Step } from '../testing/scripted-caller.ts'
import type { Substitution } from './substitute.ts'

const rows = [row('alpha/old'), row('beta/new'), row('gamma/other')]
/** The user `new` is in the candidate's arm. */
const trial: Substitution = ({ provider, key }, labels) =>
  `${provider}/${key}` !== 'alpha/old' || labels['userId'] === undefined
    ? null
    : {
        candidate: 'beta/new',
        takesPart: labels['userId'] === 'new',
        reason: 'rollout: 10 % of users are answered by beta/new in place of alpha/old',
        labels: { rollout: 'r1', arm: labels['userId'] === 'new' ? 'candidate' : 'control' },
      }

const setUp = (script: (model: string) => Step, substitute: Substitution = trial) => {
  const records: AttemptRecord[] = []
  const gateway = createGateway({
    caller: createScriptedCaller(script),
    catalog: createCatalog(rows),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] }),
    meter: { record: (record) => void records.push(record) },
    substitute,
    clock: createFakeClock(1_000_000),
    random: () => 0.5,
  })
  const ask = (userId?: string, model = 'alpha/old', more = {}) =>
    gateway.chat(
      { model, messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 500, ...more },
      userId === undefined ? {} : { labels: { userId } },
    )
  return { ask, records }
}
const answers = (): Step => ({ text: 'yes' })

test('a user in the arm is answered by the new model, is told so, and it counts as no fallback', async () => {
  const { ask, records } = setUp(answers)
  const answer = await ask('new')
  expect(answer).toMatchObject({ provider: 'beta', model: 'new', originalModel: 'alpha/old', fallbackUsed: false })
  expect(answer.attempts).toMatchObject([{ model: 'new', reason: expect.stringContaining('10 % of users') as string }])
  expect(answer.notes).toMatchObject([{ kind: 'substituted', message: expect.stringContaining('beta/new') as string }])
  expect(records[0]?.labels).toEqual({ userId: 'new', rollout: 'r1', arm: 'candidate' })
})

test('other users go on with the old one and are measured', async () => {
  const { ask, records } = setUp(answers)
  expect(await ask('someone')).toMatchObject({ provider: 'alpha', originalModel: null, notes: [] })
  expect(records[0]?.labels).toMatchObject({ arm: 'control' })
})

test('without a user, or for another model, nothing changes', async () => {
  const { ask, records } = setUp(answers)
  expect(await ask()).toMatchObject({ provider: 'alpha' })
  expect(await ask('new', 'gamma/other')).toMatchObject({ provider: 'gamma' })
  expect(await ask('new', 'beta/new')).toMatchObject({ provider: 'beta', originalModel: null })
  expect(records.every(({ labels }) => labels['rollout'] === undefined)).toBe(true)
})

test('when the new one fails the old one answers, as a fallback', async () => {
  const { ask } = setUp((model) => (model === 'beta/new' ? { fail: 'output-empty' } : { text: 'yes' }))
  expect(await ask('new')).toMatchObject({ provider: 'alpha', model: 'old' })
})

test('a request that the new one cannot take is part of no arm', async () => {
  const records: AttemptRecord[] = []
  const needsTools = { tools: [{ name: 'look', parameters: {} }] }
  const able = [row('alpha/old', { capabilities: ['stream', 'tools'] }), row('beta/new', { capabilities: ['stream'] })]
  const gateway = createGateway({
    caller: createScriptedCaller(answers),
    catalog: createCatalog(able),
    credentials: () => ({ baseUrl: 'http://127.0.0.1', needsCredential: false, credentials: [] }),
    meter: { record: (record) => void records.push(record) },
    substitute: trial,
    clock: createFakeClock(1_000_000),
  })
  const request = { model: 'alpha/old', messages: [{ role: 'user' as const, content: 'Hello' }], ...needsTools }
  expect(await gateway.chat(request, { labels: { userId: 'new' } })).toMatchObject({ provider: 'alpha' })
  expect(records.at(-1)?.labels).toEqual({ userId: 'new' })
})
