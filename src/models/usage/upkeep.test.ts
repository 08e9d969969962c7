import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/setup/database.ts'
import { createFakeClock } from '../../lib/fake-clock.ts'
import { createPartitionsStore, daysFrom } from './partitions.store.ts'
import { createUpkeepStore } from './upkeep.store.ts'
import { createUpkeepTask } from './upkeep.ts'

const database = await createTestDatabase()
afterAll(() => database.close())
const { db } = database

const DAY_MS = 86_400_000
const run = {
  runId: 'r',
  trigger: 'schedule',
  startedBy: null,
  dueAt: new Date(),
  signal: new AbortController().signal,
} as const

test('partitions are made ahead by several processes at once, and dropped whole when their time is over', async () => {
  const clock = createFakeClock(Date.parse('2026-11-22T23:59:00Z'))
  const stores = [createPartitionsStore(db), createPartitionsStore(db), createPartitionsStore(db)]
  await Promise.all(stores.map((store) => store.ensure(daysFrom(clock.now(), 3))))
  const partitions = createPartitionsStore(db)
  expect((await partitions.list()).map(({ name }) => name).sort()).toEqual([
    'attempts_20261122',
    'attempts_20261123',
    'attempts_20261124',
    'error_log_20261122',
    'error_log_20261123',
    'error_log_20261124',
  ])

  const task = createUpkeepTask({ partitions, store: createUpkeepStore(db), retentionDays: 30, clock })
  await sql`insert into usage_batches values (gen_random_uuid(), 1, ${new Date(clock.now())})`.execute(db)
  expect((await task.run(run)).statement).toMatchObject({ code: 'upkeep-done', parameters: { partitions: 0 } })
  await clock.advance(31 * DAY_MS)
  const told = await task.run(run)
  expect(told.result?.['dropped']).toEqual(['attempts_20261122', 'error_log_20261122'])
  expect(told.result?.['removed']).toBe(1)
  const days = new Set((await partitions.list()).map(({ day }) => day))
  expect([...days].sort()).toEqual([
    '2026-11-23',
    '2026-11-24',
    '2026-11-25',
    '2026-12-23',
    '2026-12-24',
    '2026-12-25',
    '2026-12-26',
  ])
  // Nothing is over any more, so doing it again changes nothing.
  expect((await task.run(run)).result?.['dropped']).toEqual([])
})
