/** Brings one file of known size and checksum, going on where an earlier try stopped; a file in place is always whole. */
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { cancelledError } from '../cancelled.ts'
import type { PinnedFile } from '../pinned-files.ts'
import { downloadFailed, reasonOf, type Fetch } from './download-failure.ts'
import { isWhole, partOf, sizeOf } from './pinned-content.ts'

/** Tries in a row that bring no byte before it is given up. */
const FRUITLESS_TRIES = 4
const FIRST_WAIT_MS = 500
/** Answers that end in good order before the file does; the first may be for an old part, or a line cut without a word. */
const SHORT_ANSWERS = 4
/** A connection that brings nothing for so long is dead. */
const STALL_MS = 30_000

export interface FileDownload {
  readonly file: PinnedFile
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
  const part = partOf(target)
  let corrupt = false
  for (;;) {
    await fetchRest(download, part)
    if (await isWhole(part, file)) break
    await rm(part, { force: true })
    if (corrupt)
      throw downloadFailed(`${file.path} does not have its checksum: what came is not the file that is expected`, {
        file: file.path,
        url: download.url,
        expectedSha256: file.sha256,
      })
    // Once may be a broken line or an old part; twice is a wrong source.
    corrupt = true
  }
  await rename(part, target)
}

/**
 * Appends until the part has the file's size. A broken connection is tried again as long as it brings something; a server that
 * ends its answers in good order without having sent all has another file.
 */
const fetchRest = async (download: FileDownload, part: string): Promise<void> => {
  const { file, signal } = download
  let fruitless = 0
  let short = 0
  for (let have = await sizeOf(part); have !== file.bytes;) {
    if (have > file.bytes) await rm(part, { force: true })
    const failure = await fetchOnce(download, part, have > file.bytes ? 0 : have)
    if (signal.aborted) throw cancelledError(signal)
    const now = await sizeOf(part)
    fruitless = now > have ? 0 : fruitless + 1
    if (failure === undefined && now < file.bytes && (short += 1) >= SHORT_ANSWERS) throw tooShort(download)
    have = now
    if (failure === undefined) continue
    if (fruitless >= FRUITLESS_TRIES) throw failure
    await sleep((download.waitMs ?? FIRST_WAIT_MS) * 2 ** fruitless, undefined, { signal }).catch(() => {})
  }
}

const tooShort = ({ file, url }: FileDownload): AppError =>
  downloadFailed(`${file.path} is shorter at the source than the file that is expected`, {
    file: file.path,
    url,
    expectedBytes: file.bytes,
  })

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
