/**
 * The embedded PostgreSQL: the real server, as a child of ours, on a socket inside the data directory.
 *
 * Any number of our processes may use one data directory at a time. The first one starts the server, later ones find it
 * running, and the last one to leave stops it; when processes are killed the server stays and the next one adopts it.
 * Each process shows its presence by one connection of its own. Nothing here knows tables or queries.
 */
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import pg from 'pg'
import { AppError } from '../errors.ts'
import { systemClock, type Clock } from '../lib/clock.ts'
import { silentLogger, type Logger } from '../lib/logger.ts'
import { findBinaries } from './embedded/binaries.ts'
import { clusterOwner, clusterVersion, ensureCluster } from './embedded/cluster.ts'
import { lockFolder } from './embedded/folder-lock.ts'
import { chooseIdentity } from './embedded/identity.ts'
import { DATABASE_NAME, toConnectionString, toLayout, type Layout } from './embedded/layout.ts'
import { readPid, removeLeftovers, servesCluster } from './embedded/pid-file.ts'
import {
  queryOnce,
  servedDirectory,
  startPostmaster,
  stopPostmaster,
  waitForAnswer,
  type Waits,
} from './embedded/postmaster.ts'
import { toDatabaseError } from './failure.ts'

export interface EmbeddedOptions {
  readonly dataDirectory: string
  /** Refuse to open a data directory that another exclusive process, a server, has open. Default false. */
  readonly exclusive?: boolean
  /** PostgreSQL settings besides ours, for tests. */
  readonly settings?: Readonly<Record<string, string>>
  readonly logger?: Logger
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

export interface Embedded {
  readonly connectionString: string
  readonly where: string
  /** Leaves, and stops the server when nobody else uses it. */
  close(): Promise<void>
}

const LOCK_TIMEOUT_MS = 150_000
const PRESENCE = 'mp4totext presence'
/** Any fixed number; it names the lock of the one exclusive process. */
const EXCLUSIVE_LOCK = 4_860_173_205
/** A killed process's connection, and so its lock, ends within moments, but not before the next process asks. */
const EXCLUSIVE_WAIT_MS = 2_000
const LONGEST_RESTART_DELAY_MS = 5_000

const ensureServer = async (layout: Layout, options: EmbeddedOptions, waits: Waits): Promise<void> => {
  const served = await servedDirectory(layout)
  if (served !== undefined && served === realpathSync(layout.cluster)) return
  if (served !== undefined)
    throw new AppError('database-unavailable', `The socket in ${layout.run} belongs to another database (${served})`)

  const pid = readPid(layout.cluster)
  if (pid !== undefined && servesCluster(pid, layout.cluster)) {
    if (await waitForAnswer(layout, pid, waits)) return
    // It serves our cluster but cannot be reached, for instance since something removed its socket.
    await stopPostmaster(layout, waits)
  }
  const binaries = findBinaries(clusterVersion(layout))
  const identity = await chooseIdentity({ program: binaries.postgres, directory: layout.root }, clusterOwner(layout))
  await ensureCluster(layout, binaries, identity)
  removeLeftovers(layout)
  await startPostmaster(layout, binaries, identity, options.settings ?? {}, waits)
}

const ensureDatabase = async (layout: Layout): Promise<void> => {
  const postgres = toConnectionString(layout, 'postgres')
  const rows = await queryOnce(postgres, `select 1 from pg_database where datname = '${DATABASE_NAME}'`)
  if (rows.length === 0) await queryOnce(postgres, `create database ${DATABASE_NAME}`)
}

const takeExclusiveLock = async (presence: pg.Client, layout: Layout, { clock, signal }: Waits): Promise<void> => {
  const deadlineMs = clock.now() + EXCLUSIVE_WAIT_MS
  for (;;) {
    const { rows } = await presence.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      EXCLUSIVE_LOCK,
    ])
    if (rows[0]?.taken) return
    if (clock.now() >= deadlineMs) break
    await clock.sleep(100, signal)
  }
  const { rows } = await presence.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and (l.classid::bigint << 32) + l.objid::bigint = $1`,
    [EXCLUSIVE_LOCK],
  )
  const process = rows[0]?.name.replace(PRESENCE, '').trim() ?? ''
  throw new AppError(
    'already-running',
    `A server is already running on this data directory (${layout.root}${process && `, ${process}`}).`,
  )
}

const showPresence = async (layout: Layout, options: EmbeddedOptions, waits: Waits): Promise<pg.Client> => {
  // In the administrative database, so that ours can be copied, dropped and restored while it is shown.
  const presence = new pg.Client({
    connectionString: toConnectionString(layout, 'postgres'),
    application_name: `${PRESENCE} process ${process.pid}`,
  })
  // What happens on its end is decided by whoever waits for 'end'; an unheard 'error' would end the process.
  presence.on('error', () => {})
  try {
    await presence.connect()
    if (options.exclusive) await takeExclusiveLock(presence, layout, waits)
  } catch (error) {
    await presence.end()
    throw error
  }
  return presence
}

const isLastPresent = async (presence: pg.Client): Promise<boolean> => {
  const { rows } = await presence.query(
    `select 1 from pg_stat_activity where application_name like $1 and pid <> pg_backend_pid() limit 1`,
    [`${PRESENCE}%`],
  )
  return rows.length === 0
}

const whileLocked = async <Result>(layout: Layout, waits: Waits, work: () => Promise<Result>): Promise<Result> => {
  const lock = await lockFolder(layout.lockFile, { ...waits, timeoutMs: LOCK_TIMEOUT_MS })
  try {
    return await work()
  } finally {
    lock.release()
  }
}

const enter = (layout: Layout, options: EmbeddedOptions, waits: Waits): Promise<pg.Client> =>
  whileLocked(layout, waits, async () => {
    await ensureServer(layout, options, waits)
    await ensureDatabase(layout)
    try {
      return await showPresence(layout, options, waits)
    } catch (error) {
      throw toDatabaseError(error) ?? error
    }
  })

/** Our server is reached by a socket with the rights of its folder, and stopped by signals; Windows has neither. */
export const requirePlatform = (platform: NodeJS.Platform): void => {
  if (platform !== 'win32') return
  throw new AppError(
    'config-invalid',
    'The embedded database does not run on Windows. Set DATABASE_URL to a PostgreSQL server (15 or later), as in postgresql://user:password@localhost:5432/mp4totext, or use WSL',
  )
}

const prepareRoot = (layout: Layout): void => {
  try {
    mkdirSync(layout.root, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw (
      toDatabaseError(error) ??
      new AppError(
        'config-invalid',
        `DATA_DIR cannot be used: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      )
    )
  }
}

