/** Makes the cluster: the files PostgreSQL keeps its data in. */
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Binaries } from './binaries.ts'
import { spawnAs, type Identity } from './identity.ts'
import { DATABASE_USER, type Layout } from './layout.ts'

const UNFINISHED = 'cluster-unfinished-'

/** The major version of an existing cluster. */
export const clusterVersion = ({ cluster }: Layout): number | undefined => {
  const file = join(cluster, 'PG_VERSION')
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined
}

/** The user id that owns an existing cluster. */
export const clusterOwner = ({ cluster }: Layout): number | undefined =>
  existsSync(cluster) ? statSync(cluster).uid : undefined

const runInitdb = (binaries: Binaries, identity: Identity | undefined, directory: string): Promise<string> => {
  const args = [
    '-D',
    directory,
    '-U',
    DATABASE_USER,
    '--auth=trust',
    '--locale=C',
    '--encoding=UTF8',
    '--no-instructions',
  ]
  return new Promise((resolve, reject) => {
    const child = spawnAs(identity, binaries.initdb, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(toInitError(code, output))))
  })
}

const toInitError = (code: number | null, output: string): AppError => {
  const lastLines = output.trim().split('\n').slice(-5).join('\n')
  return /No space left on device|Disk quota exceeded/.test(output)
    ? new AppError('disk-full', 'The disk is full: the database could not be created', { details: { lastLines } })
    : new AppError('database-unavailable', `The database could not be created (initdb ended with ${code})`, {
        details: { lastLines },
      })
}

/**
 * Makes the cluster beside its place and moves it there whole, so that an end at any moment leaves no half cluster.
 * The caller holds the folder's lock.
 */
export const ensureCluster = async (
  layout: Layout,
  binaries: Binaries,
  identity: Identity | undefined,
): Promise<void> => {
  for (const name of readdirSync(layout.root)) {
    if (name.startsWith(UNFINISHED)) rmSync(join(layout.root, name), { recursive: true, force: true })
  }
  if (clusterVersion(layout) !== undefined) return
  if (existsSync(layout.cluster)) {
    throw new AppError(
      'database-unavailable',
      `${layout.cluster} exists but holds no database. Restore a backup, or move the folder away to start anew`,
    )
  }
  const unfinished = join(layout.root, `${UNFINISHED}${process.pid}`)
  mkdirSync(unfinished, { mode: 0o700 })
  if (identity !== undefined) chownSync(unfinished, identity.uid, identity.gid)
  try {
    await runInitdb(binaries, identity, unfinished)
    renameSync(unfinished, layout.cluster)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    throw error
  }
}
