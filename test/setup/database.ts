/**
 * A real PostgreSQL for tests. One server is started for the whole run; each caller gets a database of its own, with the
 * newest schema and empty, in some 50 ms (it is copied from a prepared one).
 *
 *   import { createTestDatabase } from '../../test/setup/database.ts'
 *
 *   const database = await createTestDatabase()   // at the top of the file, or in beforeAll
 *   afterAll(() => database.close())              // drops it
 *   await database.db.selectFrom('user') …        // Kysely; also database.pool and database.connectionString
 *
 * Make one for each test file, and rows with ids of their own for each test. Nothing is shared between files, so files
 * run side by side. `connectionString` is for a second process or pool; it holds no password.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { openDatabase, type OpenedDatabase } from '../../src/db/open.ts'

const TEMPLATE = 'mp4totext'

const administer = async (text: string): Promise<void> => {
  const client = new pg.Client({ connectionString: inject('testServer') })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** With `empty`, the database has no tables at all: for tests of the migrations themselves. */
export const createTestDatabase = async ({ empty = false } = {}): Promise<OpenedDatabase> => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name} template ${empty ? 'template0' : TEMPLATE}`)
  const url = inject('testServer').replace('/postgres?', `/${name}?`)
  const opened = await openDatabase({ url, poolSize: 5 })
  let closing: Promise<void> | undefined
  return {
    ...opened,
    close: () => (closing ??= opened.close().then(() => administer(`drop database ${name} with (force)`))),
  }
}
