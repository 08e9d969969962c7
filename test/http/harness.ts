/** A server on a free port with a real database, and people who use it. */
import { AppError } from '../../src/errors.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { createAccounts, type AccountsSettings } from '../../src/accounts/accounts.ts'
import type { Decisions } from '../../src/models/chains/decisions.ts'
import type { HttpDependencies } from '../../src/http/dependencies.ts'
import { createHttpServer } from '../../src/http/server.ts'
import type { HttpSettings } from '../../src/http/settings.ts'
import { createUploadsStore } from '../../src/http/uploads/uploads.store.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { createTemplates } from '../../src/transcription/templates/templates.ts'
import { createLogger } from '../../src/lib/logger.ts'
import { createTestDatabase } from '../setup/database.ts'
import { createQuietMonitoring } from '../observability/quiet-monitoring.ts'
import { createQuietSteering } from '../steering/quiet-steering.ts'
import { createTestCredits, type CreditSettings } from './credit-desk.ts'
import { createTestChains } from './test-chains.ts'
import { createMemoryTranscriptions, type MemoryTranscriptions } from './memory-transcriptions.ts'

export interface Person {
  readonly email: string
  readonly id: string
  cookie: string
  fetch(path: string, options?: RequestInit): Promise<Response>
  json(method: string, path: string, body?: unknown): Promise<{ status: number; body: never; headers: Headers }>
}

export interface TestServer {
  readonly url: string
  readonly app: FastifyInstance
  readonly transcriptions: MemoryTranscriptions
  readonly database: Awaited<ReturnType<typeof createTestDatabase>>
  readonly directory: string
  readonly uploadDirectory: string
  readonly deps: HttpDependencies
  readonly decisions: Decisions
  readonly logs: string[]
  /** Every route that the server has. */
  readonly routes: readonly { method: string; url: string; access: string | undefined }[]
  /** Somebody without an account. */
  anyone(): Person
  /** Signs up; the first one becomes the administrator. */
  signUp(email?: string): Promise<Person>
  beginClosing(): void
  close(): Promise<void>
}

export const PASSWORD = 'correct horse battery'

