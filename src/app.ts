/**
 * The application: database → gateway → jobs → HTTP. The only place, with its parts in `app/`, that wires rooms together.
 *
 * A process serves pages, works on recordings, or both; several of either may share one database.
 */
import type { AddressInfo } from 'node:net'
import { createAccounts } from './accounts/accounts.ts'
import { addListedModels, createAi, type Ai } from './app/ai.ts'
import { keepHouse, type Chore } from './app/housekeeping.ts'
import { toHttpSettings } from './app/http-settings.ts'
import { createModelDirectory } from './app/model-directory.ts'
import { createRecordings } from './app/recordings.ts'
import { createSpeechModels } from './app/speech-models.ts'
import { createSpeech, weightsPlaces, type Speech } from './app/speech.ts'
import type { Config } from './config.ts'
import { migrate } from './db/migrate.ts'
import { openDatabase, type OpenedDatabase } from './db/open.ts'
import type { HttpDependencies } from './http/dependencies.ts'
import { createHttpServer } from './http/server.ts'
import { sweepUploads } from './http/uploads/sweep-uploads.ts'
import { createUploadsStore } from './http/uploads/uploads.store.ts'
import { createQueue, type Queue } from './jobs/queue.ts'
import { createWorker } from './jobs/worker.ts'
import { systemClock } from './lib/clock.ts'
import { createLogger } from './lib/logger.ts'
import type { TranscriptionsRoom } from './transcription/create-transcriptions.ts'
import { transcriptionJobs } from './transcription/work/jobs.ts'

/** What a process does: everything, only pages and API, or only work. */
export type Role = 'all' | 'web' | 'worker'

export interface App {
  /** Begins to listen and to work; the address to open in a browser, empty for a process that only works. */
  start(): Promise<{ readonly address: string }>
  /** Ends requests, hands jobs over, ends children, closes the database; safe to call twice. */
  close(): Promise<void>
}

const HOUR_MS = 3_600_000
const clock = systemClock

/** Everything below HTTP. */
interface House {
  readonly config: Config
  readonly logger: ReturnType<typeof createLogger>
  readonly database: OpenedDatabase
  readonly ai: Ai
  readonly speech: Speech
  readonly queue: Queue
  readonly transcriptions: TranscriptionsRoom
  readonly closing: AbortController
  /** What is to be undone at the end, last first. */
  readonly closers: (() => Promise<void>)[]
}

const closeAll = async (closers: (() => Promise<void>)[]): Promise<void> => {
  const failures: unknown[] = []
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    await close().catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}

const openDatabaseFor = async (config: Config, logger: House['logger']): Promise<OpenedDatabase> => {
  const { url, poolSize } = config.database
  const where = url === undefined ? { embedded: { dataDirectory: config.data.directory, exclusive: true } } : { url }
  return openDatabase({ ...where, poolSize, logger, clock })
}

const buildHouse = async (config: Config, closers: House['closers']): Promise<House> => {
  const logger = createLogger({ level: config.server.logLevel })
  const database = await openDatabaseFor(config, logger)
  closers.push(() => database.close())
  const { db, pool } = database
  const migrated = await migrate(db)
  if (migrated.length > 0) logger.info({ migrated }, 'The database has its newest schema')
  const ai = await createAi({ config, db, clock, logger })
  const speech = createSpeech(config)
  closers.push(() => speech.close())
  const queue = await createQueue({ db, pool, jobs: transcriptionJobs, logger })
  closers.push(() => queue.close())
  const transcriptions = await createRecordings({ config, database, queue, ai, speech, clock, logger })
  closers.push(() => transcriptions.close())
  return { config, logger, database, ai, speech, queue, transcriptions, closing: new AbortController(), closers }
}

const startWork = async (house: House): Promise<void> => {
  const { config, database, queue, transcriptions, logger, closers } = house
  await transcriptions.sweep()
  const worker = await createWorker({
    queue,
    db: database.db,
    connectionString: database.connectionString,
    handlers: transcriptions.handlers,
    concurrency: config.jobs.concurrency,
    logger,
    clock,
  })
  closers.push(() => worker.stop())
}

const createHttpDependencies = (house: House): HttpDependencies => {
  const { config, logger, database, ai, transcriptions, closing } = house
  const places = weightsPlaces(config)
  return {
    settings: toHttpSettings(config),
    clock,
    accounts: createAccounts({
      db: database.db,
      settings: { ...config.auth, publicUrl: config.server.publicUrl },
      clock,
      logger,
    }),
    transcriptions,
    models: createModelDirectory(ai, places),
    speechModels: createSpeechModels({ config, places, logger, signal: closing.signal }),
    uploads: createUploadsStore(database.db),
    readiness: async () => {
      const answered = await database.pool.query('select 1').then(
        () => true,
        () => false,
      )
      const queued =
        answered &&
        (await house.queue.count().then(
          () => true,
          () => false,
        ))
      return { database: answered, queue: queued }
    },
    closing: closing.signal,
  }
}

const choresOf = (house: House, { settings, uploads, accounts }: HttpDependencies): Chore[] => [
  { name: 'accounts', everyMs: HOUR_MS, run: () => accounts.sweep() },
  {
    name: 'uploads',
    everyMs: HOUR_MS,
    run: async () => {
      const removed = await sweepUploads({ directory: settings.uploadDirectory, uploads, clock })
      if (removed > 0) house.logger.info({ removed }, 'Unfinished uploads were removed')
    },
  },
  { name: 'lists', everyMs: HOUR_MS, run: (signal) => addListedModels(house.ai, house.config, house.logger, signal) },
  { name: 'catalog', everyMs: HOUR_MS, run: () => house.ai.models.refresh() },
]

const serve = async (house: House): Promise<string> => {
  const deps = createHttpDependencies(house)
  const server = await createHttpServer({ ...deps, logger: house.logger })
  house.closers.push(() => server.close())
  keepHouse(choresOf(house, deps), { clock, logger: house.logger, signal: house.closing.signal })
  const { host, port } = house.config.server
  await server.listen({ host, port })
  const { port: taken } = server.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`
}

/** Opens everything below HTTP; `start` does the rest. */
export const createApp = async (config: Config, { role = 'all' }: { readonly role?: Role } = {}): Promise<App> => {
  const closers: House['closers'] = []
  const house = await buildHouse(config, closers).catch(async (error: unknown) => {
    await closeAll(closers).catch(() => {})
    throw error
  })
  let closed: Promise<void> | undefined
  return {
    async start() {
      if (role !== 'web') await startWork(house)
      return { address: role === 'worker' ? '' : await serve(house) }
    },
    close: () => {
      house.closing.abort()
      return (closed ??= closeAll(closers))
    },
  }
}
