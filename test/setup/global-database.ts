/** Starts one PostgreSQL for the whole test run and prepares the database that every test's own is copied from. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connection string of the administrative database `postgres` of the test server. */
    testServer: string
  }
}

/** Speed instead of safety: this server's data is worth nothing after the run. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'mp4totext-test-'))
  const database = await openDatabase({ embedded: { dataDirectory: directory, settings: SETTINGS } })
  await migrate(database.db)
  project.provide('testServer', database.connectionString.replace('/mp4totext?', '/postgres?'))
  // A template may have no open connections.
  await database.db.destroy()
  return async () => {
    await database.close()
    await rm(directory, { recursive: true, force: true })
  }
}