const createPerson = (url: string, email: string, id: string, cookie: string): Person => {
  const person: Person = {
    email,
    id,
    cookie,
    fetch: (path, options = {}) => {
      const headers = new Headers(options.headers)
      if (person.cookie !== '') headers.set('cookie', person.cookie)
      return fetch(url + path, { ...options, headers })
    },
    async json(method, path, body) {
      const response = await person.fetch(path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      const text = await response.text()
      return {
        status: response.status,
        body: (text === '' ? null : JSON.parse(text)) as never,
        headers: response.headers,
      }
    },
  }
  return person
}

/** The cookies of an answer as a browser would send them back. */
export const cookiesOf = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')

interface Overrides {
  readonly settings?: Partial<HttpSettings>
  readonly accounts?: Partial<AccountsSettings>
  readonly credits?: CreditSettings
  readonly models?: HttpDependencies['models']
  readonly speechModels?: HttpDependencies['speechModels']
  readonly providers?: HttpDependencies['providers']
  readonly modelAdmin?: HttpDependencies['modelAdmin']
  readonly modelValidation?: HttpDependencies['modelValidation']
  readonly steering?: HttpDependencies['steering']
  readonly monitoring?: Parameters<typeof createQuietMonitoring>[1]
}

export const startTestServer = async (overrides: Overrides = {}): Promise<TestServer> => {
  const directory = await mkdtemp(join(tmpdir(), 'mp4totext-http-'))
  const database = await createTestDatabase()
  const transcriptions = createMemoryTranscriptions(directory)
  const logs: string[] = []
  const logger = createLogger({ level: 'debug', destination: { write: (line: string) => void logs.push(line) } })
  const settings: HttpSettings = {
    publicUrl: 'http://localhost:3000',
    allowedOrigins: [],
    trustedProxies: [],
    signUp: 'open',
    demo: false,
    version: '0.0.0',
    maxUploadBytes: 10_000_000,
    maxDurationSecond: 3600,
    requestsPerMinute: 10_000,
    uploadDirectory: join(directory, 'uploads'),
    ...overrides.settings,
  }
  const accounts = createAccounts({
    db: database.db,
    settings: {
      secret: 's'.repeat(40),
      publicUrl: settings.publicUrl,
      sessionDays: 30,
      signUp: settings.signUp,
      ...overrides.accounts,
    },
    clock: systemClock,
    logger,
  })
  const closing = new AbortController()
  const { chains, decisions } = await createTestChains(database)
  const deps: HttpDependencies = {
    settings,
    clock: systemClock,
    accounts,
    transcriptions,
    templates: createTemplates({ db: database.db, clock: systemClock, newId: createId }),
    chains,
    decisions,
    credits: createTestCredits(database, transcriptions, overrides.credits).desk,
    models: overrides.models ?? { list: () => Promise.resolve({ models: [], engines: [], automatic: [] }) },
    speechModels: overrides.speechModels ?? noSpeechModels,
    providers: overrides.providers ?? noProviders,
    modelAdmin: overrides.modelAdmin ?? noModelAdmin,
    modelValidation: overrides.modelValidation ?? noModelValidation,
    steering: overrides.steering ?? createQuietSteering(database),
    monitoring: createQuietMonitoring(database, overrides.monitoring),
    uploads: createUploadsStore(database.db),
    readiness: async () => ({ database: (await database.pool.query('select 1')).rowCount === 1 }),
    closing: closing.signal,
  }
  const app = await createHttpServer({ ...deps, logger })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`

  return {
    url,
    app,
    transcriptions,
    database,
    directory,
    uploadDirectory: settings.uploadDirectory,
    deps,
    decisions,
    logs,
    routes: app.routeAccess(),
    anyone: () => createPerson(url, '', '', ''),
    async signUp(email = `person-${crypto.randomUUID()}@example.org`) {
      const response = await fetch(`${url}/api/auth/sign-up/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'A Person', email, password: PASSWORD }),
      })
      const body = (await response.json()) as { id: string }
      if (response.status !== 200) throw new Error(`Sign-up failed: ${JSON.stringify(body)} ${logs.join('')}`)
      return createPerson(url, email, body.id, cookiesOf(response.headers))
    },
    beginClosing: () => closing.abort(),
    async close() {
      closing.abort()
      await app.close()
      await database.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const noProviders: HttpDependencies['providers'] = {
  providers: [],
  list: () => [],
  save: () => Promise.reject(new AppError('not-found', 'No provider here')),
  change: () => Promise.reject(new AppError('not-found', 'No key here')),
  remove: () => Promise.reject(new AppError('not-found', 'No key here')),
  test: () => Promise.reject(new AppError('not-found', 'No key here')),
  restOf: () => null,
  learnedRules: () => [],
  forgetRule: () => Promise.resolve(false),
}

const noCatalog = (): Promise<never> => Promise.reject(new AppError('not-found', 'No catalog here'))
const noModelAdmin: HttpDependencies['modelAdmin'] = {
  page: noCatalog,
  unread: noCatalog,
  counts: noCatalog,
  find: noCatalog,
  requestRules: noCatalog,
  create: noCatalog,
  change: noCatalog,
  changeAll: noCatalog,
  remove: noCatalog,
  test: noCatalog,
  preview: noCatalog,
  stop: noCatalog,
  startSync: noCatalog,
  runs: noCatalog,
  findRun: noCatalog,
  held: noCatalog,
  applyHeld: noCatalog,
  dismissHeld: noCatalog,
}
const noModelValidation: HttpDependencies['modelValidation'] = {
  validate: noCatalog,
  assertModelUsable: () => Promise.resolve(),
  glance: () => ({ verdict: 'unconfirmed', available: null, reason: null, checkedAtMs: null }),
  askAll: () => Promise.resolve(),
}

const noSpeechModels: HttpDependencies['speechModels'] = {
  list: () => Promise.resolve([]),
  download: (name) =>
    Promise.resolve({
      name,
      displayName: name,
      installed: false,
      shipped: false,
      active: false,
      sizeBytes: null,
      download: null,
    }),
  remove: () => Promise.resolve(),
}
