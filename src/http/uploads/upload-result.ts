/** What became of an upload whose last answer was lost. */
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../errors.ts'
import { getUpload } from '../contract/uploads.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'
import { rejectionOf, type FinishUpload } from './finish-upload.ts'

interface Dependencies {
  readonly uploads: HttpDependencies['uploads']
  readonly finishUpload: FinishUpload
}

export const registerUploadResult = (app: FastifyInstance, { uploads, finishUpload }: Dependencies): void => {
  registerRoute(app, getUpload, async ({ user, params }) => {
    const found = await uploads.findOwned(user.id, params.uploadId)
    if (found === undefined) throw new AppError('not-found', 'There is no such upload')
    const upload = await finishUpload.settle(found)
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
