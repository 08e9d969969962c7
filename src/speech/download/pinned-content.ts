/** Whether a file on disk is the one that its checksum names, and how much of it is there. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PinnedFile } from '../pinned-files.ts'

/** The file that is still coming, beside the place of the whole one. */
export const partOf = (target: string): string => `${target}.part`

/** 0 for what is not there. */
export const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

export const isWhole = async (path: string, file: PinnedFile, signal?: AbortSignal): Promise<boolean> => {
  if ((await sizeOf(path)) !== file.bytes) return false
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Buffer)
  return hash.digest('hex') === file.sha256
}

/** Bytes of `files` that an unfinished download left in `folder`. */
export const bytesIn = async (folder: string, files: readonly PinnedFile[]): Promise<number> => {
  let sum = 0
  for (const file of files) {
    const target = join(folder, file.path)
    sum += Math.min(file.bytes, (await sizeOf(target)) || (await sizeOf(partOf(target))))
  }
  return sum
}

/** The files of `folder` that are not what their checksums say, or not there. */
export const differingFiles = async (
  folder: string,
  files: readonly PinnedFile[],
  signal?: AbortSignal,
): Promise<PinnedFile[]> => {
  const differing: PinnedFile[] = []
  for (const file of files) if (!(await isWhole(join(folder, file.path), file, signal))) differing.push(file)
  return differing
}
