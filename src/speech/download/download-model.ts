/**
 * Downloads a speech model by name: resumable, every file verified, moved in place only when all are whole.
 *
 * The checksums come from the hub's own listing and are kept in `manifest.json` beside the files. One download of a model at
 * a time is the caller's care.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import { cancelledError } from '../cancelled.ts'
import { findSpeechModel, SPEECH_MODELS } from '../catalog.ts'
import { downloadFile } from './download-file.ts'
import { HUB_URL, listModelFiles, type Fetch } from './model-listing.ts'

export interface DownloadOptions {
  /** The models directory; the model gets the folder `whisper-<name>` in it. */
  readonly directory: string
  /** A mirror with the hub's paths (setting SPEECH_MODEL_URL). */
  readonly baseUrl?: string | undefined
  readonly signal: AbortSignal
  readonly fetch?: Fetch
  /** First wait between tries of a broken connection; 0.5 s unless said otherwise. */
  readonly waitMs?: number
  onProgress?(bytesDone: number, ofBytes: number): void
}

/**
 * Answers the model's folder. Fails with `speech-model-missing` (no such name), `speech-download-failed`, `disk-full` or
 * `cancelled`; what has come stays in `whisper-<name>.part` and is used the next time.
 */
export const downloadSpeechModel = async (name: string, options: DownloadOptions): Promise<string> => {
  const row = findSpeechModel(name)
  if (row === undefined) {
    throw new AppError(
      'speech-model-missing',
      `There is no speech model called ${JSON.stringify(name.slice(0, 100))}`,
      {
        details: { known: SPEECH_MODELS.map((each) => each.name) },
      },
    )
  }
  try {
    const baseUrl = (options.baseUrl ?? HUB_URL).replace(/\/+$/, '')
    const fetch: Fetch = options.fetch ?? globalThis.fetch
    const folder = join(options.directory, `whisper-${name}`)
    const staging = `${folder}.part`
    const files = await listModelFiles(row, baseUrl, fetch, options.signal)
    const total = files.reduce((sum, file) => sum + file.bytes, 0)
    await mkdir(staging, { recursive: true })
    let before = 0
    for (const file of files) {
      const done = before
      await downloadFile({
        file,
        url: `${baseUrl}/${row.repository}/resolve/main/${file.path}`,
        target: join(staging, file.path),
        fetch,
        signal: options.signal,
        ...(options.waitMs === undefined ? {} : { waitMs: options.waitMs }),
        onProgress: (bytes) => options.onProgress?.(done + bytes, total),
      })
      before += file.bytes
    }
    await writeFile(join(staging, 'manifest.json'), JSON.stringify({ repository: row.repository, files }, undefined, 2))
    await rm(folder, { recursive: true, force: true })
    await rename(staging, folder)
    return folder
  } catch (thrown) {
    throw options.signal.aborted ? cancelledError(options.signal) : thrown
  }
}
