/**
 * One connection that a worker keeps for itself: it hears notifications, and it holds the lock that says that the worker
 * lives. The database lets the lock go when the process dies. A lost connection is made anew.
 */
import { randomInt } from 'node:crypto'
import pg from 'pg'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { WORKER_LOCK } from './claims.store.ts'

export interface Listener {
  /** Names this worker in claims. */
  readonly workerKey: number
  /** Whether the lock is held now; without it no job may be taken. */
  readonly alive: boolean
  close(): Promise<void>
}

export interface ListenerDeps {
  readonly connectionString: string
  readonly channel: string
  readonly clock: Clock
  readonly logger: Logger
  onMessage(message: string): void
}

const RECONNECT_MS = 500

const connect = async (
  { connectionString, channel, onMessage }: ListenerDeps,
  workerKey: number,
): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    application_name: 'mp4totext worker',
  })
  client.on('error', () => {})
  client.on('notification', ({ payload }) => onMessage(payload ?? ''))
  try {
    await client.connect()
    await client.query('select pg_advisory_lock($1, $2)', [WORKER_LOCK, workerKey])
    await client.query(`listen ${client.escapeIdentifier(channel)}`)
    return client
  } catch (error) {
    await client.end()
    throw error
  }
}

/** Connects, and stays connected until `close`. */
export const createListener = async (deps: ListenerDeps): Promise<Listener> => {
  const { clock, logger } = deps
  const workerKey = randomInt(1, 2 ** 31 - 1)
  const closing = new AbortController()
  let client: pg.Client | undefined

  const hold = (connected: pg.Client): void => {
    client = connected
    connected.once('end', () => {
      client = undefined
      if (!closing.signal.aborted) void reconnect()
    })
  }
  const reconnect = async (): Promise<void> => {
    logger.warn({}, 'The worker lost its database connection')
    while (!closing.signal.aborted) {
      try {
        hold(await connect(deps, workerKey))
        deps.onMessage('')
        return
      } catch (error) {
        logger.debug({ error }, 'The worker cannot reach the database yet')
      }
      await clock.sleep(RECONNECT_MS, closing.signal).catch(() => {})
    }
  }
  hold(await connect(deps, workerKey))

  return {
    workerKey,
    get alive() {
      return client !== undefined
    },
    async close() {
      closing.abort()
      await client?.end()
    },
  }
}
