/**
 * The folder that a command works in, gone when it ends. A killed command leaves its folder and the database server in it;
 * the next one removes both. A folder is known to be left when nobody holds the lock in it, which dies with its process.
 */
import { lstatSync, renameSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopAbandoned } from '../db/embedded.ts'
import { tryLock, type FolderLock } from '../db/embedded/folder-lock.ts'

const PREFIX = 'mp4totext-'
const LOCK = 'owner.lock'

export interface WorkingFolder {
  readonly directory: string
  remove(): Promise<void>
}

/** Another user's folder is not ours to look into, whatever its name says. */
const isOurs = (path: string): boolean => {
  const entry = lstatSync(path, { throwIfNoEntry: false })
  return entry !== undefined && entry.isFile() && entry.uid === (process.getuid?.() ?? entry.uid)
}

const removeLeft = async (directory: string): Promise<void> => {
  const path = join(directory, LOCK)
  const lock = isOurs(path) ? tryLock(path) : undefined
  if (lock === undefined) return
  try {
    await stopAbandoned(directory)
    await rm(directory, { recursive: true, force: true })
  } finally {
    lock.release()
  }
}

/** What killed commands left. What cannot be removed now is left to the next command. */
const removeAllLeft = async (): Promise<void> => {
  const names = await readdir(tmpdir()).catch(() => [])
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    await removeLeft(join(tmpdir(), name)).catch(() => {})
  }
}

/** The lock has its name only once it is held: another command must not take a new folder for one that was left. */
const own = (directory: string): FolderLock => {
  const path = join(directory, 'new.lock')
  const lock = tryLock(path)
  if (lock === undefined) throw new Error(`${path} is held by another process`)
  renameSync(path, join(directory, LOCK))
  return lock
}

export const openWorkingFolder = async (): Promise<WorkingFolder> => {
  await removeAllLeft()
  const directory = await mkdtemp(join(tmpdir(), PREFIX))
  const lock = own(directory)
  return {
    directory,
    async remove() {
      await rm(directory, { recursive: true, force: true })
      lock.release()
    },
  }
}
