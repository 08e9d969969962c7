/**
 * Fourteen days on a clock that the test sets: scripted traffic, a real database, the simulated providers for probes, a
 * webhook that listens. One model degrades and recovers; a good new model takes over; a bad one is sent back.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AttemptRecord } from '../../src/gateway/index.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import type { CallWindows, ModelWindow } from '../../src/models/alerts/call-windows.ts'
import { createWatchTask } from '../../src/models/alerts/watch.ts'
import { createAutoDisable } from '../../src/models/auto-disable/auto-disable.ts'
import type { Disablement } from '../../src/models/auto-disable/disablements.store.ts'
import { createRollouts } from '../../src/models/rollout/rollouts.ts'
import { createRandom } from '../../bench/rollout/simulate.ts'
import { openModelHouse, TODAY, type ModelHouse } from '../models/house.ts'
import { useSimulator } from '../simulator/start-simulator.ts'
import { openDelivery } from './delivery.ts'
import { startHookServer } from './hook-server.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const STEP_MS = 15 * MINUTE_MS

const SICK = { provider: 'groq', model: 'openai/gpt-oss-120b' } as const
const DOWN_FROM = TODAY + 3 * DAY_MS
const DOWN_UNTIL = TODAY + 5 * DAY_MS

const running = useSimulator()
const hook = await startHookServer()
let house: ModelHouse
const never = new AbortController().signal

/** Every call of the sick model: one a minute while it is switched on. */
const calls: { readonly atMs: number; readonly failed: boolean }[] = []

/** As the rollups would tell it. */
const windows: CallWindows = {
  window(from, to) {
    const within = calls.filter(({ atMs }) => atMs >= from.getTime() && atMs < to.getTime())
    const failures = within.filter(({ failed }) => failed).length
    const window: ModelWindow = {
      ...SICK,
      requests: within.length,
      failures,
      p50Ms: 800,
      p95Ms: 2_000,
      averageMs: 900,
      inputTokens: 0,
      outputTokens: 0,
      costMicrocents: 0,
      unpriced: 0,
    }
    return Promise.resolve(within.length === 0 ? [] : [window])
  },
  failureCodes: (_name, from, to) =>
    Promise.resolve({
      'provider-error': calls.filter((one) => one.failed && one.atMs >= from.getTime() && one.atMs < to.getTime())
        .length,
    }),
}

const random = createRandom(2026)
const chance = (share: number): boolean => random() < share

interface Truth {
  readonly errorRate: number
  readonly medianMs: number
}
const TRUTHS: Readonly<Record<string, Truth>> = {
  'openai/gpt-4o': { errorRate: 0.01, medianMs: 1_500 },
  'openai/gpt-4o-mini': { errorRate: 0.008, medianMs: 1_200 },
  'anthropic/claude-sonnet-4-5': { errorRate: 0.01, medianMs: 2_000 },
  'anthropic/claude-haiku-4-5': { errorRate: 0.12, medianMs: 900 },
}
const USERS = Array.from({ length: 400 }, (_, at) => `user-${at}`)

beforeAll(async () => {
  house = await openModelHouse(running.urls)
}, 60_000)
afterAll(async () => {
  await house.close()
  await hook.close()
})

const nameOf = (text: string) => {
  const [provider = '', key = ''] = text.split(/\/(.*)/s)
  return { provider, key }
}

