/**
 * The application: database → gateway → jobs → HTTP. The only place, with its parts in `app/`, that wires rooms together.
 *
 * A process serves pages, works on recordings, or both; several of either may share one database.
 */
import type { AddressInfo } from 'node:net'
import { createAccounts } from './accounts/accounts.ts'
import { addListedModels } from './app/ai.ts'
import { createCreditDesk } from './app/credits.ts'
import { buildHouse, type House } from './app/house.ts'
import { keepHouse, type Chore } from './app/housekeeping.ts'
import { toHttpSettings, version } from './app/http-settings.ts'
import { startMetricsServer } from './app/metrics-server.ts'
import { createModelDirectory } from './app/model-directory.ts'
import { createSignalWatch, SIGNAL_WATCH_MS } from './app/gateway-signals.ts'
import { createProviderAdmin } from './app/provider-admin.ts'
import { createSpeechModels } from './app/speech-models.ts'
import { weightsPlaces } from './app/speech.ts'
import { besides, createFaults } from './app/tracing-faults.ts'
import { USAGE_REFRESH_MS } from './app/usage.ts'
import { createMonitoring } from './app/usage-monitoring.ts'
import type { Config } from './config.ts'
import type { HttpDependencies } from './http/dependencies.ts'
import { createHttpServer } from './http/server.ts'
import { CATALOG_WATCH_MS } from './models/availability/catalog-watch.ts'
import { sweepUploads } from './http/uploads/sweep-uploads.ts'
import { createUploadsStore } from './http/uploads/uploads.store.ts'
import { systemClock } from './lib/clock.ts'
import { createLogger } from './lib/logger.ts'
import { SCHEDULE_TICK_MS } from './models/schedules/schedules.ts'

export interface App {
  /** Begins to listen and to work; the address to open in a browser, empty for a process that only works. */
  start(): Promise<{ readonly address: string }>
  /** Ends requests, hands jobs over, ends children, closes the database; safe to call twice. */
  close(): Promise<void>
}

const HOUR_MS = 3_600_000
const OPEN_WORK_MS = 15 * 60_000

const createHttpDependencies = (house: House, closing: AbortSignal): HttpDependencies => {
  const { config, logger, clock, database, ai, modelLife, transcriptions } = house
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
    templates: transcriptions.templates,
    chains: ai.chains,
    decisions: ai.decisions,
    models: createModelDirectory({
      ai,
      validation: modelLife.validation,
      figures: house.usage.statistics.of,
      places,
      preferred: config.models.default,
    }),
    modelAdmin: modelLife.createAdmin(house.queue),
    modelValidation: modelLife.validation,
    steering: house.steering,
    credits: createCreditDesk(house.credits, { config, db: database.db, ai, clock, logger, transcriptions }),
    providers: createProviderAdmin(ai, clock),
    speechModels: createSpeechModels({ config, places, logger, signal: closing }),
    monitoring: createMonitoring(house),
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
    closing,
  }
}

const choresOf = (house: House, { settings, uploads, accounts, clock }: HttpDependencies): Chore[] => [
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

/** Looks what is due. Every process that works looks; one of them starts it. */
const timetableOf = ({ steering }: House): Chore => ({
  name: 'timetable',
  everyMs: SCHEDULE_TICK_MS,
  run: async () => void (await steering.schedules.tick()),
})
/** Jobs whose retries were used up while the database was away are sent again: nothing stays "running" for good. */
const openWorkOf = ({ transcriptions }: House): Chore => ({
  name: 'open work',
  everyMs: OPEN_WORK_MS,
  run: () => transcriptions.sweep(),
})
/** Who is answered by a model under trial, as any process decided it; and what this one measured. */
const rolloutsOf = ({ ai }: House): Chore => ({
  name: 'rollouts',
  everyMs: CATALOG_WATCH_MS,
  run: async () => {
    await ai.rollouts.measuring.flush()
    await ai.rollouts.load()
  },
})
const signalsOf = ({ ai, database, clock }: House): Chore => ({
  name: 'gateway signals',
  everyMs: SIGNAL_WATCH_MS,
  run: createSignalWatch(ai, database.db, clock),
})

const serve = async (house: House, closing: AbortSignal): Promise<string> => {
  const { clock, logger } = house
  const deps = createHttpDependencies(house, closing)
  const server = await createHttpServer({ ...deps, logger })
  house.closers.add(() => server.close())
  keepHouse(choresOf(house, deps), { clock, logger, signal: closing })
  const { host, port } = house.config.server
  await server.listen({ host, port })
  const { port: taken } = server.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`
}

/** A worker serves no page; its metrics have a port of their own. */
const serveMetrics = async (house: House): Promise<void> => {
  const { server, monitoring } = house.config
  if (monitoring.port === undefined) return
  const { metrics } = createMonitoring(house)
  const { close } = await startMetricsServer({
    host: server.host,
    port: monitoring.port,
    token: monitoring.token,
    metrics,
  })
  house.closers.add(close)
}

/** Opens everything below HTTP; `start` does the rest. */
export const createApp = async (config: Config): Promise<App> => {
  const { role } = config
  const { sentry } = config.monitoring
  const faults = sentry === undefined ? null : await createFaults(sentry, version)
  const logger = createLogger({
    level: config.server.logLevel,
    ...(faults && { destination: besides(faults) }),
  })
  const { directory } = config.data
  // One process serves a folder; those that only work may stand beside it.
  const exclusive = role !== 'worker'
  const house = await buildHouse({ config, logger, clock: systemClock, directory, exclusive })
  const closing = new AbortController()
  let closed: Promise<void> | undefined
  return {
    async start() {
      await house.steering.schedules.prepare()
      if (role !== 'web') await house.startWork()
      const watch: Chore = { name: 'catalog changes', everyMs: CATALOG_WATCH_MS, run: house.modelLife.watch }
      const usage: Chore = { name: 'usage', everyMs: USAGE_REFRESH_MS, run: () => house.usage.refresh() }
      const work = role === 'web' ? [] : [timetableOf(house), openWorkOf(house)]
      keepHouse([watch, signalsOf(house), rolloutsOf(house), usage, ...work], {
        clock: house.clock,
        logger,
        signal: closing.signal,
      })
      if (role !== 'worker') return { address: await serve(house, closing.signal) }
      await serveMetrics(house)
      return { address: '' }
    },
    close: () => {
      closing.abort()
      return (closed ??= house.closers.run().finally(() => faults?.close()))
    },
  }
}
