/** The catalog's life as the application wires it: a database of its own, the simulated providers, a clock to be set. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach } from 'vitest'
import { createAi, type Ai } from '../../src/app/ai.ts'
import { createModelLife, type ModelLife } from '../../src/app/model-life.ts'
import { loadConfig } from '../../src/config.ts'
import type { OpenedDatabase } from '../../src/db/open.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { listAlerts } from '../../src/models/alerts/alerts.store.ts'
import type { ModelAdmin } from '../../src/models/administration/model-admin.ts'
import type { CatalogRow } from '../../src/models/sync/catalog-row.ts'
import { findRow } from '../../src/models/sync/catalog-rows.store.ts'
import type { ProviderResult } from '../../src/models/sync/sync-provider.ts'
import type { SimulatorUrls } from '../../simulator/simulator-api.ts'
import { createTestDatabase } from '../setup/database.ts'
import { KEY, useSimulator, type Running } from '../simulator/start-simulator.ts'

/** A day after the last one that the recordings and the seed know. */
export const TODAY = Date.parse('2026-11-22T09:00:00Z')

/** Real waits, a date of the test's choice. */
export const createDatedClock = (startMs = TODAY): Clock & { set(ms: number): void } => {
  let offsetMs = startMs - Date.now()
  return {
    now: () => Date.now() + offsetMs,
    sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
    set: (ms) => {
      offsetMs = ms - Date.now()
    },
  }
}

export interface ModelHouse {
  readonly database: OpenedDatabase
  readonly ai: Ai
  readonly life: ModelLife
  readonly admin: ModelAdmin
  readonly clock: ReturnType<typeof createDatedClock>
  /** What was given to the queue. */
  readonly sent: object[]
  /** Reads one provider's list for good. */
  sync(provider: string, probe?: boolean): Promise<ProviderResult>
  row(provider: string, key: string): Promise<CatalogRow>
  /** Everything that a sync may write about models, in one text. */
  table(provider?: string): Promise<string>
  openAlerts(): Promise<Awaited<ReturnType<typeof listAlerts>>['items']>
  close(): Promise<void>
}

export const environmentFor = (urls: SimulatorUrls): Record<string, string> => ({
  OPENAI_API_KEY: KEY,
  OPENAI_BASE_URL: urls.openai,
  TOGETHER_API_KEY: KEY,
  TOGETHER_BASE_URL: urls.together,
  GROQ_API_KEY: KEY,
  GROQ_BASE_URL: urls.groq,
  GEMINI_API_KEY: KEY,
  GEMINI_BASE_URL: urls.gemini,
  ANTHROPIC_API_KEY: KEY,
  ANTHROPIC_BASE_URL: urls.anthropic,
  OLLAMA_BASE_URL: urls.ollama,
})

export const openModelHouse = async (
  urls: SimulatorUrls,
  { database, environment = {} }: { database?: OpenedDatabase; environment?: Record<string, string> } = {},
): Promise<ModelHouse> => {
  const directory = await mkdtemp(join(tmpdir(), 'models-'))
  const own = database ?? (await createTestDatabase())
  const config = await loadConfig({
    directory,
    environment: { DATA_DIR: directory, ...environmentFor(urls), ...environment },
  })
  const clock = createDatedClock()
  const deps = { config, db: own.db, clock, logger: silentLogger }
  const ai = await createAi(deps)
  const life = createModelLife({ ...deps, ai })
  const sent: object[] = []
  const admin = life.createAdmin({
    send: (_job, payload) => {
      sent.push(payload)
      return Promise.resolve(createId())
    },
  })
  return {
    database: own,
    ai,
    life,
    admin,
    clock,
    sent,
    async sync(provider, probe = false) {
      const run = { id: createId(), trigger: 'command' as const, startedBy: 'test', providers: [provider], probe }
      const [result] = (await life.sync.run(run)).results
      if (result === undefined) throw new Error('no result')
      return result
    },
    async row(provider, key) {
      const row = await findRow(own.db, provider, key)
      if (row === undefined) throw new Error(`no row ${provider}/${key}`)
      return row
    },
    async table(provider) {
      const all = own.db.selectFrom('models').selectAll().orderBy('provider').orderBy('key')
      return JSON.stringify(await (provider === undefined ? all : all.where('provider', '=', provider)).execute())
    },
    openAlerts: async () => (await listAlerts(own.db, { open: true, limit: 50, offset: 0 })).items,
    async close() {
      if (database === undefined) await own.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Who acts in these tests. */
export const ADMIN = { kind: 'admin' as const, id: 'a', name: 'admin@example.org' }

/** A house of its own for each test of the file, with the simulated providers; read the fields inside tests only. */
export const useModelHouse = (): Running & { house: ModelHouse } => {
  const running = useSimulator()
  const houses: ModelHouse[] = []
  const house = {} as ModelHouse
  beforeEach(async () => {
    const opened = await openModelHouse(running.urls)
    houses.push(opened)
    Object.assign(house, opened)
  })
  afterAll(() => Promise.all(houses.map((one) => one.close())))
  return Object.assign(running, { house })
}
