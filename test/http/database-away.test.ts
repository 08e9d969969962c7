/** A database that is away is said to be away, also where the library for accounts meets it first. */
import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccounts } from '../../src/accounts/accounts.ts'
import type { AccountTables } from '../../src/db/tables/accounts.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { startTestServer, type TestServer } from './harness.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server.close()
})

test('a session cannot be looked up: try again soon, and nobody is signed out', async () => {
  const person = await server.signUp()
  let away = false
  const lines: string[] = []
  const starting = Object.assign(new Error('the database system is starting up'), { code: '57P03' })
  const pool = {
    connect: () => (away ? Promise.reject(starting) : server.database.pool.connect()),
    end: () => Promise.resolve(),
    options: server.database.pool.options,
  }
  const db = new Kysely<AccountTables>({ dialect: new PostgresDialect({ pool }) })
  const accounts = createAccounts({
    db,
    settings: { secret: 's'.repeat(40), publicUrl: 'http://localhost:3000', sessionDays: 30, signUp: 'open' },
    clock: systemClock,
    logger: createLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } }),
  })
  const caller = { headers: new Headers({ cookie: person.cookie }), address: '127.0.0.1', requestId: 'r' }
  expect((await accounts.authenticate(caller))?.user.id).toBe(person.id)
  away = true
  await expect(accounts.authenticate(caller)).rejects.toMatchObject({ code: 'database-unavailable' })
  // The request tells it; a line of the library for each would bury that.
  expect(lines).toEqual([])
})
