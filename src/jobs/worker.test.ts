import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fork } from 'node:child_process'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase } from '../../test/setup/database.ts'
import { AppError } from '../errors.ts'
import { silentLogger } from '../lib/logger.ts'
import { defineJob } from './definition.ts'
import { createQueue, type Queue } from './queue.ts'
import { handleJob, type JobRegistration } from './registry.ts'
import { createWorker, type Worker } from './worker.ts'

const database = await createTestDatabase()
const countJob = defineJob({
  name: 'count',
  payload: z.object({ n: z.number() }),
  retry: { limit: 1, delaySeconds: 0 },
})
const turnJob = defineJob({ name: 'turn', payload: z.object({ who: z.string() }), concurrency: 1 })
const longJob = defineJob({ name: 'long', payload: z.object({ key: z.string() }), singletonKey: ({ key }) => key })
const jobs = [countJob, turnJob, longJob]

let queue: Queue
let workers: Worker[] = []

beforeAll(async () => {
  queue = await createQueue({ db: database.db, pool: database.pool, jobs, logger: silentLogger })
})
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  workers = []
})
afterAll(async () => {
  await queue.close()
  await database.close()
})

const idle = async (): Promise<void> => {}
const work = async (
  handlers: { count?: JobRegistration; turn?: JobRegistration; long?: JobRegistration },
  on: Queue = queue,
): Promise<Worker> => {
  const {
    count = handleJob(countJob, idle),
    turn = handleJob(turnJob, idle),
    long = handleJob(longJob, idle),
  } = handlers
  const worker = await createWorker({
    queue: on,
    db: database.db,
    connectionString: database.connectionString,
    handlers: [count, turn, long],
    concurrency: 2,
    logger: silentLogger,
  })
  workers.push(worker)
  return worker
}

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await delay(10)
}
const stateOf = async (job: { name: string }, id: string | undefined) => (await queue.find(job, id ?? ''))?.state
const untilState = (job: { name: string }, id: string | undefined, state: string): Promise<void> =>
  until(async () => (await stateOf(job, id)) === state)

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  )

test('a sent job is done once', async () => {
  const seen: number[] = []
  await work({ count: handleJob(countJob, async ({ payload }) => void seen.push(payload.n)) })
  const id = await queue.send(countJob, { n: 7 })
  await untilState(countJob, id, 'completed')
  expect(seen).toEqual([7])
})

test('a job sent in a transaction appears with its commit, and never after a rollback', async () => {
  const seen: number[] = []
  await work({ count: handleJob(countJob, async ({ payload }) => void seen.push(payload.n)) })
  const rolledBack = database.db.transaction().execute(async (transaction) => {
    await queue.send(countJob, { n: 1 }, { transaction })
    throw new Error('changed my mind')
  })
  await expect(rolledBack).rejects.toThrow('changed my mind')
  const id = await database.db.transaction().execute((transaction) => queue.send(countJob, { n: 2 }, { transaction }))
  await untilState(countJob, id, 'completed')
  expect(seen).toEqual([2])
})

test('a payload that does not fit is refused before it is stored', async () => {
  await expect(queue.send(countJob, { n: 'seven' } as never)).rejects.toThrow()
})

test('a failure is tried again as often as allowed, and one that cannot get better is not', async () => {
  const attempts: number[] = []
  await work({
    count: handleJob(countJob, async ({ payload, attempt }) => {
      attempts.push(attempt)
      if (payload.n === 0) throw new AppError('media-empty', 'nothing in it')
      throw new Error('bad luck')
    }),
  })
  await untilState(countJob, await queue.send(countJob, { n: 1 }), 'failed')
  expect(attempts).toEqual([0, 1])
  attempts.length = 0
  await untilState(countJob, await queue.send(countJob, { n: 0 }), 'failed')
  expect(attempts).toEqual([0])
})

test('owners take turns: one with many jobs does not keep another waiting', async () => {
  for (let n = 0; n < 20; n += 1) await queue.send(turnJob, { who: 'busy' }, { owner: 'busy' })
  const small = [
    await queue.send(turnJob, { who: 'small' }, { owner: 'small' }),
    await queue.send(turnJob, { who: 'small' }, { owner: 'small' }),
  ]
  const order: string[] = []
  await work({ turn: handleJob(turnJob, async ({ payload }) => void order.push(payload.who)) })
  await Promise.all(small.map((id) => untilState(turnJob, id, 'completed')))
  expect(order.slice(0, 4).filter((who) => who === 'small')).toHaveLength(2)
  await until(() => order.length === 22)
})

test('a higher priority goes first', async () => {
  for (const n of [1, 2, 3]) await queue.send(turnJob, { who: `low ${n}` }, { owner: 'a' })
  await queue.send(turnJob, { who: 'high' }, { owner: 'b', priority: 5 })
  const order: string[] = []
  await work({ turn: handleJob(turnJob, async ({ payload }) => void order.push(payload.who)) })
  await until(() => order.length === 4)
  expect(order[0]).toBe('high')
})

