/** Learned limits grow by evidence: trials of our own against the simulated providers. */
import { expect, test } from 'vitest'
import type { AttemptRecord } from '../../src/gateway/index.ts'
import { createLimitEvidence } from '../../src/models/limits/limit-evidence.ts'
import { createLimitTrials } from '../../src/models/limits/limit-trials.store.ts'
import type { CatalogRow } from '../../src/models/sync/catalog-row.ts'
import { TODAY, useModelHouse } from './house.ts'

const running = useModelHouse()
const { simulator, house } = running

const DAY_MS = 86_400_000
const GROQ = { provider: 'groq', key: 'allam-2-7b' } as const
const TOGETHER = { provider: 'together', key: 'google/gemma-3n-E4B-it' } as const
const ATTEMPT: Omit<AttemptRecord, 'provider' | 'model' | 'usage'> = {
  requestId: 'request',
  operation: 'chat',
  credential: null,
  credentialId: null,
  startedAtMs: TODAY,
  durationMs: 1,
  firstTokenMs: null,
  outcome: 'answered',
  errorCode: null,
  errorMessage: null,
  status: 200,
  costMicrocents: null,
  reason: 'chosen',
  labels: {},
  request: {},
}
type Name = typeof GROQ | typeof TOGETHER

/** As it stood before anything was learned. */
const price = JSON.stringify([{ inputPerMillion: 0.1, outputPerMillion: 0.1 }])
const begin = async ({ provider, key }: Name, contextLength: number, prices = price): Promise<void> => {
  await house.database.db
    .updateTable('models')
    .set({ context_length: contextLength, prices })
    .where('provider', '=', provider)
    .where('key', '=', key)
    .execute()
  await house.ai.models.refresh()
}
const learn = async (name: Name, contextLength: number, refused?: number): Promise<void> => {
  const row = house.ai.models.catalog.find(`${name.provider}/${name.key}`)
  if (row === null) throw new Error('not seeded')
  const bounds = refused === undefined ? undefined : { answered: contextLength, refused }
  house.ai.models.catalog.correct(row, { contextLength, ...(bounds && { bounds }) })
  await expect.poll(async () => (await house.row(name.provider, name.key)).sources.contextLength?.kind).toBe('learned')
}
const chats = () => simulator.log().filter(({ operation }) => operation === 'chat')
let day = 0
/** The task as the timetable runs it, so many days later. */
const run = async (days: number) => {
  day += days
  house.clock.set(TODAY + day * DAY_MS)
  const { statement } = await house.life.growLimits.run({
    runId: `run-${day}`,
    trigger: 'schedule',
    startedBy: null,
    dueAt: new Date(house.clock.now()),
    signal: new AbortController().signal,
  })
  return statement.parameters as { tried: number; grown: string[]; left: number; unpriced: number }
}
const limitOf = ({ provider, key }: Name): Promise<CatalogRow> => house.row(provider, key)

test('a limit that nobody named: the gap is halved day by day, then left alone for a month, and grows when the provider’s does', async () => {
  day = 0
  simulator.models.patch('groq', GROQ.key, { context_window: 11_000 })
  await begin(GROQ, 40_000)
  await learn(GROQ, 8_000, 16_000)
  expect(await run(0)).toMatchObject({ tried: 0 })
  const tried: number[] = []
  for (let one = 0; one < 6; one += 1) tried.push((await run(1)).tried)
  // One a day, until both sides are near.
  expect(tried.slice(-2)).toEqual([0, 0])
  const settled = await limitOf(GROQ)
  const bounds = settled.sources.contextLength?.bounds
  expect(settled.contextLength).toBeGreaterThan(8_000)
  expect((bounds?.refused ?? Infinity) / (settled.contextLength ?? 0)).toBeLessThanOrEqual(1.25)
  expect(house.ai.models.catalog.find('groq/allam-2-7b')?.contextLength).toBe(settled.contextLength)
  expect(chats()).toHaveLength(tried.reduce((sum, one) => sum + one, 0))
  expect(JSON.stringify((await house.admin.find(GROQ)).history)).toContain('was answered')

  // The provider gives more by now: in a month it is found out, and what stood there before comes back.
  simulator.models.patch('groq', GROQ.key, { context_window: 100_000 })
  expect(await run(30)).toMatchObject({ tried: 1, grown: ['groq/allam-2-7b'] })
  for (let one = 0; one < 4; one += 1) await run(1)
  const grown = await limitOf(GROQ)
  expect(grown.contextLength).toBe(40_000)
  expect(grown.sources.contextLength?.kind).not.toBe('learned')
  expect(await run(60)).toMatchObject({ tried: 0 })
})

test('a limit that the provider named is asked about once a month, and its new number is believed', async () => {
  day = 0
  await begin(TOGETHER, 32_768)
  await learn(TOGETHER, 6_000)
  simulator.models.patch('together', TOGETHER.key, { context_length: 5_000 })
  expect(await run(29)).toMatchObject({ tried: 0 })
  expect(await run(1)).toMatchObject({ tried: 1, grown: [] })
  await expect.poll(async () => (await limitOf(TOGETHER)).contextLength).toBeLessThan(6_000)
  expect((await limitOf(TOGETHER)).contextLength).toBeGreaterThan(4_900)
  expect(await run(1)).toMatchObject({ tried: 0 })
})

test('what tells nothing changes nothing: a rate limit, a missing price, a budget that is too small', async () => {
  day = 0
  await begin(GROQ, 40_000)
  await learn(GROQ, 8_000, 16_000)
  simulator.addFault({ provider: 'groq', operation: 'chat', fault: 'rate-limit', times: 10 })
  expect(await run(1)).toMatchObject({ tried: 1, grown: [] })
  expect((await limitOf(GROQ)).contextLength).toBe(8_000)
  simulator.models.patch('groq', GROQ.key, { context_window: 1 })
  const asked = chats().length
  await begin(GROQ, 8_000, '[]')
  expect(await run(1)).toEqual({ tried: 0, grown: [], left: 0, unpriced: 1 })
  await begin(GROQ, 8_000, JSON.stringify([{ inputPerMillion: 100, outputPerMillion: 100 }]))
  expect(await run(1)).toEqual({ tried: 0, grown: [], left: 1, unpriced: 0 })
  expect(chats()).toHaveLength(asked)
})

test('an answer above a learned limit raises it, and changes no limit that was not learned', async () => {
  const evidence = createLimitEvidence({
    catalog: house.ai.models.catalog,
    trials: createLimitTrials(house.database.db),
    refresh: house.ai.models.refresh,
    clock: house.clock,
    logger: { warn: () => expect.unreachable() },
  })
  const answered = ({ provider, key }: Name, inputTokens: number, reported = true): void => {
    const usage = {
      inputTokens,
      outputTokens: 500,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      reported,
    }
    evidence.record({ ...ATTEMPT, provider, model: key, usage })
  }
  await begin(GROQ, 40_000)
  await begin(TOGETHER, 8_000)
  await learn(GROQ, 8_000, 30_000)
  answered(TOGETHER, 10_000)
  answered(GROQ, 7_500)
  answered(GROQ, 20_000, false)
  answered(GROQ, 9_500)
  await expect.poll(() => house.ai.models.catalog.find('groq/allam-2-7b')?.contextLength).toBe(10_000)
  const { sources } = await limitOf(GROQ)
  expect(sources.contextLength).toMatchObject({ bounds: { answered: 10_000, refused: 30_000 } })
  expect((await limitOf(TOGETHER)).contextLength).toBe(8_000)
})
