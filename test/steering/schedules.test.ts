/** The timetable with a real queue and two workers on one database. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { createQueue, type Queue } from '../../src/jobs/queue.ts'
import { createWorker, type Worker } from '../../src/jobs/worker.ts'
import { createFakeClock } from '../../src/lib/fake-clock.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { scheduledRunJob } from '../../src/models/schedules/scheduled-run.ts'
import { createSchedules, type Schedules } from '../../src/models/schedules/schedules.ts'
import type { ScheduledTask } from '../../src/models/schedules/task.ts'
import { createTestDatabase } from '../setup/database.ts'
import { statement } from '../../src/statements/statement.ts'

const HOUR_MS = 3_600_000
const database = await createTestDatabase()
const clock = createFakeClock(Date.parse('2026-11-22T02:30:00Z'))
const done: string[] = []
let release: () => void = () => {}

const tasks: ScheduledTask[] = [
  {
    name: 'daily',
    description: 'Daily',
    cron: '0 3 * * *',
    run: ({ dueAt }) => {
      done.push(`daily ${dueAt.toISOString()}`)
      return Promise.resolve({ statement: statement('upkeep-done', { partitions: 1, rows: 3 }), result: { seen: 3 } })
    },
  },
  {
    name: 'hourly',
    description: 'Hourly',
    cron: '0 * * * *',
    run: async ({ dueAt }) => {
      done.push(`hourly ${dueAt.toISOString()}`)
      await new Promise<void>((resolve) => (release = resolve))
      return { statement: statement('no-provider') }
    },
  },
  {
    name: 'failing',
    description: 'Fails',
    cron: '0 0 1 1 *',
    run: () => Promise.reject(new AppError('config-invalid', 'The setting is wrong')),
  },
]

interface Replica {
  readonly schedules: Schedules
  readonly queue: Queue
  readonly worker: Worker
}
const replicas: Replica[] = []

const openReplica = async (): Promise<Replica> => {
  const queue = await createQueue({
    db: database.db,
    pool: database.pool,
    jobs: [scheduledRunJob],
    logger: silentLogger,
  })
  const schedules = createSchedules({ db: database.db, queue, tasks, timeZone: 'UTC', clock })
  await schedules.prepare()
  const worker = await createWorker({
    queue,
    db: database.db,
    connectionString: database.connectionString,
    handlers: [schedules.handler],
    logger: silentLogger,
  })
  const replica = { schedules, queue, worker }
  replicas.push(replica)
  return replica
}

let first: Schedules
let second: Schedules
beforeAll(async () => {
  first = (await openReplica()).schedules
  second = (await openReplica()).schedules
})
afterAll(async () => {
  release()
  for (const { worker, queue } of replicas) {
    await worker.stop()
    await queue.close()
  }
  await database.close()
})

const tickBoth = async (): Promise<number> => {
  const started = await Promise.all([first.tick(), second.tick(), first.tick(), second.tick()])
  return started.reduce((sum, count) => sum + count, 0)
}
/** The run is written down as over a moment before its job is. */
const ended = async (name: string): Promise<void> => {
  await expect.poll(async () => (await first.find(name)).currentRun, { timeout: 10_000 }).toBeNull()
  const jobs = () =>
    database.pool.query(`select 1 from jobs.job where state < 'completed' and data ->> 'schedule' = $1`, [name])
  await expect.poll(async () => (await jobs()).rowCount, { timeout: 10_000 }).toBe(0)
}

test('the list tells next runs before anything ran', async () => {
  expect(await first.list()).toMatchObject([
    { name: 'daily', cron: '0 3 * * *', timeZone: 'UTC', paused: false, lastRun: null },
    { name: 'failing', lastRun: null },
    { name: 'hourly', lastRun: null },
  ])
  expect((await first.find('daily')).nextRuns[0]?.toISOString()).toBe('2026-11-22T03:00:00.000Z')
  expect(await tickBoth()).toBe(0)
})

test('two replicas that look at once run each schedule once, with result and duration', async () => {
  await clock.advance(HOUR_MS / 2)
  expect(await tickBoth()).toBe(2)
  await ended('daily')
  const daily = await second.find('daily')
  expect(daily.lastRun).toMatchObject({
    state: 'done',
    trigger: 'schedule',
    summary: '1 old partition dropped; 3 old rows removed',
    statement: { code: 'upkeep-done', parameters: { partitions: 1, rows: 3 } },
    result: { seen: 3 },
  })
  expect(daily.nextRunAt.toISOString()).toBe('2026-11-23T03:00:00.000Z')
  expect(done.filter((entry) => entry.startsWith('daily'))).toEqual(['daily 2026-11-22T03:00:00.000Z'])
})

test('a run that still goes on is not doubled: the next occurrence is passed over and says so', async () => {
  await expect.poll(() => done.includes('hourly 2026-11-22T03:00:00.000Z'), { timeout: 10_000 }).toBe(true)
  await clock.advance(HOUR_MS)
  expect(await tickBoth()).toBe(0)
  expect((await first.runs('hourly', 5))[0]).toMatchObject({
    state: 'skipped',
    summary: 'The run before was still going on',
  })
  await expect(first.runNow('hourly', 'admin@example.org')).rejects.toMatchObject({ code: 'conflict' })
  release()
  await ended('hourly')
})

test('times missed while nothing ran are made up for once', async () => {
  await clock.advance(48 * HOUR_MS)
  done.length = 0
  await tickBoth()
  await ended('daily')
  expect(done.filter((entry) => entry.startsWith('daily'))).toEqual(['daily 2026-11-23T03:00:00.000Z'])
  await expect.poll(() => done.some((entry) => entry.startsWith('hourly')), { timeout: 10_000 }).toBe(true)
  release()
  await ended('hourly')
})

test('paused it does not run; by hand it does, and says by whom; another time is kept', async () => {
  await first.change('daily', { paused: true, cron: '30 4 * * *', timeZone: 'Europe/Istanbul' }, 'admin@example.org')
  await clock.advance(48 * HOUR_MS)
  done.length = 0
  await tickBoth()
  expect(done.filter((entry) => entry.startsWith('daily'))).toEqual([])
  const run = await second.runNow('daily', 'admin@example.org')
  expect(run).toMatchObject({ trigger: 'admin', startedBy: 'admin@example.org', state: 'waiting' })
  await ended('daily')
  expect((await first.runs('daily', 1))[0]).toMatchObject({ id: run.id, state: 'done' })
  const changed = await second.change('daily', { paused: false }, 'admin@example.org')
  expect(changed).toMatchObject({ cron: '30 4 * * *', timeZone: 'Europe/Istanbul', changedBy: 'admin@example.org' })
  expect(changed.nextRunAt.toISOString().slice(11)).toBe('01:30:00.000Z')
  // A restart does not take back what an administrator set.
  await first.prepare()
  expect((await first.find('daily')).cron).toBe('30 4 * * *')
  await expect(first.change('daily', { cron: 'often' }, 'a')).rejects.toMatchObject({ code: 'invalid-request' })
  await expect(first.runNow('nothing', 'a')).rejects.toMatchObject({ code: 'not-found' })
  await expect.poll(() => done.some((entry) => entry.startsWith('hourly')), { timeout: 10_000 }).toBe(true)
  release()
  await ended('hourly')
})

test('a failure is kept with its words', async () => {
  await first.runNow('failing', 'admin@example.org')
  await ended('failing')
  expect((await first.find('failing')).lastRun).toMatchObject({ state: 'failed', error: 'The setting is wrong' })
})