test('of jobs with one singleton key only one waits or runs', async () => {
  const first = await queue.send(longJob, { key: 'one' })
  expect(await queue.send(longJob, { key: 'one' })).toBeUndefined()
  expect(await queue.cancel(longJob, first ?? '')).toBe(true)
  const second = await queue.send(longJob, { key: 'one' })
  expect(second).toBeDefined()
  await queue.cancel(longJob, second ?? '')
})

test('cancel stops the handler in another process’s worker and the job stays cancelled', async () => {
  const other = await createQueue({ db: database.db, pool: database.pool, jobs, logger: silentLogger })
  const reasons: unknown[] = []
  let started = false
  await work({
    long: handleJob(longJob, async ({ signal }) => {
      started = true
      await aborted(signal).catch((reason: unknown) => reasons.push(reason))
      signal.throwIfAborted()
    }),
  })
  const id = await other.send(longJob, { key: 'cancel' })
  await until(() => started)
  await other.cancel(longJob, id ?? '')
  await until(() => reasons.length === 1)
  expect(reasons[0]).toMatchObject({ code: 'cancelled' })
  await until(() => workers[0]?.running === 0)
  expect(await stateOf(longJob, id)).toBe('cancelled')
  await other.close()
})

test('a worker that stops hands its job over, with its retries untouched', async () => {
  const starts: string[] = []
  const handler = (name: string) =>
    handleJob(longJob, async ({ signal, attempt }) => {
      starts.push(`${name} ${attempt}`)
      if (name === 'first') await aborted(signal)
    })
  const first = await work({ long: handler('first') })
  const id = await queue.send(longJob, { key: 'hand over' })
  await until(() => starts.length === 1)
  await first.stop()
  expect(await stateOf(longJob, id)).toBe('retry')
  await work({ long: handler('second') })
  await untilState(longJob, id, 'completed')
  expect(starts).toEqual(['first 0', 'second 1'])
})

test('kill -9 of a worker’s process: the next worker does its jobs at once, ten times in a row', async () => {
  const id = await queue.send(longJob, { key: 'kill' })
  for (let round = 0; round < 10; round += 1) {
    const child = fork(
      new URL('../../test/setup/worker-process.ts', import.meta.url),
      [database.connectionString, 'jobs'],
      { execArgv: [] },
    )
    await once(child, 'message')
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const attempts: number[] = []
  await work({ long: handleJob(longJob, async ({ attempt }) => void attempts.push(attempt)) })
  await untilState(longJob, id, 'completed')
  expect(attempts).toEqual([10])
}, 60_000)

test('a job that another process took over is stopped, and its late end changes nothing', async () => {
  let stopped = false
  let started = false
  await work({
    long: handleJob(longJob, async ({ signal, attempt }) => {
      started = true
      if (attempt === 0) await aborted(signal).finally(() => (stopped = true))
    }),
  })
  const id = await queue.send(longJob, { key: 'lost' })
  await until(() => started)
  // As a sweep elsewhere would, had this worker's connection broken.
  await database.pool.query(`update jobs.job set state = 'retry', retry_limit = retry_limit + 1 where id = $1`, [id])
  await untilState(longJob, id, 'completed')
  await until(() => stopped)
  expect(await queue.find(longJob, id ?? '')).toMatchObject({ state: 'completed', attempt: 1 })
}, 30_000)

test('a missing, doubled or unknown handler stops the start', async () => {
  const start = (handlers: JobRegistration[]) =>
    createWorker({
      queue,
      db: database.db,
      connectionString: database.connectionString,
      handlers,
      logger: silentLogger,
    })
  const [count, turn, long] = [handleJob(countJob, idle), handleJob(turnJob, idle), handleJob(longJob, idle)]
  await expect(start([count, turn])).rejects.toThrow('long has no handler')
  await expect(start([count, turn, long, long])).rejects.toThrow('long has more than one handler')
  const stray = handleJob(defineJob({ name: 'stray', payload: z.object({}) }), idle)
  await expect(start([count, turn, long, stray])).rejects.toThrow('stray is handled but not defined')
})

test('as many as there are connections send the first jobs of a queue in their transactions, and none waits for another', async () => {
  const fresh = await createQueue({ ...database, jobs, logger: silentLogger, schema: 'fresh' })
  const { max } = database.pool.options
  let open = 0
  const all = Promise.withResolvers<undefined>()
  const send = (n: number): Promise<string | undefined> =>
    database.db.transaction().execute(async (transaction) => {
      open += 1
      if (open === max) all.resolve(undefined)
      await all.promise
      return fresh.send(countJob, { n }, { transaction })
    })
  const ids = await Promise.all(Array.from({ length: max }, (_, n) => send(n)))
  expect(ids).not.toContain(undefined)
  await fresh.close()
})