/** Starts or adopts the server of a data directory and keeps it running until `close`. */
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { clock = systemClock, logger = silentLogger } = options
  requirePlatform(process.platform)
  const layout = toLayout(options.dataDirectory)
  const closing = new AbortController()
  prepareRoot(layout)

  let presence = await enter(layout, options, { clock, signal: options.signal })

  /** Brings the server back after it died, for example of a full disk, as often as it takes. */
  const revive = async (): Promise<void> => {
    logger.warn({}, 'The database connection was lost; starting the database again')
    for (let delayMs = 200; !closing.signal.aborted; delayMs = Math.min(delayMs * 2, LONGEST_RESTART_DELAY_MS)) {
      try {
        watch(await enter(layout, options, { clock, signal: closing.signal }))
        logger.info({}, 'The database is back')
        return
      } catch (error) {
        if (closing.signal.aborted) return
        logger.error({ error }, 'The database could not be started again')
        await clock.sleep(delayMs, closing.signal).catch(() => {})
      }
    }
  }
  let reviving: Promise<void> | undefined
  const watch = (client: pg.Client): void => {
    presence = client
    presence.once('end', () => {
      if (!closing.signal.aborted) reviving = revive()
    })
  }
  watch(presence)

  return {
    connectionString: toConnectionString(layout, DATABASE_NAME),
    where: layout.root,
    async close() {
      if (closing.signal.aborted) return
      closing.abort(new Error('The database is closing'))
      await reviving
      const waits: Waits = { clock, signal: undefined }
      await whileLocked(layout, waits, async () => {
        // A presence that is already gone says nothing about the others: leave the server to them.
        const last = await isLastPresent(presence).catch(() => false)
        await presence.end()
        if (last) await stopPostmaster(layout, waits)
      })
    },
  }
}

/** Stops the server of a data directory whose processes were all killed; the caller knows that they are gone. */
export const stopAbandoned = async (dataDirectory: string): Promise<void> => {
  const layout = toLayout(dataDirectory)
  if (!existsSync(layout.root)) return
  const waits: Waits = { clock: systemClock, signal: undefined }
  await whileLocked(layout, waits, () => stopPostmaster(layout, waits))
}
