/**
 * A lock on a folder that the operating system lets go when the process dies, however it dies.
 *
 * Node has no flock; SQLite, which is built into Node, takes a file lock that works alike on every system. The file holds
 * no data. A lock file with a process id in it would need judging when it is stale, and two judges can both be right.
 */
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'

export interface FolderLock {
  release(): void
}

const SQLITE_BUSY = 5

/** Undefined when another process holds it. */
export const tryLock = (path: string): FolderLock | undefined => {
  const file = new DatabaseSync(path)
  try {
    file.exec('pragma journal_mode = off; begin exclusive')
  } catch (error) {
    file.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined
    throw error
  }
  return { release: () => file.close() }
}

/** Waits until no other process holds the lock, at most `timeoutMs`. */
export const lockFolder = async (
  path: string,
  { clock, timeoutMs, signal }: { clock: Clock; timeoutMs: number; signal: AbortSignal | undefined },
): Promise<FolderLock> => {
  const deadlineMs = clock.now() + timeoutMs
  for (;;) {
    const lock = tryLock(path)
    if (lock !== undefined) return lock
    if (clock.now() >= deadlineMs) {
      throw new AppError(
        'database-unavailable',
        `Another process has been starting or stopping the database for too long (${path} is locked)`,
      )
    }
    await clock.sleep(50, signal)
  }
}
