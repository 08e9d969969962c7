/** A server and a browser for one test file. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import type { OpenedDatabase } from '../../src/db/open.ts'
import { createTestDatabase } from '../setup/database.ts'
import { launchBrowser } from './browser.ts'
import { startServer, type RunningServer } from './start-server.ts'

export interface Stage {
  browser: Browser
  server: RunningServer
  /** The server's own, to put a history in. */
  database: OpenedDatabase
  /** For files made by the test. */
  folder: string
  close(): Promise<void>
}

/** What the calendar does by itself must not come into a test that happens to run at that hour. */
const postpone = async ({ db }: OpenedDatabase): Promise<void> => {
  const byItself = ['models.sync', 'models.limits', 'models.health-check', 'reports.weekly', 'usage.upkeep']
  const tomorrow = new Date(Date.now() + 24 * 3_600_000)
  await db.updateTable('schedules').set({ next_run_at: tomorrow }).where('name', 'in', byItself).execute()
}

export const openStage = async (env: Record<string, string> = {}): Promise<Stage> => {
  const root = join(import.meta.dirname, '../..')
  const launcher = (await import(join(root, 'scripts/launch/web.mjs'))) as {
    ensureWeb: (root: string, node: string) => Promise<void>
  }
  // A run of these tests alone must not look at an older page.
  await launcher.ensureWeb(root, process.execPath)
  const closers: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer()
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'mp4totext-media-'))
    closers.push(() => rm(folder, { recursive: true, force: true }))
    const database = await createTestDatabase()
    closers.push(() => database.close())
    const server = await startServer(database.connectionString, env)
    closers.push(() => server.stop())
    await postpone(database)
    const browser = await launchBrowser()
    closers.push(() => browser.close())
    return { browser, server, database, folder, close }
  } catch (error) {
    await close()
    throw error
  }
}
