/**
 * Resumable uploads: the routes of the tus 1.0 protocol.
 *
 * An upload is a row of its owner's and a file named by its id; for everybody else it does not exist. The row decides
 * what may still be done; `tus-server.ts` moves the bytes.
 */
import { mkdir } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { identityOf } from '../access.ts'
import { transcriptionIdHeader } from '../contract/uploads.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { createFinishUpload, type FinishUpload } from './finish-upload.ts'
import { createTusServer, UPLOADS_PATH, type TusServer } from './tus-server.ts'
import { registerUploadResult } from './upload-result.ts'
import type { Upload } from './uploads.store.ts'

const isGone = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'upload-gone' || error.code === 'not-found')

const TUS_VERSION = '1.0.0'
const UPLOAD_ID = /^[0-9a-f]{32}$/

interface Dependencies {
  readonly tus: TusServer
  readonly uploads: HttpDependencies['uploads']
  readonly finishUpload: FinishUpload
}

/** What comes after the start of an upload: asking, sending on, dropping. */
const createGoOn = ({ tus, uploads, finishUpload }: Dependencies) => {
  const find = async (request: FastifyRequest): Promise<Upload> => {
    const { uploadId } = request.params as { uploadId: string }
    const upload = UPLOAD_ID.test(uploadId) ? await uploads.findOwned(identityOf(request).user.id, uploadId) : undefined
    if (upload === undefined) throw new AppError('not-found', 'There is no such upload')
    return upload
  }

  const goOn = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const upload = await find(request)
    if (upload.state !== 'uploading') return answerFinished(upload, request, reply)
    if (request.method === 'DELETE') return drop(upload, request, reply)
    try {
      return await tus.serve(request, reply, upload.owner_id)
    } catch (error) {
      // Another request makes a transcription of it, or did before a crash: the file is gone, but the upload is not lost.
      const now = isGone(error) ? await finishUpload.settle(upload) : upload
      if (now.state === 'uploading') throw error
      return answerFinished(now, request, reply)
    }
  }

  /** Also while the server looks at the recording: then nothing becomes of it. */
  const drop = async (upload: Upload, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (request.headers['tus-resumable'] === TUS_VERSION) await finishUpload.drop(upload)
    try {
      // The library checks the protocol and ends a part that is just being written.
      return await tus.serve(request, reply, upload.owner_id)
    } catch (error) {
      if (!isGone(error)) throw error
      return reply.code(204).header('tus-resumable', TUS_VERSION).send()
    }
  }

  /** A finished upload has no file any more; its row knows the outcome. */
  const answerFinished = async (
    upload: Upload,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    const size = String(upload.size_bytes ?? 0)
    void reply.headers({
      'tus-resumable': TUS_VERSION,
      'upload-offset': size,
      'upload-length': size,
      'cache-control': 'no-store',
    })
    if (upload.transcription_id !== null) void reply.header(transcriptionIdHeader, upload.transcription_id)
    if (request.method === 'HEAD') return reply.code(200).send()
    if (request.method === 'DELETE')
      throw new AppError('conflict', 'The upload is finished; delete what was made of it')
    if (request.headers['upload-offset'] !== size) throw new AppError('conflict', 'The upload is finished')
    await finishUpload.finish(upload)
    return reply.code(204).send()
  }
  return goOn
}

export const registerTus = async (app: FastifyInstance, deps: HttpDependencies): Promise<void> => {
  const { settings, uploads, transcriptions, clock } = deps
  const directory = settings.uploadDirectory
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const finishUpload = createFinishUpload({ directory, uploads, transcriptions, clock })
  const tus = createTusServer({ settings, uploads, clock, transcriptions, finishUpload })
  const goOn = createGoOn({ tus, uploads, finishUpload })

  await app.register((scope, _options, done) => {
    // The library reads the body itself; bytes of any declared type pass as they come.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
    const config = { access: 'user' as const }
    const schema = { tags: ['uploads'] }
    scope.route({
      method: 'OPTIONS',
      url: UPLOADS_PATH,
      schema: { hide: true },
      handler: (request, reply) => tus.serve(request, reply, ''),
    })
    scope.route({
      method: 'POST',
      url: UPLOADS_PATH,
      config,
      schema: { ...schema, operationId: 'startUpload', summary: 'Start a resumable upload (tus 1.0)' },
      handler: (request, reply) => tus.serve(request, reply, identityOf(request).user.id),
    })
    scope.route({
      method: ['HEAD', 'PATCH', 'DELETE'],
      url: `${UPLOADS_PATH}/:uploadId`,
      config,
      schema: { ...schema, summary: 'Ask for, go on with or drop a resumable upload (tus 1.0)' },
      handler: goOn,
    })
    done()
  })
  registerUploadResult(app, { uploads, finishUpload })
}
