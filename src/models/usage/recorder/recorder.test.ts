import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { attempt, failure } from '../../../../test/observability/attempts.ts'
import { createTestDatabase } from '../../../../test/setup/database.ts'
import { systemClock, type Clock } from '../../../lib/clock.ts'
import { createId } from '../../../lib/ids.ts'
import { silentLogger, type Logger } from '../../../lib/logger.ts'
import { toAttemptRow } from './attempt-row.ts'
import { createBatchStore, type BatchStore } from './batch.store.ts'
import type { BufferLimits } from './buffer.ts'
import { createPartitionsStore, dayOf } from '../partitions.store.ts'
import { createUsageRecorder, type UsageRecorder } from './recorder.ts'
import { createSpool } from './spool.ts'
import { createUpkeepStore } from '../upkeep.store.ts'

const database = await createTestDatabase()
afterAll(() => database.close())
const { db } = database

let directory: string
const opened: UsageRecorder[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'usage-'))
  for (const table of [
    'attempts',
    'error_log',
    'error_causes',
    'error_hours',
    'usage_rollups',
    'usage_users',
    'usage_batches',
  ])
    await sql`truncate ${sql.table(table)}`.execute(db)
})
afterEach(async () => {
  for (const recorder of opened.splice(0)) await recorder.close()
  await rm(directory, { recursive: true })
})

interface Options {
  readonly batches?: BatchStore
  readonly limits?: Partial<BufferLimits>
  readonly clock?: Clock
  readonly logger?: Logger
}

const open = ({
  batches = createBatchStore(db),
  limits = {},
  clock = systemClock,
  logger = silentLogger,
}: Options = {}) => {
  const partitions = createPartitionsStore(db)
  const spool = createSpool(directory)
  const recorder = createUsageRecorder({ batches, partitions, spool, policy: 'metadata', limits, clock, logger })
  opened.push(recorder)
  return recorder
}

/** Long enough after now for every file to be taken for abandoned. */
const later: Clock = { ...systemClock, now: () => Date.now() + 300_000 }

/** Writes nothing while it is down. */
const breakable = () => {
  const store = createBatchStore(db)
  const state = { down: true }
  const batches: BatchStore = {
    ...store,
    write: (...given) => (state.down ? Promise.reject(new Error('connection refused')) : store.write(...given)),
  }
  return { state, batches }
}

const count = async (table: string): Promise<number> => {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(db)
  return rows[0]?.count ?? 0
}
const rollup = (grain: 'minute' | 'hour' | 'day', level: 'all' | 'each' | 'model') =>
  db.selectFrom('usage_rollups').selectAll().where('grain', '=', grain).where('level', '=', level).execute()
const sum = (rows: readonly { attempts: number }[]): number => rows.reduce((all, { attempts }) => all + attempts, 0)

test('every attempt is stored with all that is known of it, and counted in every rollup', async () => {
  const recorder = open()
  const transcriptionId = createId()
  const labels = { userId: 'ada', operation: 'enhance', transcriptionId, textId: createId() }
  const endedAtMs = Date.parse('2026-11-20T12:30:10Z')
  recorder.record(attempt({ labels, requestId: 'r-1', endedAtMs }))
  recorder.record(failure({ labels, requestId: 'r-1', endedAtMs }))
  await recorder.flush()

  const rows = await db.selectFrom('attempts').selectAll().orderBy('outcome').execute()
  expect(rows[0]).toMatchObject({
    provider: 'alpha',
    model: 'big',
    operation: 'enhance',
    kind: 'chat',
    outcome: 'answered',
    credential_id: 'key-1',
    user_id: 'ada',
    request_id: 'r-1',
    transcription_id: transcriptionId,
    duration_ms: 800,
    first_token_ms: 120,
    input_tokens: 100,
    cached_tokens: 10,
    output_tokens: 20,
    reasoning_tokens: 5,
    cost_microcents: 5_000,
  })
  expect(rows[1]).toMatchObject({ outcome: 'failed', error_code: 'provider-error', blame: 'provider' })
  for (const grain of ['minute', 'hour', 'day'] as const)
    expect(await rollup(grain, 'all')).toMatchObject([{ attempts: 2, answered: 1, failed: 1, provider_failed: 1 }])
  expect(await rollup('hour', 'each')).toMatchObject([{ provider: 'alpha', model: 'big', operation: 'enhance' }])
  expect(await db.selectFrom('usage_users').selectAll().execute()).toMatchObject([{ user_id: 'ada', attempts: 2 }])
  expect(recorder.counts()).toEqual({ recorded: 2, dropped: 0, waiting: 0 })
  expect(await readdir(directory)).toEqual([])
})

test('batches add up: ten writers in a row make the same sums as one', async () => {
  for (let nth = 0; nth < 10; nth += 1) {
    const recorder = open()
    for (let call = 0; call < 20; call += 1) recorder.record(attempt({ durationMs: 100 + nth * 37 + call }))
    await recorder.flush()
  }
  const hours = await rollup('hour', 'model')
  expect(sum(hours)).toBe(200)
  const { rows } = await sql<{ count: number }>`
    select sum(cell & 1099511627775)::bigint as count from usage_rollups, unnest(durations) as cell
    where grain = 'hour' and level = 'all'`.execute(db)
  expect(rows[0]?.count).toBe(200)
})

test('writers at the same time wait for each other and lose nothing', async () => {
  const recorders = [open(), open(), open(), open()]
  for (const recorder of recorders)
    for (let call = 0; call < 200; call += 1)
      recorder.record(attempt({ model: `m${call % 7}`, provider: call % 2 === 0 ? 'alpha' : 'beta' }))
  await Promise.all(recorders.map((recorder) => recorder.flush()))
  expect(sum(await rollup('hour', 'all'))).toBe(800)
  expect(sum(await rollup('hour', 'each'))).toBe(800)
})

