/**
 * What happens to recordings, told to whoever looks, in whichever process.
 *
 * Every event passes PostgreSQL's NOTIFY, also within one process, so there is one way and it is always used. A notice is
 * small and says what changed; the subscriber's side reads the state from the database, so nobody sees a state that was
 * rolled back. Notices that a lost connection swallowed are made good by a `resync` when it is back.
 */
import { sql } from 'kysely'
import type pg from 'pg'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Executor } from './store/transcriptions.store.ts'
import type { Progress, StepName } from './types.ts'

const CHANNEL = 'transcription_notices'

interface Addressed {
  readonly userId: string
  readonly id: string
}
export type Notice =
  | (Addressed & { readonly kind: 'transcription' | 'deleted' })
  | (Addressed & { readonly kind: 'progress'; readonly progress: Progress })
  | (Addressed & { readonly kind: 'step'; readonly step: StepName })
  /** Segments from `after` (exclusive) to `to` (inclusive) are new. */
  | (Addressed & { readonly kind: 'segments'; readonly after: number; readonly to: number })
  | (Addressed & { readonly kind: 'text'; readonly textId: string })
  /** Work must stop, on the whole recording or on one text. For workers, not for pages. */
  | (Addressed & { readonly kind: 'stop'; readonly textId: string | null })
  /** A place in the queue became free. */
  | { readonly kind: 'queue' }
  /** Notices may have been missed. Made here, never sent. */
  | { readonly kind: 'resync' }

export interface Notices {
  /** Tells it to all processes; inside a transaction, once that is committed. */
  publish(db: Executor, notice: Notice): Promise<void>
  /** Returns the function that ends the subscription. */
  subscribe(hear: (notice: Notice) => void): () => void
  /** Resolves once notices arrive; until then publishing works and hearing doesn't. */
  start(): Promise<void>
  close(): Promise<void>
}

export interface NoticesDependencies {
  /** One of its connections is kept for listening. */
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly logger: Logger
}

const RECONNECT_MS = 500

export const createNotices = ({ pool, clock, logger }: NoticesDependencies): Notices => {
  const listeners = new Set<(notice: Notice) => void>()
  const closing = new AbortController()
  let connection: pg.PoolClient | undefined
  let starting: Promise<void> | undefined

  const tell = (notice: Notice): void => {
    for (const hear of listeners) {
      try {
        hear(notice)
      } catch (error) {
        logger.error({ error, notice: notice.kind }, 'A subscriber failed on a notice')
      }
    }
  }

  const onMessage = (message: pg.Notification): void => {
    if (message.channel === CHANNEL && message.payload !== undefined) tell(JSON.parse(message.payload) as Notice)
  }

  const release = (client: pg.PoolClient, error?: Error): void => {
    client.removeAllListeners('notification')
    if (connection === client) connection = undefined
    // Destroyed, not given back: it still listens.
    client.release(error ?? true)
  }

  const connect = async (): Promise<void> => {
    const client = await pool.connect()
    try {
      client.on('notification', onMessage)
      await client.query(`listen ${CHANNEL}`)
    } catch (error) {
      release(client)
      throw error
    }
    if (closing.signal.aborted) return release(client)
    connection = client
    // Stays after the release: a connection may tell of its end more than once.
    client.on('error', (error) => {
      if (connection !== client) return
      release(client, error)
      void reconnect()
    })
  }

  const reconnect = async (): Promise<void> => {
    let told = false
    while (!closing.signal.aborted) {
      try {
        await clock.sleep(RECONNECT_MS, closing.signal)
        await connect()
        logger.info({}, 'Live progress goes on')
        return tell({ kind: 'resync' })
      } catch (error) {
        // Once: it is tried twice a second for as long as the database is away.
        if (!closing.signal.aborted && !told) logger.warn({ error }, 'Live progress waits for the database')
        told = true
      }
    }
  }

  return {
    async publish(db, notice) {
      await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(notice)})`.execute(db)
    },
    subscribe(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
    start: () => (starting ??= connect()),
    close() {
      closing.abort()
      if (connection) release(connection)
      listeners.clear()
      return Promise.resolve()
    },
  }
}
