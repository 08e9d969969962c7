import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'
import { isAlive } from '../setup/is-alive.ts'
import { createFolder, hold, postgresPid, waitUntilGone } from './holder.ts'

const isRoot = process.getuid?.() === 0

/** Making a cluster takes seconds on a slow disk; most tests begin with a copy of one. */
const original = createFolder()
beforeAll(async () => {
  await (await openDatabase({ embedded: { dataDirectory: original.folder } })).close()
})
afterAll(() => original.remove())

let place: ReturnType<typeof createFolder>
const begin = (from?: string): void => {
  place = createFolder(from)
}
beforeEach(({ task }) => begin(task.name.includes('[empty]') ? undefined : original.folder))
afterEach(() => place.remove())

const open = (dataDirectory = place.folder) => openDatabase({ embedded: { dataDirectory } })
const count = async (): Promise<number> => {
  const database = await open()
  const { rows } = await database.pool.query<{ count: number }>('select count(*) from kept')
  await database.close()
  return rows[0]?.count ?? -1
}

test('[empty] first start, second start, and nothing runs in between', async () => {
  const first = await open()
  await first.pool.query('create table kept (n int)')
  await first.pool.query('insert into kept values (1)')
  const pid = postgresPid(place.folder)
  await first.close()
  expect(isAlive(pid)).toBe(false)
  expect(await count()).toBe(1)
})

test('kill -9 of the server: its database lives on and is adopted, with every acknowledged row', async () => {
  const holder = await hold(place.folder)
  expect(holder.report.state).toBe('ready')
  const pid = postgresPid(place.folder)
  const writer = await open()
  await writer.pool.query('create table kept (n int)')
  for (let n = 0; n < 50; n += 1) await writer.pool.query('insert into kept values ($1)', [n])
  await writer.close()
  await holder.kill()
  expect(isAlive(pid)).toBe(true)
  const next = await hold(place.folder)
  expect(next.report.state).toBe('ready')
  expect(postgresPid(place.folder)).toBe(pid)
  expect(await count()).toBe(50)
  expect(await next.stop()).toBe(0)
  await waitUntilGone(pid)
})

test('kill -9 of server and database together: the next start recovers', async () => {
  const holder = await hold(place.folder)
  const writer = await open()
  await writer.pool.query('create table kept (n int)')
  await writer.pool.query('insert into kept select generate_series(1, 1000)')
  const pid = postgresPid(place.folder)
  process.kill(pid, 'SIGKILL')
  await holder.kill()
  await waitUntilGone(pid)
  // The writer's own process brings the database back by itself.
  const next = await hold(place.folder)
  expect(next.report).toEqual({ state: 'ready' })
  expect(postgresPid(place.folder)).not.toBe(pid)
  const { rows } = await writer.pool.query<{ count: number }>('select count(*) from kept')
  expect(rows[0]?.count).toBe(1000)
  await writer.close()
  await next.stop()
})

test('a second server on the same folder is refused with the first one’s process, which goes on', async () => {
  const first = await hold(place.folder)
  const second = await hold(place.folder)
  expect(second.report).toMatchObject({ state: 'failed', code: 'already-running' })
  expect(second.report.message).toMatch(/already running on this data directory .*process \d+/)
  const guest = await hold(place.folder, 'guest')
  expect(guest.report.state).toBe('ready')
  await guest.stop()
  expect(isAlive(postgresPid(place.folder))).toBe(true)
  await first.stop()
})

test('[empty] six processes that start on an empty folder at once share one database', async () => {
  const holders = await Promise.all(Array.from({ length: 6 }, () => hold(place.folder, 'guest')))
  expect(holders.map(({ report }) => report)).toEqual(Array(6).fill({ state: 'ready' }))
  const pid = postgresPid(place.folder)
  await Promise.all(holders.map((holder) => holder.stop()))
  expect(isAlive(pid)).toBe(false)
})

test('the one that started the database leaves first: the other keeps it, and stops it', async () => {
  const first = await hold(place.folder)
  const pid = postgresPid(place.folder)
  const guest = await hold(place.folder, 'guest')
  await first.stop()
  expect(isAlive(pid)).toBe(true)
  await guest.stop()
  await waitUntilGone(pid)
})

const pidFile = () => join(place.folder, 'database', 'cluster', 'postmaster.pid')
const stalePidFile = (pid: number): void => {
  writeFileSync(pidFile(), `${pid}\n${join(place.folder, 'database', 'cluster')}\n0\n5432\n\n\n  0 0\n`)
}

test('a stale pid file of a dead process does not stop the start', async () => {
  const dead = spawn('true')
  await once(dead, 'exit')
  stalePidFile(dead.pid ?? 0)
  const holder = await hold(place.folder)
  expect(holder.report.state).toBe('ready')
  await holder.stop()
})

test('a stale pid file whose number now belongs to another program does not stop the start, nor that program', async () => {
  const foreign = spawn('sleep', ['300'])
  stalePidFile(foreign.pid ?? 0)
  const holder = await hold(place.folder)
  expect(holder.report.state).toBe('ready')
  expect(isAlive(foreign.pid ?? 0)).toBe(true)
  await holder.stop()
  foreign.kill()
})

