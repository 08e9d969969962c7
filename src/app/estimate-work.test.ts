import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../test/setup/database.ts'
import { row } from '../gateway/testing/scripted-caller.ts'
import { createFakeClock } from '../lib/fake-clock.ts'
import { createWorkEstimator } from './estimate-work.ts'

const database = await createTestDatabase()
afterAll(() => database.close())
const clock = createFakeClock(Date.UTC(2026, 4, 10, 12))
const day = (back: number): Date => new Date(Date.UTC(2026, 4, 10 - back))

const estimator = createWorkEstimator({
  db: database.db,
  clock,
  count: (_, text) => Math.ceil(text.length / 4),
  models: {
    rowOf: (name) => row(name, { contextLength: 128_000 }),
    modelOf: (name) => ({ provider: 'p', model: name.slice(2), multiplier: 1 }),
    isOwn: () => false,
  },
})
const secondsOf = async (model: string): Promise<number | null> =>
  (await estimator.estimate('summary', { model, engine: 'local' }, { seconds: null, characters: 40_000 })).seconds

const wrote = async (model: string, operation: string, start: Date, outputTokens: number, durationMs: number) => {
  const none = { attempts: 0, failed: 0, provider_failed: 0, cancelled: 0, skipped: 0, input_tokens: 0 }
  const rest = { cached_tokens: 0, reasoning_tokens: 0, cost_microcents: 0, unpriced: 0, answered: 1 }
  const sums = { ...none, ...rest, duration_sum_ms: durationMs, output_tokens: outputTokens }
  const lists = { durations: [], first_tokens: [] }
  await database.db
    .insertInto('usage_rollups')
    .values({ grain: 'day', level: 'each', start, provider: 'p', model, operation, ...sums, ...lists })
    .execute()
}

test('before the first run of its kind the time comes from how fast the model wrote other texts', async () => {
  await wrote('known', 'translation', day(0), 10_000, 100_000)
  await wrote('known', 'enhancement', day(3), 10_000, 300_000)
  // 900 tokens of a summary, at 20 ms each.
  expect(await secondsOf('p/known')).toBeCloseTo(18)
})

test('a model that wrote nothing lately, or was only checked, has no time', async () => {
  await wrote('checked', 'probe', day(0), 10, 5_000)
  await wrote('old', 'summary', day(40), 1_000, 5_000)
  expect(await secondsOf('p/checked')).toBeNull()
  expect(await secondsOf('p/old')).toBeNull()
  expect(await secondsOf('p/never')).toBeNull()
})
