/** Brings one file of known size and checksum, going on where an earlier try stopped; a file in place is always whole. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { cancelledError } from '../cancelled.ts'
import { downloadFailed, reasonOf, type Fetch, type ModelFile } from './model-listing.ts'

/** Tries in a row that bring no byte before it is given up. */
const FRUITLESS_TRIES = 4
const FIRST_WAIT_MS = 500
/** A connection that brings nothing for so long is dead. */
const STALL_MS = 30_000

export interface FileDownload {
  readonly file: ModelFile
  readonly url: string
  /** Where the whole file goes; the unfinished one lies beside it with `.part`. */
  readonly target: string
  readonly fetch: Fetch
  readonly signal: AbortSignal
  /** First wait between tries; 0.5 s unless said otherwise. */
  readonly waitMs?: number
  /** Bytes of this file that are on disk now. */
  onProgress(bytes: number): void
}

/** Fails with `speech-download-failed`, `disk-full` or `cancelled`; what has come stays for the next time. */
export const downloadFile = async (download: FileDownload): Promise<void> => {
  const { file, target } = download
  if (await isWhole(target, file)) return download.onProgress(file.bytes)
  await mkdir(dirname(target), { recursive: true })
  const part = `${target}.part`
  let corrupt = false
  for (;;) {
    await fetchRest(download, part)
    if (await isWhole(part, file)) break
    await rm(part, { force: true })
    if (corrupt)
      throw downloadFailed('A downloaded file does not have its checksum', { file: file.path, url: download.url })
    // Once may be a broken line or an old part; twice is a wrong source.
    corrupt = true
  }
  await rename(part, target)
}

const isWhole = async (path: string, file: ModelFile): Promise<boolean> => {
  if ((await sizeOf(path)) !== file.bytes) return false
  const hash = createHash(file.checksum.kind === 'sha256' ? 'sha256' : 'sha1')
  if (file.checksum.kind === 'git-sha1') hash.update(`blob ${file.bytes}\0`)
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex') === file.checksum.value
}

const sizeOf = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

/** Appends until the part has the file's size; a broken connection is tried again as long as it brings something. */
const fetchRest = async (download: FileDownload, part: string): Promise<void> => {
  let fruitless = 0
  for (let have = await sizeOf(part); have !== download.file.bytes;) {
    if (have > download.file.bytes) await rm(part, { force: true })
    const failure = await fetchOnce(download, part, have > download.file.bytes ? 0 : have)
    if (download.signal.aborted) throw cancelledError(download.signal)
    const now = await sizeOf(part)
    fruitless = now > have ? 0 : fruitless + 1
    have = now
    if (failure !== undefined && fruitless >= FRUITLESS_TRIES) throw failure
    if (failure !== undefined)
      await sleep((download.waitMs ?? FIRST_WAIT_MS) * 2 ** fruitless, undefined, { signal: download.signal }).catch(
        () => {},
      )
  }
}

/** One request. Answers what went wrong when another try can help, and throws when none can. */
const fetchOnce = async (download: FileDownload, part: string, have: number): Promise<AppError | undefined> => {
  const { url, file, fetch, signal } = download
  const stalled = new AbortController()
  const timer = setTimeout(() => stalled.abort(new Error('no byte for 30 s')), STALL_MS)
  try {
    const headers = have > 0 ? { range: `bytes=${have}-` } : {}
    const response = await fetch(url, { signal: AbortSignal.any([signal, stalled.signal]), headers })
    if (response.status === 416) return void (await rm(part, { force: true }))
    if (!response.ok) {
      const failure = downloadFailed(`The hub answered ${response.status} for a file`, {
        url,
        file: file.path,
        status: response.status,
      })
      if (response.status < 500 && response.status !== 408 && response.status !== 429) throw failure
      return failure
    }
    await append(response, part, response.status === 206 ? have : 0, download, () => timer.refresh())
    return undefined
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new AppError('disk-full', 'The disk is full; the model could not be stored', { cause: thrown })
    return downloadFailed('The download broke off', { url, file: file.path, reason: reasonOf(thrown) }, thrown)
  } finally {
    clearTimeout(timer)
  }
}

/** A server that ignores the range begins again at the first byte, and so does the part. */
const append = async (
  response: Response,
  part: string,
  from: number,
  download: FileDownload,
  alive: () => void,
): Promise<void> => {
  const handle = await open(part, from > 0 ? 'r+' : 'w')
  try {
    let position = from
    for await (const chunk of response.body ?? []) {
      alive()
      if (position + chunk.length > download.file.bytes) throw new Error('more bytes came than the file has')
      await handle.write(chunk, 0, chunk.length, position)
      position += chunk.length
      download.onProgress(position)
    }
    await handle.truncate(position)
  } finally {
    await handle.close()
  }
}