test('a batch whose file outlived its commit is not counted twice', async () => {
  const lines = Array.from({ length: 5 }, () => JSON.stringify(toAttemptRow(attempt(), 'metadata')))
  const id = createId()
  await createPartitionsStore(db).ensure([dayOf(Date.now())])
  await createBatchStore(db).write({ id, lines, hasFailures: false }, new Date())
  // The process was killed here: the file is still there, and has two lines more than the database knows.
  const more = [...lines, ...Array.from({ length: 2 }, () => JSON.stringify(toAttemptRow(failure(), 'metadata')))]
  await writeFile(join(directory, `${id}.ndjson`), more.map((line) => `${line}\n`).join(''))

  const recorder = open({ clock: later })
  await recorder.adopt()
  expect(await count('attempts')).toBe(7)
  expect(sum(await rollup('hour', 'all'))).toBe(7)
  expect(await count('error_log')).toBe(2)
  expect(await readdir(directory)).toEqual([])
})

test('a line that a crash cut in two is left out, and the whole ones before it are taken', async () => {
  const line = JSON.stringify(toAttemptRow(attempt(), 'metadata'))
  await writeFile(join(directory, `${createId()}.ndjson`), `${line}\n${line.slice(0, 40)}`)
  const recorder = open({ clock: later })
  expect(await recorder.adopt()).toBe(1)
  expect(recorder.counts().dropped).toBe(0)
})

test('while the database is away records wait on the disk; when it is back all are written', async () => {
  const { state, batches } = breakable()
  const recorder = open({ batches, limits: { batchSize: 10, memoryBytes: 20_000 } })
  for (let call = 0; call < 20; call += 1) recorder.record(attempt())
  await expect(recorder.flush()).rejects.toThrow('connection refused')
  expect(recorder.counts()).toEqual({ recorded: 0, dropped: 0, waiting: 20 })
  expect((await readdir(directory)).length).toBe(2)

  state.down = false
  await recorder.flush()
  expect(recorder.counts()).toEqual({ recorded: 20, dropped: 0, waiting: 0 })
  expect(await count('attempts')).toBe(20)
})

test('what waits leaves memory to the disk: far more waits than memory takes', async () => {
  const { state, batches } = breakable()
  const recorder = open({ batches, limits: { batchSize: 10, memoryBytes: 40_000 } })
  for (let call = 0; call < 1_000; call += 1) recorder.record(attempt())
  expect(recorder.counts()).toEqual({ recorded: 0, dropped: 0, waiting: 1_000 })
  state.down = false
  await recorder.flush()
  expect(await count('attempts')).toBe(1_000)
})

test('without room on disk and in memory records are dropped: counted, said, and never thrown', async () => {
  const said: { message: string | undefined; fields: object }[] = []
  const logger: Logger = { ...silentLogger, error: (fields, message) => void said.push({ fields, message }) }
  const { state, batches } = breakable()
  const recorder = open({ batches, logger, limits: { batchSize: 10, memoryBytes: 20_000, spoolBytes: 0 } })
  for (let call = 0; call < 200; call += 1) recorder.record(attempt())
  const { dropped, waiting } = recorder.counts()
  expect(dropped).toBeGreaterThan(100)
  expect(dropped + waiting).toBe(200)
  expect(said).toHaveLength(1)
  expect(said[0]?.message).toContain('lost')

  state.down = false
  await recorder.flush()
  expect(await count('attempts')).toBe(waiting)
  const told = await db
    .selectFrom('usage_recorders')
    .selectAll()
    .where('id', '=', recorder.id)
    .executeTakeFirstOrThrow()
  expect(told.dropped).toBe(dropped)
})

test('a record that the database refuses costs itself only', async () => {
  const recorder = open()
  for (let call = 0; call < 9; call += 1) recorder.record(attempt({ costMicrocents: call === 4 ? 1e300 : 1 }))
  await recorder.flush()
  expect(recorder.counts()).toEqual({ recorded: 8, dropped: 1, waiting: 0 })
  expect(sum(await rollup('hour', 'all'))).toBe(8)
})

test('texts that PostgreSQL cannot hold are cleaned, not refused', async () => {
  const recorder = open()
  recorder.record(failure({ errorMessage: 'zero \u0000 and half a pair \ud83d', labels: { operation: 'a\u0000b' } }))
  await recorder.flush()
  expect(recorder.counts()).toMatchObject({ recorded: 1, dropped: 0 })
})

test('closing writes what waits', async () => {
  const recorder = open()
  recorder.record(attempt())
  await recorder.close()
  expect(await count('attempts')).toBe(1)
})

test('a day counted anew from its raw rows has the same rollups', async () => {
  const recorder = open()
  for (let call = 0; call < 300; call += 1) {
    const target = {
      provider: `p${call % 3}`,
      model: `m${call % 5}`,
      labels: { userId: `u${call % 4}`, operation: `o${call % 2}` },
    }
    recorder.record(call % 10 === 0 ? failure(target) : attempt({ ...target, durationMs: 50 + call * 13 }))
    if (call % 50 === 0) await recorder.flush()
  }
  await recorder.flush()
  const snapshot = async () => ({
    rollups: (
      await sql`select * from usage_rollups order by grain, level, start, provider, model, operation`.execute(db)
    ).rows,
    users: (await sql`select * from usage_users order by day, user_id, operation`.execute(db)).rows,
  })
  const before = await snapshot()
  expect(before.rollups.length).toBeGreaterThan(30)
  for (const { day } of await createPartitionsStore(db).list()) await createUpkeepStore(db).recount(day, 'minute')
  expect(await snapshot()).toEqual(before)
})
