/** What became of an upload whose last answer was lost. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../errors.ts'
import { getUpload } from '../contract/uploads.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'
import { rejectionOf, type FinishUpload } from './finish-upload.ts'
import type { Upload } from './uploads.store.ts'

interface Dependencies {
  readonly uploads: HttpDependencies['uploads']
  readonly finishUpload: FinishUpload
  readonly directory: string
}

export const registerUploadResult = (
  app: FastifyInstance,
  { uploads, finishUpload, directory }: Dependencies,
): void => {
  /** All bytes are here, but a crash came before they became a transcription. */
  const isWhole = async (upload: Upload): Promise<boolean> => {
    if (upload.state !== 'uploading' || upload.size_bytes === null) return false
    const file = await stat(join(directory, upload.id)).catch(() => undefined)
    return file?.size === upload.size_bytes
  }

  registerRoute(app, getUpload, async ({ user, params }) => {
    const find = (): Promise<Upload | undefined> => uploads.findOwned(user.id, params.uploadId)
    let upload = await find()
    if (upload !== undefined && (await isWhole(upload))) {
      await finishUpload(upload).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error
      })
      upload = await find()
    }
    if (upload === undefined) throw new AppError('not-found', 'There is no such upload')
    const failure = upload.error === null ? undefined : rejectionOf(upload.error)
    return {
      state: upload.state,
      transcriptionId: upload.transcription_id,
      error: failure
        ? { code: failure.code, title: failure.entry.title, message: failure.message, advice: failure.entry.advice }
        : null,
    }
  })
}
