/**
 * Downloads a speech model by name: resumable, every file verified by its pinned checksum, moved in place only when all are whole.
 *
 * The commit, sizes and checksums are those of pinned-files.ts and are kept in `manifest.json` beside the files. One download
 * of a model at a time is the caller's care.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import { cancelledError } from '../cancelled.ts'
import { downloadBytes, SPEECH_MODELS, type SpeechModelRow } from '../catalog.ts'
import type { HubCommit } from '../pinned-files.ts'
import type { Fetch } from './download-failure.ts'
import { downloadFile } from './download-file.ts'

/** Where models come from unless a mirror is set. */
export const HUB_URL = 'https://huggingface.co'

export interface DownloadOptions {
  /** The models directory; the model gets the folder `whisper-<name>` in it. */
  readonly directory: string
  /** A mirror with the hub's paths (setting SPEECH_MODEL_URL). */
  readonly baseUrl?: string | undefined
  readonly signal: AbortSignal
  readonly fetch?: Fetch
  /** First wait between tries of a broken connection; 0.5 s unless said otherwise. */
  readonly waitMs?: number
  /** Which models there are; those of the product unless said otherwise. */
  readonly models?: readonly SpeechModelRow[] | undefined
  onProgress?(bytesDone: number, ofBytes: number): void
}

/**
 * Answers the model's folder. Fails with `speech-model-missing` (no such name), `speech-download-failed`, `disk-full` or
 * `cancelled`; what has come stays in `whisper-<name>.part` and is used the next time.
 */
export const downloadSpeechModel = async (name: string, options: DownloadOptions): Promise<string> => {
  const { row, source } = findDownloadable(name, options.models ?? SPEECH_MODELS)
  const folder = join(options.directory, `whisper-${name}`)
  const staging = `${folder}.part`
  try {
    await mkdir(staging, { recursive: true })
    await downloadFiles(row, source, staging, options)
    await writeFile(join(staging, 'manifest.json'), JSON.stringify({ ...source, files: row.files }, undefined, 2))
    await rm(folder, { recursive: true, force: true })
    await rename(staging, folder)
    return folder
  } catch (thrown) {
    throw options.signal.aborted ? cancelledError(options.signal) : thrown
  }
}

const findDownloadable = (
  name: string,
  models: readonly SpeechModelRow[],
): { row: SpeechModelRow; source: HubCommit } => {
  const row = models.find((each) => each.name === name)
  if (row?.source !== undefined) return { row, source: row.source }
  const shown = JSON.stringify(name.slice(0, 100))
  throw new AppError(
    'speech-model-missing',
    row === undefined ? `There is no speech model called ${shown}` : `The speech model ${shown} is built in`,
    { details: { known: models.map((each) => each.name) } },
  )
}

const downloadFiles = async (
  row: SpeechModelRow,
  { repository, revision }: HubCommit,
  staging: string,
  options: DownloadOptions,
): Promise<void> => {
  const baseUrl = (options.baseUrl ?? HUB_URL).replace(/\/+$/, '')
  const total = downloadBytes(row)
  let before = 0
  for (const file of row.files) {
    const done = before
    await downloadFile({
      file,
      url: `${baseUrl}/${repository}/resolve/${revision}/${file.path}`,
      target: join(staging, file.path),
      fetch: options.fetch ?? globalThis.fetch,
      signal: options.signal,
      ...(options.waitMs === undefined ? {} : { waitMs: options.waitMs }),
      onProgress: (bytes) => options.onProgress?.(done + bytes, total),
    })
    before += file.bytes
  }
}