test('an unreadable pid file does not stop the start', async () => {
  await (await open()).close()
  writeFileSync(pidFile(), 'not a number')
  await (await open()).close()
})

test('a server whose socket file was removed is replaced', async () => {
  const holder = await hold(place.folder)
  const pid = postgresPid(place.folder)
  await holder.kill()
  rmSync(join(place.folder, 'database', 'run', '.s.PGSQL.5432'))
  const next = await hold(place.folder)
  expect(next.report.state).toBe('ready')
  expect(postgresPid(place.folder)).not.toBe(pid)
  await next.stop()
}, 60_000)

test('[empty] a creation that was broken off leaves nothing that the next start could take for a database', async () => {
  mkdirSync(join(place.folder, 'database', 'cluster-unfinished-1', 'base'), { recursive: true })
  await (await open()).close()
  expect(readdirSync(join(place.folder, 'database')).filter((name) => name.includes('unfinished'))).toEqual([])
})

test('the database comes back by itself after it crashed', async () => {
  const database = await open()
  process.kill(postgresPid(place.folder), 'SIGKILL')
  const query = () =>
    database.pool.query('select 1').then(
      () => true,
      () => false,
    )
  while (!(await query())) await new Promise((resolve) => setTimeout(resolve, 50))
  await database.close()
})

test('the database can be reached through a very long path, and by nobody else', async () => {
  const deep = join(place.folder, 'a'.repeat(90), 'b'.repeat(90))
  const database = await open(deep)
  expect((await database.pool.query('show listen_addresses')).rows).toEqual([{ listen_addresses: '' }])
  expect(statSync(join(deep, 'database', 'run')).mode & 0o777).toBe(0o700)
  await database.close()
})

test('a cluster of a version that is not installed is refused by name', async () => {
  await (await open()).close()
  writeFileSync(join(place.folder, 'database', 'cluster', 'PG_VERSION'), '12\n')
  await expect(open()).rejects.toThrow('was made by PostgreSQL 12')
})

test.skipIf(!isRoot)('as root the database runs as another user', async () => {
  const database = await open()
  expect(statSync(`/proc/${postgresPid(place.folder)}`).uid).not.toBe(0)
  await database.close()
})

test.skipIf(!isRoot)(
  'as root below a folder that others may not enter, it runs all the same or says which folder is closed',
  async () => {
    chmodSync(place.folder, 0o700)
    const opening = open(join(place.folder, 'data'))
    const outcome = await opening.then(
      async (database) => {
        const uid = statSync(`/proc/${postgresPid(join(place.folder, 'data'))}`).uid
        await database.close()
        return uid === 0 ? 'as root' : 'runs'
      },
      (error: unknown) =>
        String(error).includes(`may not enter ${place.folder} (mode 700)`) ? 'refused' : String(error),
    )
    expect(['runs', 'refused']).toContain(outcome)
  },
)

const canMount = (): boolean => {
  if (!isRoot) return false
  const at = mkdtempSync('/tmp/mount-try-')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' })
    execFileSync('umount', [at])
    return true
  } catch {
    return false
  } finally {
    rmSync(at, { recursive: true })
  }
}

test.skipIf(!canMount())(
  'a full disk is said as such at every stage, and harms no stored row',
  async () => {
    const disk = join(place.folder, 'disk')
    mkdirSync(disk)
    const mount = (size: string, ...more: string[]) =>
      execFileSync('mount', ['-t', 'tmpfs', '-o', [`size=${size}`, ...more].join(','), 'tmpfs', disk])
    mount('8m')
    try {
      await expect(open(disk)).rejects.toMatchObject({ code: 'disk-full' })
      // Nothing half is left, so the same folder works once there is room.
      execFileSync('mount', ['-o', 'remount,size=200m', disk])
      const database = await open(disk)
      await database.pool.query('create table kept (n int, filler text)')
      let stored = 0
      const fill = async (): Promise<unknown> => {
        for (;;) {
          try {
            await database.pool.query(
              `insert into kept select g, repeat(md5(g::text), 50) from generate_series(1, 1000) g`,
            )
            stored += 1000
          } catch (error) {
            return error
          }
        }
      }
      await fill()
      await database.close().catch(() => {})
      await expect(
        open(disk).then((opened) =>
          opened.pool.query('create table more as select * from kept').finally(() => opened.close()),
        ),
      ).rejects.toThrow()
      execFileSync('mount', ['-o', 'remount,size=600m', disk])
      const after = await open(disk)
      const { rows } = await after.pool.query<{ count: number }>('select count(*) from kept')
      expect(rows[0]?.count).toBe(stored)
      await after.close()
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  },
  180_000,
)

test('without fsync turned off: what this suite relies on is what ships', async () => {
  const database = await open()
  const { rows } = await database.pool.query<{ fsync: string; commit: string }>(
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
  )
  expect(rows).toEqual([{ fsync: 'on', commit: 'on' }])
  await database.close()
})

test('a connection from outside the pool works with the same string', async () => {
  const database = await open()
  const client = new pg.Client({ connectionString: database.connectionString })
  await client.connect()
  await client.end()
  await database.close()
  expect(existsSync(pidFile())).toBe(false)
  expect(readFileSync(join(place.folder, 'database', 'cluster', 'PG_VERSION'), 'utf8').trim()).toMatch(/^\d+$/)
})
