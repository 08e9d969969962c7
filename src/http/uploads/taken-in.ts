/** The bytes of an upload on the disk, and the recording that is made of them: made once, and taken back when it was dropped. */
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../errors.ts'
import type { Transcriptions } from '../../transcription/transcriptions.ts'
import { transcriptionOptionsSchema } from '../contract/transcriptions.ts'
import type { Upload } from './uploads.store.ts'

export interface TakenInDeps {
  readonly directory: string
  readonly transcriptions: Pick<Transcriptions, 'create' | 'findByUpload' | 'remove'>
}

export const createTakenIn = ({ directory, transcriptions }: TakenInDeps) => {
  /** Size of the file; undefined once it was taken in, or where it was lost. */
  const arrivedBytes = async (id: string): Promise<number | undefined> =>
    (await stat(join(directory, id)).catch(() => undefined))?.size

  return {
    arrivedBytes,

    async removeFiles(id: string): Promise<void> {
      for (const name of [id, `${id}.json`]) await rm(join(directory, name), { force: true })
    },

    /** The id of its transcription, which may have been made by an earlier try. */
    async make(upload: Upload, signal: AbortSignal): Promise<string> {
      const made = await transcriptions.findByUpload(upload.owner_id, upload.id)
      if (made !== null) return made.id
      if ((await arrivedBytes(upload.id)) === undefined) {
        throw new AppError('upload-gone', 'The server no longer has what arrived of this upload')
      }
      const { id } = await transcriptions.create({
        userId: upload.owner_id,
        source: { path: join(directory, upload.id) },
        fileName: upload.file_name,
        options: transcriptionOptionsSchema.parse(upload.options),
        uploadId: upload.id,
        signal,
      })
      return id
    },

    async removeMade(upload: Upload): Promise<void> {
      const made = await transcriptions.findByUpload(upload.owner_id, upload.id)
      if (made === null) return
      await transcriptions.remove(upload.owner_id, made.id).catch((error: unknown) => {
        // Another process was told of the same.
        if (!(error instanceof AppError) || error.code !== 'not-found') throw error
      })
    },
  }
}
