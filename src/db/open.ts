/**
 * Opens the database: a server by URL, or the embedded one in the data directory. Both are PostgreSQL with one driver,
 * so nothing above this file knows the difference.
 */
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { parse as parseConnectionString } from 'pg-connection-string'
import { AppError } from '../errors.ts'
import { systemClock, type Clock } from '../lib/clock.ts'
import { silentLogger, type Logger } from '../lib/logger.ts'
import { startEmbedded, type EmbeddedOptions } from './embedded.ts'
import { isConnectionFailure } from './failure.ts'
import type { Database } from './types.ts'

export interface OpenDatabaseOptions {
  /** A PostgreSQL server, version 15 or later. Wins over `embedded`. */
  readonly url?: string
  readonly embedded?: Omit<EmbeddedOptions, 'logger' | 'clock' | 'signal'>
  /** Connections held at most. */
  readonly poolSize?: number
  /** How long to wait for a server that is still starting, in milliseconds. */
  readonly connectTimeoutMs?: number
  readonly logger?: Logger
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

export interface OpenedDatabase {
  readonly db: Kysely<Database>
  readonly pool: pg.Pool
  /** May hold a password: never log it. Valid in this process only. */
  readonly connectionString: string
  /** Whether the server is the embedded one, which this process may stop when it closes. */
  readonly embedded: boolean
  close(): Promise<void>
}

const OLDEST_SERVER = 150_000

/** bigint as number: money and counts of ours stay far below 2^53, and a value above it must never be rounded in silence. */
export const parseInt8 = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The database holds an integer too large to be exact: ${text}`)
  return value
}

/** pg's own parsers but for bigint. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 && format !== 'binary'
      ? parseInt8
      : (pg.types.getTypeParser(oid, format) as (value: string) => unknown),
}

/** A pool that reads bigint as number. An idle connection that breaks is logged and replaced, and never ends the process. */
export const createPool = (connectionString: string, poolSize: number, logger: Logger): pg.Pool => {
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    types,
    application_name: 'mp4totext',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  pool.on('error', (error) => logger.warn({ error }, 'A database connection broke while idle'))
  // The pool hears only of idle ones. One that breaks between two queries of a transaction tells nobody, and an unheard
  // 'error' would end the process; the transaction's next query fails by itself.
  pool.on('connect', (client) => {
    client.on('error', (error) => logger.debug({ error }, 'A database connection broke'))
  })
  return pool
}

const serverVersion = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ version: string }>(`select current_setting('server_version_num') as version`)
  return Number(rows[0]?.version)
}

/** The server's name without user and password, for messages. */
export const describeUrl = (url: string): string => {
  const { host, port, database } = parseConnectionString(url)
  return `${host || 'localhost'}:${port || '5432'}/${database ?? ''}`
}

interface Waiting {
  readonly deadlineMs: number
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
}

const waitForServer = async (pool: pg.Pool, where: string, { deadlineMs, clock, signal }: Waiting): Promise<number> => {
  for (;;) {
    try {
      return await serverVersion(pool)
    } catch (error) {
      if (!isConnectionFailure(error) || clock.now() >= deadlineMs) {
        const reason = error instanceof Error ? error.message : String(error)
        throw new AppError('database-unavailable', `The database at ${where} cannot be used: ${reason}`, {
          cause: error,
        })
      }
    }
    await clock.sleep(500, signal)
  }
}

interface Server {
  readonly connectionString: string
  readonly where: string
  close(): Promise<void>
}

const connect = async (server: Server, options: OpenDatabaseOptions): Promise<pg.Pool> => {
  const { clock = systemClock, logger = silentLogger, poolSize = 10, connectTimeoutMs = 30_000, signal } = options
  const pool = createPool(server.connectionString, poolSize, logger)
  try {
    const version = await waitForServer(pool, server.where, {
      deadlineMs: clock.now() + connectTimeoutMs,
      clock,
      signal,
    })
    if (version >= OLDEST_SERVER) return pool
    throw new AppError(
      'database-unavailable',
      `PostgreSQL 15 or later is needed; ${server.where} is ${Math.floor(version / 10_000)}`,
    )
  } catch (error) {
    await pool.end()
    throw error
  }
}

const resolveServer = async (options: OpenDatabaseOptions): Promise<Server> => {
  if (options.url !== undefined) {
    return { connectionString: options.url, where: describeUrl(options.url), close: () => Promise.resolve() }
  }
  if (options.embedded === undefined)
    throw new AppError('config-invalid', 'Neither a database URL nor a data directory is given')
  const { clock, logger, signal } = options
  return startEmbedded({
    ...options.embedded,
    ...(clock && { clock }),
    ...(logger && { logger }),
    ...(signal && { signal }),
  })
}

/** Connects and checks the server's version; the schema is `migrate`'s affair. */
export const openDatabase = async (options: OpenDatabaseOptions): Promise<OpenedDatabase> => {
  const server = await resolveServer(options)
  try {
    const pool = await connect(server, options)
    const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
    let closing: Promise<void> | undefined
    return {
      db,
      pool,
      connectionString: server.connectionString,
      embedded: options.url === undefined,
      close: () => (closing ??= db.destroy().then(() => server.close())),
    }
  } catch (error) {
    await server.close()
    throw error
  }
}
