/** Where the embedded database keeps things inside the data directory, and how its socket is reached. */
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'

export const DATABASE_NAME = 'mp4totext'
export const DATABASE_USER = 'mp4totext'
/** PostgreSQL names its socket after a port, though none is opened. */
export const PORT = 5432

export interface Layout {
  /** Holds everything below; mode 700. */
  readonly root: string
  /** PostgreSQL's own data directory. */
  readonly cluster: string
  /** Holds the socket and nothing else; mode 700. */
  readonly run: string
  readonly lockFile: string
  readonly logFile: string
}

export const toLayout = (dataDirectory: string): Layout => {
  const root = join(dataDirectory, 'database')
  return {
    root,
    cluster: join(root, 'cluster'),
    run: join(root, 'run'),
    lockFile: join(root, 'launcher.lock'),
    logFile: join(root, 'postgres.log'),
  }
}

/** The kernel's field for a socket's path has 108 bytes on Linux and 104 on macOS, with one for the end. */
const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103

/** One handle a folder for the life of the process: the path through it must stay valid. */
const handles = new Map<string, number>()

/** The socket's folder as clients of this process name it: its path, or where that is too long, a short one to the same place. */
export const socketDirectory = ({ run }: Layout): string => {
  if (Buffer.byteLength(join(run, `.s.PGSQL.${PORT}`)) <= LONGEST_SOCKET_PATH) return run
  if (process.platform !== 'linux') {
    throw new AppError(
      'config-invalid',
      `The path of DATA_DIR is too long for a database socket (${run}); choose a shorter one`,
    )
  }
  const handle = handles.get(run) ?? openSync(run, 'r')
  handles.set(run, handle)
  return `/proc/self/fd/${handle}`
}

/** The connection string for a database of the embedded server, valid in this process. */
export const toConnectionString = (layout: Layout, database: string): string =>
  `postgresql://${DATABASE_USER}@/${database}?host=${encodeURIComponent(socketDirectory(layout))}&port=${PORT}`