test('a fortnight', async () => {
  const { clock, database, life, ai } = house
  const { db } = database
  const { notifier, deliver, close } = await openDelivery({ db, clock, hookUrl: hook.url, locale: 'en' })
  const autoDisable = createAutoDisable({ db, statistics: windows, ...life.probing })
  const watch = createWatchTask({
    db,
    statistics: windows,
    queues: () => Promise.resolve([]),
    disk: () => Promise.resolve(null),
    userBudgets: () => Promise.resolve([]),
    notifier,
    autoDisable,
    clock,
  })
  const rollouts = createRollouts({ db, catalog: ai.models.catalog, clock, logger: silentLogger })
  clock.set(TODAY)
  const good = await rollouts.create({ control: 'openai/gpt-4o', candidate: 'openai/gpt-4o-mini' }, 'admin@example.org')
  const bad = await rollouts.create(
    { control: 'anthropic/claude-sonnet-4-5', candidate: 'anthropic/claude-haiku-4-5' },
    'admin@example.org',
  )
  await expect(
    rollouts.create({ control: 'openai/gpt-4o', candidate: 'groq/openai/gpt-oss-120b' }, 'x'),
  ).rejects.toMatchObject({
    code: 'conflict',
  })

  /** A request as the gateway would record it: to the control, or to the one that stands in for it. */
  const ask = (control: string, userId: string, atMs: number): void => {
    const row = ai.models.catalog.find(control)
    const found = row === null ? null : rollouts.substitute(row, { userId })
    const model = found?.takesPart === true ? found.candidate : control
    const truth = TRUTHS[model] ?? { errorRate: 0, medianMs: 1_000 }
    const failed = chance(truth.errorRate)
    const { provider, key } = nameOf(model)
    const record: AttemptRecord = {
      provider,
      model: key,
      credential: null,
      credentialId: null,
      startedAtMs: atMs,
      durationMs: truth.medianMs * (0.5 + random() * 1.2),
      firstTokenMs: null,
      outcome: failed ? 'failed' : 'answered',
      errorCode: failed ? 'provider-error' : null,
      errorMessage: null,
      status: null,
      usage: null,
      costMicrocents: 5_000,
      reason: 'chosen',
      requestId: createId(atMs),
      operation: 'chat',
      labels: { userId, ...found?.labels },
      request: {},
    }
    rollouts.measuring.meter.record(record)
    // What the caller did wrong counts for nobody.
    if (chance(0.3))
      rollouts.measuring.meter.record({
        ...record,
        requestId: createId(atMs),
        outcome: 'failed',
        errorCode: 'content-refused',
      })
  }

  const disablements = (): Promise<Disablement[]> => autoDisable.list({ open: false, limit: 10 })
  const isOn = async (): Promise<boolean> => (await house.row(SICK.provider, SICK.model)).active
  let on = true
  let disabledAt: number | null = null
  let downFault: number | null = null
  for (let nowMs = TODAY; nowMs < TODAY + 14 * DAY_MS; nowMs += STEP_MS) {
    const isDown = nowMs >= DOWN_FROM && nowMs < DOWN_UNTIL
    if (isDown && downFault === null) downFault = running.simulator.addFault({ ...SICK, fault: 'status:500' }).id
    if (!isDown && nowMs >= DOWN_UNTIL && downFault !== null) {
      running.simulator.removeFault(downFault)
      downFault = null
    }
    for (let minute = 0; minute < 15; minute += 1) {
      const atMs = nowMs + minute * MINUTE_MS
      if (on) calls.push({ atMs, failed: isDown || chance(0.01) })
      for (const control of ['openai/gpt-4o', 'anthropic/claude-sonnet-4-5'])
        for (let request = 0; request < 3; request += 1)
          ask(control, USERS[Math.floor(random() * USERS.length)] ?? '', atMs)
    }
    clock.set(nowMs + STEP_MS)
    await watch.run({ runId: '', trigger: 'schedule', startedBy: null, dueAt: new Date(nowMs), signal: never })
    await deliver()
    await rollouts.step()
    on = await isOn()
    if (!on) disabledAt ??= nowMs + STEP_MS
    // The administrator reads the proposal on the eighth day.
    const [one] = await disablements()
    if (one?.state === 'proposed' && nowMs >= TODAY + 7 * DAY_MS) {
      await house.admin.change(
        nameOf(`${SICK.provider}/${SICK.model}`),
        { active: true },
        { kind: 'admin', id: null, name: 'admin' },
      )
      on = true
    }
  }

  // Switched off at the first look at which more than half of the last 24 hours' requests had failed.
  const [one] = await disablements()
  expect(one).toMatchObject({ provider: SICK.provider, key: SICK.model, state: 'enabled', endedBy: 'administrator' })
  const evidence = one?.evidence
  expect(evidence?.errorRate).toBeGreaterThan(0.5)
  const before = calls.filter(
    ({ atMs }) => atMs >= (disabledAt ?? 0) - STEP_MS - DAY_MS && atMs < (disabledAt ?? 0) - STEP_MS,
  )
  expect(before.filter(({ failed }) => failed).length / before.length).toBeLessThanOrEqual(0.5)
  expect(disabledAt).toBeGreaterThan(DOWN_FROM + 11 * HOUR_MS)
  expect(disabledAt).toBeLessThan(DOWN_FROM + 13 * HOUR_MS)
  expect(evidence).toMatchObject({
    threshold: 0.5,
    minimumSamples: 20,
    codes: { 'provider-error': evidence?.failures },
  })

  // Probes failed while it was down and were capped; then three good ones in a row proposed it.
  const probes = one?.probes ?? []
  expect(probes.length).toBeLessThanOrEqual(24)
  expect(probes.filter(({ ok }) => !ok).length).toBeGreaterThan(3)
  expect(probes.slice(-3).map(({ ok }) => ok)).toEqual([true, true, true])
  expect(Date.parse(probes.at(-1)?.at ?? '')).toBeGreaterThan(DOWN_UNTIL)
  expect(await isOn()).toBe(true)
  // Its failures from before count no more.
  expect(await disablements()).toHaveLength(1)

  const told = hook.received.flatMap(({ body }) => body.alerts ?? [])
  const opened = (kind: string): number =>
    told.filter((alert) => alert.kind === kind && alert.event === 'opened').length
  expect({
    'model-error-rate': opened('model-error-rate'),
    'model-auto-disabled': opened('model-auto-disabled'),
    'model-recovered': opened('model-recovered'),
    'rollout-ended': opened('rollout-ended'),
  }).toEqual({ 'model-error-rate': 1, 'model-auto-disabled': 1, 'model-recovered': 1, 'rollout-ended': 2 })
  const over = told.filter(({ event }) => event === 'resolved').map(({ kind }) => kind)
  expect(over.toSorted()).toEqual(['model-auto-disabled', 'model-error-rate', 'model-recovered'])

  // The good one climbed, step by step; the bad one was sent back while only a few users had met it.
  const climbed = await rollouts.find(good.id)
  expect(climbed).toMatchObject({ status: 'completed', percent: 100 })
  expect(climbed.decisions.map(({ action, toPercent }) => `${action} ${toPercent}`)).toEqual([
    'started 10',
    'promoted 50',
    'completed 100',
  ])
  expect(climbed.decisions.at(-1)?.comparisons.every(({ verdict }) => verdict === 'good-enough')).toBe(true)
  expect(climbed.series.candidate.length).toBeGreaterThan(5)
  const back = await rollouts.find(bad.id)
  expect(back).toMatchObject({ status: 'rolled-back', percent: 0 })
  expect(back.reason).toMatch(/^The candidate is worse: errors/)
  expect(back.decisions.map(({ action }) => action)).toEqual(['started', 'rolled-back'])
  expect(back.arms.candidate.requests).toBeLessThan(300)
  // Nobody is sent to it any more; everybody to the good one, with or without a user.
  const controlOf = (name: string) => ai.models.catalog.find(name)
  const [oldGood, oldBad] = [controlOf('openai/gpt-4o'), controlOf('anthropic/claude-sonnet-4-5')]
  expect(oldGood && rollouts.substitute(oldGood, {})?.takesPart).toBe(true)
  expect(oldBad && rollouts.substitute(oldBad, { userId: 'user-1' })).toBeNull()
  await close()
}, 180_000)
