import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../test/setup/database.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { describeUrl, openDatabase, parseInt8 } from './open.ts'
import { toDatabaseError } from './failure.ts'

const database = await createTestDatabase({ empty: true })
afterAll(() => database.close())

test('six processes that migrate one fresh database at once leave it whole', async () => {
  const openers = await Promise.all(
    Array.from({ length: 6 }, () => openDatabase({ url: database.connectionString, poolSize: 2 })),
  )
  const ran = await Promise.all(openers.map((opened) => migrate(opened.db)))
  await Promise.all(openers.map((opened) => opened.close()))
  expect(ran.flat().sort()).toEqual(Object.keys(migrations).sort())
})

test('bigint is a number, and one that a number cannot hold is refused', async () => {
  const { rows } = await sql<{ value: number }>`select 9007199254740991::bigint as value`.execute(database.db)
  expect(rows).toEqual([{ value: 9007199254740991 }])
  await expect(sql`select 9007199254740992::bigint as value`.execute(database.db)).rejects.toThrow('too large')
  expect(parseInt8('-42')).toBe(-42)
})

test('timestamps with time zone are dates', async () => {
  const { rows } = await sql<{ at: Date }>`select '2026-01-02T03:04:05.678+02'::timestamptz as at`.execute(database.db)
  expect(rows[0]?.at).toEqual(new Date('2026-01-02T01:04:05.678Z'))
})

test('a server that is not there is said by name, without the password', async () => {
  const opening = openDatabase({ url: 'postgresql://someone:hunter2secret@127.0.0.1:1/none', connectTimeoutMs: 0 })
  const error = await opening.catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'database-unavailable' })
  expect(String(error)).toContain('127.0.0.1:1/none')
  expect(String(error)).not.toContain('hunter2secret')
  expect(describeUrl('postgresql://a:b@db.example/app')).toBe('db.example:5432/app')
})

test('a connection that is cut while its transaction waits fails that transaction and nothing else', async () => {
  const opened = await openDatabase({ url: database.connectionString, poolSize: 2 })
  const ended = new Promise((resolve) =>
    opened.pool.once('acquire', (client: pg.PoolClient) => client.once('end', resolve)),
  )
  const broken = opened.db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
    // As a restart of the server does it: at this moment no query of the connection is under way that could be told.
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db)
    await ended
    await sql`select 1`.execute(trx)
  })
  const error = await broken.catch((thrown: unknown) => thrown)
  expect(toDatabaseError(error)).toMatchObject({ code: 'database-unavailable' })
  expect((await sql<{ one: number }>`select 1 as one`.execute(opened.db)).rows).toEqual([{ one: 1 }])
  await opened.close()
})

test('a full disk and a lost connection are told apart', () => {
  const withCode = (code: string) => Object.assign(new Error('x'), { code })
  expect(toDatabaseError(withCode('53100'))).toMatchObject({ code: 'disk-full' })
  expect(toDatabaseError(withCode('57P01'))).toMatchObject({ code: 'database-unavailable' })
  expect(toDatabaseError(withCode('23505'))).toBeUndefined()
})
