/**
 * Where a recording's bytes lie: `<data>/media/<id>/recording`, and beside it what can be made again.
 *
 * Paths are made of ids only. The name that the user gave is a column of the database and never gets here.
 */
import { createWriteStream } from 'node:fs'
import { access, copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../errors.ts'
import { isId } from '../lib/ids.ts'

export interface MediaFiles {
  /** The recording as it was uploaded. */
  recordingPath(id: string): string
  /** Decoded samples; made again when missing. */
  workPath(id: string): string
  /** Moves a file in, or reads a stream to its end; returns the size. Error: `too-large`, `disk-full`. */
  take(
    id: string,
    source: { readonly path: string } | { readonly stream: Readable },
    limit: { readonly maxBytes: number; readonly signal?: AbortSignal | undefined },
  ): Promise<number>
  /** The opposite of `take`: the file is where it was. Nothing happens for a stream. */
  giveBack(id: string, source: { readonly path: string } | { readonly stream: Readable }): Promise<void>
  /** Deletes a file that was offered and is not wanted. */
  discardSource(source: { readonly path: string } | { readonly stream: Readable }): Promise<void>
  removeWork(id: string): Promise<void>
  remove(id: string): Promise<void>
  /** Ids that have a folder, with the time of its last change. */
  folders(): Promise<{ id: string; changedAtMs: number }[]>
}

const tooLarge = (maxBytes: number): AppError =>
  new AppError('too-large', `The recording is larger than ${maxBytes} bytes`, { details: { maxBytes } })

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

const toDiskError = (error: unknown): unknown =>
  codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT'
    ? new AppError('disk-full', 'There is no room left for the recording', { cause: error })
    : error

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Renames, or copies where that crosses file systems. */
const move = async (from: string, to: string): Promise<void> => {
  try {
    await rename(from, to)
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error
    await copyFile(from, to)
    await rm(from, { force: true })
  }
}

/** What a caller was told is stored must survive a power cut. */
const flush = async (path: string): Promise<void> => {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

const writeStream = async (
  stream: Readable,
  path: string,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal | undefined },
): Promise<void> => {
  let bytes = 0
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > maxBytes) done(tooLarge(maxBytes))
      else done(null, chunk)
    },
  })
  await pipeline(stream, limited, createWriteStream(path), { ...(signal && { signal }) })
}

export const createMediaFiles = ({ dataDirectory }: { readonly dataDirectory: string }): MediaFiles => {
  const root = join(dataDirectory, 'media')
  const folder = (id: string): string => {
    if (!isId(id)) throw new AppError('not-found', 'There is no such recording')
    return join(root, id)
  }
  const recordingPath = (id: string): string => join(folder(id), 'recording')
  const remove = (id: string): Promise<void> => rm(folder(id), { recursive: true, force: true })

  return {
    recordingPath,
    workPath: (id) => join(folder(id), 'work.s16le'),
    async take(id, source, limit) {
      const target = recordingPath(id)
      await mkdir(folder(id), { recursive: true })
      try {
        if ('path' in source) {
          const { size } = await stat(source.path)
          if (size > limit.maxBytes) throw tooLarge(limit.maxBytes)
          await move(source.path, target)
        } else {
          await writeStream(source.stream, target, limit)
        }
        await flush(target)
        return (await stat(target)).size
      } catch (error) {
        await remove(id)
        throw toDiskError(error)
      }
    },
    async giveBack(id, source) {
      // What was refused before it was taken is still where it was.
      if ('path' in source && (await isThere(recordingPath(id)))) await move(recordingPath(id), source.path)
    },
    async discardSource(source) {
      if ('path' in source) await rm(source.path, { force: true })
      else source.stream.destroy()
    },
    async removeWork(id) {
      for (const name of ['work.s16le', 'work.s16le.partial']) await rm(join(folder(id), name), { force: true })
    },
    remove,
    async folders() {
      await mkdir(root, { recursive: true })
      const names = (await readdir(root)).filter(isId)
      return Promise.all(
        names.map(async (id) => ({
          id,
          changedAtMs: await stat(join(root, id)).then(
            (s) => s.mtimeMs,
            () => 0,
          ),
        })),
      )
    },
  }
}
