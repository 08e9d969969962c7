/**
 * From the gateway of a process to a channel: calls to a model that are held back, and keys that are refused. The real
 * gateway with simulated providers, the collector that writes down what it sees, the rules, and a webhook that listens.
 */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createSignalWatch } from '../../src/app/gateway-signals.ts'
import { toAppError } from '../../src/errors.ts'
import { createId } from '../../src/lib/ids.ts'
import { createWatchTask } from '../../src/models/alerts/watch.ts'
import { createHealthCheck } from '../../src/models/availability/health-check.ts'
import { TODAY, useModelHouse } from '../models/house.ts'
import { openDelivery } from './delivery.ts'
import { startHookServer } from './hook-server.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const MODEL = { provider: 'groq', model: 'openai/gpt-oss-120b' } as const
const never = new AbortController().signal

const running = useModelHouse()
const { house } = running
const hook = await startHookServer()
afterAll(() => hook.close())

let look: () => Promise<void>
let judge: () => Promise<void>

beforeEach(async () => {
  const { clock, ai, database } = house
  const { db } = database
  hook.received.length = 0
  clock.set(TODAY)
  const { notifier, deliver, close } = await openDelivery({ db, clock, hookUrl: hook.url, locale: 'tr' })
  const none = () => Promise.resolve([])
  const task = createWatchTask({
    db,
    statistics: { window: none, failureCodes: () => Promise.resolve({}) },
    queues: none,
    disk: () => Promise.resolve(null),
    userBudgets: () => Promise.resolve([]),
    notifier,
    autoDisable: { disable: () => Promise.resolve(0), probe: () => Promise.resolve(0) },
    clock,
  })
  look = createSignalWatch(ai, db, clock)
  judge = async () => {
    const dueAt = new Date(clock.now())
    await task.run({ runId: createId(), trigger: 'schedule', startedBy: null, dueAt, signal: never })
    await deliver()
  }
  return close
})

/** A minute as the server has it: the process looks every ten seconds, the rules are judged once. */
const pass = async (durationMs: number): Promise<void> => {
  const untilMs = house.clock.now() + durationMs
  while (house.clock.now() < untilMs) {
    for (let seconds = 0; seconds < 60; seconds += 10) {
      await look()
      house.clock.set(house.clock.now() + 10 * SECOND_MS)
    }
    await judge()
  }
}
const told = (): string[] =>
  hook.received.flatMap(({ body }) => (body.alerts ?? []).map(({ event, kind }) => `${event} ${kind}`))

const ask = (model = `${MODEL.provider}/${MODEL.model}`) =>
  house.ai.gateway
    .chat({ model, messages: [{ role: 'user', content: 'Hello' }] }, { fallbackModels: [], interactive: true })
    .then(
      () => 'answered',
      (error: unknown) => toAppError(error).code,
    )
const refuseKey = (): void => running.simulator.setKeys(MODEL.provider, ['sk-another-one'])
const takeKey = (): void => running.simulator.setKeys(MODEL.provider, undefined)

test('calls that are held back for minutes are told once, and that they are let through again', async () => {
  const broken = running.simulator.addFault({ provider: MODEL.provider, fault: 'server-error' })
  // A failure may be tried again; what counts is what the breaker says.
  for (let times = 0; times < 5; times += 1) await ask()
  const row = house.ai.models.catalog.find(`${MODEL.provider}/${MODEL.model}`)
  if (row === null) throw new Error('The seed has no such model')
  expect(house.ai.gateway.insight.door.breakerState(row, null)).not.toBe('closed')

  await pass(4 * MINUTE_MS)
  expect(told()).toEqual([])
  await pass(30 * MINUTE_MS)
  expect(told()).toEqual(['opened breaker-open'])
  const [message] = hook.received
  expect(message?.body.subject).toBe(
    'mp4totext: Yeni: groq/openai/gpt-oss-120b: hatalardan sonra çağrılar bekletiliyor',
  )

  running.simulator.removeFault(broken.id)
  expect(await ask()).toBe('answered')
  await pass(10 * MINUTE_MS)
  expect(told()).toEqual(['opened breaker-open', 'resolved breaker-open'])
  expect(await house.openAlerts()).toEqual([])
})

test('a process that is gone takes what it saw with it', async () => {
  running.simulator.addFault({ provider: MODEL.provider, fault: 'server-error' })
  for (let times = 0; times < 5; times += 1) await ask()
  await pass(8 * MINUTE_MS)
  expect(await house.openAlerts()).toMatchObject([{ kind: 'breaker-open' }])
  house.clock.set(house.clock.now() + 2 * MINUTE_MS)
  await judge()
  expect(await house.openAlerts()).toEqual([])
})

test('a key that is refused is told once, stays told while nobody calls, and is over once it is taken again', async () => {
  refuseKey()
  expect(await ask()).toBe('credential-invalid')
  await pass(2 * MINUTE_MS)
  // Good keys are refused once, too.
  expect(told()).toEqual([])
  await ask()
  await pass(2 * MINUTE_MS)
  expect(told()).toEqual(['opened credential-failing'])
  // Its rest is over long ago, and nothing says that it is good.
  await pass(2 * HOUR_MS)
  expect(told()).toEqual(['opened credential-failing'])
  const [open] = await house.openAlerts()
  expect(open).toMatchObject({ provider: MODEL.provider, severity: 'critical', statement: { code: 'key-refused' } })

  takeKey()
  expect(await ask()).toBe('answered')
  await pass(10 * MINUTE_MS)
  expect(told()).toEqual(['opened credential-failing', 'resolved credential-failing'])
})

test('the hourly check tells who answers, and a list that was read proves a key', async () => {
  const { life, ai, clock, database } = house
  const check = createHealthCheck({ db: database.db, targets: life.targets, listModels: ai.gateway.listModels, clock })
  const run = () =>
    check.run({ runId: createId(), trigger: 'schedule', startedBy: null, dueAt: new Date(clock.now()), signal: never })
  const well = await run()
  const asked = life.targets().filter(({ unreachable }) => unreachable === null).length
  expect(asked).toBeGreaterThan(3)
  expect(well.statement).toEqual({ code: 'health-done', parameters: { answering: asked, asked, silent: [] } })

  refuseKey()
  for (let times = 0; times < 2; times += 1) {
    await ask()
    clock.set(clock.now() + MINUTE_MS)
  }
  await pass(2 * MINUTE_MS)
  expect(told()).toEqual(['opened credential-failing'])
  const ill = await run()
  expect(ill.statement).toEqual({
    code: 'health-done',
    parameters: { answering: asked - 1, asked, silent: [MODEL.provider] },
  })
  const providers = (ill.result?.['providers'] ?? []) as { provider: string; ok: boolean; error: string | null }[]
  expect(providers.find(({ ok }) => !ok)).toMatchObject({
    provider: MODEL.provider,
    error: expect.any(String) as string,
  })

  takeKey()
  await run()
  await pass(10 * MINUTE_MS)
  expect(told()).toEqual(['opened credential-failing', 'resolved credential-failing'])
})

test('a check that is broken off says so, and is no finding', async () => {
  const { life, ai, clock, database } = house
  const check = createHealthCheck({ db: database.db, targets: life.targets, listModels: ai.gateway.listModels, clock })
  const ended = AbortSignal.abort(new Error('The server ends'))
  const dueAt = new Date(clock.now())
  await expect(
    check.run({ runId: createId(), trigger: 'schedule', startedBy: null, dueAt, signal: ended }),
  ).rejects.toThrow('The server ends')
})
