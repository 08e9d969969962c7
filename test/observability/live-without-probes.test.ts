/** "Now" tells what people do: questions that the server asks by itself are no calls and have no times, only a cost. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFakeClock } from '../../src/lib/fake-clock.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createBatchStore } from '../../src/models/usage/recorder/batch.store.ts'
import { createPartitionsStore } from '../../src/models/usage/partitions.store.ts'
import { createUsageRecorder, type UsageRecorder } from '../../src/models/usage/recorder/recorder.ts'
import { createSpool } from '../../src/models/usage/recorder/spool.ts'
import { createUsageStore } from '../../src/models/usage/usage.store.ts'
import { createUsage } from '../../src/models/usage/usage.ts'
import { createTestDatabase } from '../setup/database.ts'
import { attempt, failure } from './attempts.ts'

const NOW_MS = Date.parse('2026-11-22T10:30:20Z')
const clock = createFakeClock(NOW_MS)
const database = await createTestDatabase()
const { db } = database

let directory: string
let recorder: UsageRecorder
const usage = () =>
  createUsage({
    store: createUsageStore(db),
    recorder,
    clock,
    names: { model: (_provider, key) => key, provider: (id) => id, users: () => Promise.resolve(new Map()) },
  })
const endedAtMs = NOW_MS - 10_000
const labels = { operation: 'probe' }

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'usage-probes-'))
  recorder = createUsageRecorder({
    batches: createBatchStore(db),
    partitions: createPartitionsStore(db),
    spool: createSpool(directory),
    policy: 'off',
    clock,
    logger: silentLogger,
  })
})
afterAll(async () => {
  await recorder.close()
  await database.close()
  await rm(directory, { recursive: true })
})

test('a check of all models while nobody works', async () => {
  for (let nth = 0; nth < 8; nth += 1) recorder.record(attempt({ endedAtMs, labels, durationMs: 20 }))
  for (let nth = 0; nth < 4; nth += 1) recorder.record(failure({ endedAtMs, labels }))
  await recorder.flush()
  const { minutes, lately } = await usage().now()
  expect(minutes.at(-1)).toMatchObject({ attempts: 0, failed: 0 })
  expect(lately).toMatchObject({ attempts: 0, failed: 0, errorRate: null, p50Ms: null, p95Ms: null })
  expect(lately.costUsd).toBeCloseTo((8 * 5_000) / 100_000_000)
})

test('and while somebody does: counts and times are those of the work', async () => {
  for (let nth = 0; nth < 3; nth += 1) recorder.record(attempt({ endedAtMs, durationMs: 2_000 }))
  recorder.record(failure({ endedAtMs }))
  await recorder.flush()
  const { minutes, lately } = await usage().now()
  expect(minutes.at(-1)).toMatchObject({ attempts: 4, failed: 1 })
  expect(lately).toMatchObject({ attempts: 4, failed: 1, errorRate: 0.25 })
  expect(lately.costUsd).toBeCloseTo((11 * 5_000) / 100_000_000)
  for (const period of ['1h', '24h'] as const) {
    const { totals, series } = await usage().overview({ period })
    expect(totals).toMatchObject({ attempts: 4, failed: 1 })
    for (const { p50Ms, p95Ms } of [lately, totals, ...series.filter(({ attempts }) => attempts > 0)]) {
      expect(Math.abs((p50Ms ?? 0) - 2_000)).toBeLessThan(80)
      expect(Math.abs((p95Ms ?? 0) - 2_000)).toBeLessThan(80)
    }
  }
})
