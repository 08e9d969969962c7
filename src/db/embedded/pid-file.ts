/** Reads `postmaster.pid` and judges whether the process it names is the server of this cluster. */
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PORT, type Layout } from './layout.ts'

const pidFile = (cluster: string): string => join(cluster, 'postmaster.pid')

/** The process id in the file, or undefined when there is no file or nothing of use in it. */
export const readPid = (cluster: string): number | undefined => {
  try {
    const pid = Number.parseInt(readFileSync(pidFile(cluster), 'utf8'), 10)
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}

const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

const linuxProcessServes = (pid: number, cluster: string): boolean => {
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, ''))
    return program === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
  } catch (error) {
    // Another user's process hides its links, but not its name. A zombie has no links at all, and serves nobody.
    if (errorCode(error) !== 'EACCES') return false
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres'
  }
}

/** Whether the process is alive and is the PostgreSQL server of this cluster, not one that got the same number later. */
export const servesCluster = (pid: number, cluster: string): boolean => {
  if (!isAlive(pid)) return false
  if (process.platform === 'linux') return linuxProcessServes(pid, cluster)
  if (process.platform === 'win32') return true
  try {
    return basename(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim()) === 'postgres'
  } catch {
    return false
  }
}

/**
 * Removes what a server that is gone left behind: its pid file, and its socket with the lock beside it. PostgreSQL does
 * so itself when the process is gone, but not when it is a zombie or its number belongs to another program now. The
 * caller holds the folder's lock.
 */
export const removeLeftovers = ({ cluster, run }: Pick<Layout, 'cluster' | 'run'>): void => {
  const pid = readPid(cluster)
  if (pid !== undefined && servesCluster(pid, cluster)) return
  const socket = join(run, `.s.PGSQL.${PORT}`)
  for (const file of [pidFile(cluster), socket, `${socket}.lock`]) rmSync(file, { force: true })
}
