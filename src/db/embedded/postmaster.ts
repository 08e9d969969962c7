/** Starts and stops the server process of a cluster. The caller holds the folder's lock. */
import type { ChildProcess } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  statfsSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import pg from 'pg'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Binaries } from './binaries.ts'
import { isConnectionFailure } from '../failure.ts'
import { spawnAs, type Identity } from './identity.ts'
import { PORT, toConnectionString, type Layout } from './layout.ts'
import { readPid, servesCluster } from './pid-file.ts'

export interface Waits {
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
}

const POLL_MS = 20
/** Crash recovery replays at most `max_wal_size`; a slow disk may need this long for it. */
const START_TIMEOUT_MS = 120_000
/** After a crash the old server's children hold its memory for a moment, and a dead server stays a zombie until reaped. */
const LEFTOVER_TIMEOUT_MS = 10_000
const STOP_TIMEOUT_MS = 30_000
const LARGEST_LOG_BYTES = 4_000_000
const FULL_BELOW_BYTES = 4_000_000

/** Small memory, and a log that names trouble only. Durability settings stay at PostgreSQL's safe defaults. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_min_messages: 'warning',
  lc_messages: 'C',
}

/** Runs one query on a connection of its own. */
export const queryOnce = async <Row extends pg.QueryResultRow>(
  connectionString: string,
  text: string,
): Promise<Row[]> => {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

/** The data directory of the server behind the socket; undefined when none answers yet. */
export const servedDirectory = async (layout: Layout): Promise<string | undefined> => {
  try {
    const rows = await queryOnce<{ data_directory: string }>(
      toConnectionString(layout, 'postgres'),
      'show data_directory',
    )
    return rows[0]?.data_directory
  } catch (error) {
    if (isConnectionFailure(error)) return undefined
    throw error
  }
}

const openLog = ({ logFile }: Layout): number => {
  if (existsSync(logFile) && statSync(logFile).size > LARGEST_LOG_BYTES) renameSync(logFile, `${logFile}.1`)
  return openSync(logFile, 'a', 0o600)
}

const logSince = ({ logFile }: Layout, offset: number): string => readFileSync(logFile).subarray(offset).toString()

const prepareRunDirectory = ({ run }: Layout, identity: Identity | undefined): void => {
  mkdirSync(run, { recursive: true, mode: 0o700 })
  if (identity !== undefined) chownSync(run, identity.uid, identity.gid)
}

/** A full disk also keeps PostgreSQL from saying so in its log. */
const isDiskFull = (layout: Layout, log: string): boolean => {
  if (/No space left on device|Disk quota exceeded/.test(log)) return true
  const { bavail, bsize } = statfsSync(layout.root)
  return bavail * bsize < FULL_BELOW_BYTES
}

const toStartError = (layout: Layout, log: string, code: number | null): AppError => {
  const lastLines = log.trim().split('\n').slice(-8).join('\n')
  return isDiskFull(layout, log)
    ? new AppError('disk-full', 'The disk is full: the database cannot start', { details: { lastLines } })
    : new AppError(
        'database-unavailable',
        `The database did not start (postgres ended with ${code}); its log is ${layout.logFile}`,
        { details: { lastLines } },
      )
}

interface Attempt {
  readonly child: ChildProcess
  /** The exit code, once the process ended; an object as null is a code too. */
  readonly ended: () => { readonly code: number | null } | undefined
  readonly log: () => string
}

const launch = (
  layout: Layout,
  binaries: Binaries,
  identity: Identity | undefined,
  settings: Readonly<Record<string, string>>,
): Attempt => {
  prepareRunDirectory(layout, identity)
  const logHandle = openLog(layout)
  const offset = statSync(layout.logFile).size
  const options = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // Relative to the cluster, where the server works: the whole path may be longer than a socket's name can be.
  const args = ['-D', layout.cluster, '-k', join('..', basename(layout.run)), '-p', String(PORT), ...options]
  // Its own session, so that Ctrl-C in a terminal reaches us alone and we stop it in order.
  const child = spawnAs(identity, binaries.postgres, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', logHandle, logHandle],
  })
  closeSync(logHandle)
  let ended: { code: number | null } | undefined
  child.once('error', () => (ended = { code: null }))
  child.once('exit', (code) => (ended = { code }))
  child.unref()
  return { child, ended: () => ended, log: () => logSince(layout, offset) }
}

/** Waits until the server answers. False when it gave up because a former one is not quite gone. */
const becomesReady = async (layout: Layout, attempt: Attempt, { clock, signal }: Waits): Promise<boolean> => {
  const deadlineMs = clock.now() + START_TIMEOUT_MS
  for (;;) {
    const ended = attempt.ended()
    if (ended !== undefined) {
      if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(attempt.log())) return false
      throw toStartError(layout, attempt.log(), ended.code)
    }
    if ((await servedDirectory(layout)) !== undefined) return true
    if (clock.now() >= deadlineMs) {
      attempt.child.kill('SIGQUIT')
      throw toStartError(layout, attempt.log(), null)
    }
    await clock.sleep(POLL_MS, signal)
  }
}

/** Starts the server and returns when it takes queries. */
export const startPostmaster = async (
  layout: Layout,
  binaries: Binaries,
  identity: Identity | undefined,
  settings: Readonly<Record<string, string>>,
  waits: Waits,
): Promise<void> => {
  const deadlineMs = waits.clock.now() + LEFTOVER_TIMEOUT_MS
  for (;;) {
    const attempt = launch(layout, binaries, identity, settings)
    if (await becomesReady(layout, attempt, waits)) return
    if (waits.clock.now() >= deadlineMs) throw toStartError(layout, attempt.log(), attempt.ended()?.code ?? null)
    await waits.clock.sleep(200, waits.signal)
  }
}

const isGone = async (pid: number, cluster: string, timeoutMs: number, { clock, signal }: Waits): Promise<boolean> => {
  const deadlineMs = clock.now() + timeoutMs
  while (servesCluster(pid, cluster)) {
    if (clock.now() >= deadlineMs) return false
    await clock.sleep(POLL_MS, signal)
  }
  return true
}

/**
 * Stops the server as `pg_ctl stop -m fast` does: SIGINT rolls back what is open and writes everything down. Only a
 * server that does not end then is told to end at once, which costs a recovery at the next start but no data.
 */
export const stopPostmaster = async (layout: Layout, waits: Waits): Promise<void> => {
  const pid = readPid(layout.cluster)
  if (pid === undefined || !servesCluster(pid, layout.cluster)) return
  process.kill(pid, 'SIGINT')
  if (await isGone(pid, layout.cluster, STOP_TIMEOUT_MS, waits)) return
  process.kill(pid, 'SIGQUIT')
  if (await isGone(pid, layout.cluster, LEFTOVER_TIMEOUT_MS, waits)) return
  throw new AppError('database-unavailable', `The database process ${pid} does not stop`)
}

/** Gives a live server that does not answer yet time to finish its recovery. False when it stays silent. */
export const waitForAnswer = async (layout: Layout, pid: number, { clock, signal }: Waits): Promise<boolean> => {
  const deadlineMs = clock.now() + LEFTOVER_TIMEOUT_MS
  while (servesCluster(pid, layout.cluster) && clock.now() < deadlineMs) {
    if ((await servedDirectory(layout)) !== undefined) return true
    await clock.sleep(POLL_MS * 5, signal)
  }
  return false
}
