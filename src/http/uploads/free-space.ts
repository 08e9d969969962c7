/** Refuses an upload before it starts when the disk cannot hold it, instead of failing in its middle. */
import { statfs } from 'node:fs/promises'
import { AppError } from '../../errors.ts'

/** Left for the database and for decoded sound, in bytes. */
const RESERVE_BYTES = 256 * 1024 * 1024

export const freeBytes = async (directory: string): Promise<number> => {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** Throws `disk-full` when fewer than `neededBytes` and a reserve are free. */
export const checkFreeSpace = async (directory: string, neededBytes: number): Promise<void> => {
  const free = await freeBytes(directory)
  if (free - RESERVE_BYTES >= neededBytes) return
  throw new AppError('disk-full', 'The disk of the server has no room for this recording', {
    details: { neededBytes, freeBytes: Math.max(0, free - RESERVE_BYTES) },
  })
}
