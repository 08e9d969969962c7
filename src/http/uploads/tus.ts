/**
 * Resumable uploads: the tus 1.0 protocol at /api/v1/uploads.
 *
 * The library moves the bytes; who may, how much, what for and what becomes of it is decided here. An upload is a row
 * of its owner's and a file named by its id; a file's own name never becomes part of a path.
 */
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { identityOf } from '../access.ts'
import { transcriptionIdHeader } from '../contract/uploads.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { cleanFileName } from './file-name.ts'
import { createFinishUpload } from './finish-upload.ts'
import { checkFreeSpace, freeBytes } from './free-space.ts'
import { parseOptionsJson } from './options.ts'
import { fromTusAnswer, fromTusFailure } from './tus-problem.ts'
import { registerUploadResult } from './upload-result.ts'
import { createUploadLocker } from './upload-locker.ts'
import type { Upload } from './uploads.store.ts'

export const UPLOADS_PATH = '/api/v1/uploads'
/** From its start; the answer to the start says until when. */
export const UPLOAD_LIFETIME_MS = 3 * 24 * 3_600_000
/** Of one user at a time; keeps a script from filling the disk with beginnings. */
const MAX_UNFINISHED = 100
/** A write that fails with less than this left failed for want of space. */
const FULL_DISK_BYTES = 16 * 1024 * 1024

const UPLOAD_ID = /^[0-9a-f]{32}$/

/** What a hook of the library needs of the request that it serves. */
interface Context {
  readonly userId: string
  failure: AppError | undefined
}

export const registerTus = async (app: FastifyInstance, deps: HttpDependencies): Promise<void> => {
  const { settings, uploads, clock } = deps
  const directory = settings.uploadDirectory
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const finishUpload = createFinishUpload({ directory, uploads, transcriptions: deps.transcriptions, clock })
  const contexts = new WeakMap<object, Context>()
  const contextOf = (request: object): Context => {
    const context = contexts.get(request)
    if (context === undefined) throw new AppError('internal', 'An upload request came without its context')
    return context
  }

  const tus = new Server({
    path: UPLOADS_PATH,
    relativeLocation: true,
    datastore: new FileStore({ directory, expirationPeriodInMilliseconds: UPLOAD_LIFETIME_MS }),
    locker: createUploadLocker(),
    lockDrainTimeout: 1000,
    maxSize: settings.maxUploadBytes,
    allowedOrigins: () => false,
    namingFunction: () => randomBytes(16).toString('hex'),

    async onUploadCreate(request, { id, size, metadata }) {
      const { userId } = contextOf(request)
      const options = parseOptionsJson(metadata?.options)
      const fileName = cleanFileName(metadata?.filename ?? '')
      const mediaType = metadata?.filetype?.slice(0, 100) ?? null
      if ((await uploads.countUnfinished(userId)) >= MAX_UNFINISHED) {
        throw new AppError('too-many-requests', `You have ${MAX_UNFINISHED} unfinished uploads`, {
          retryAfterMs: 60_000,
        })
      }
      await checkFreeSpace(directory, size ?? 0)
      const now = clock.now()
      const upload = { id, ownerId: userId, fileName, mediaType, sizeBytes: size ?? null, options }
      await uploads.insert({ ...upload, createdAt: new Date(now), expiresAt: new Date(now + UPLOAD_LIFETIME_MS) })
      return { metadata: { filename: fileName, options: JSON.stringify(options) } }
    },

    async onUploadFinish(request, { id, size }) {
      const { userId } = contextOf(request)
      if (size !== undefined) await uploads.setSize(id, size)
      const upload = await uploads.findOwned(userId, id)
      if (upload === undefined) throw new AppError('not-found', 'There is no such upload')
      return { headers: { [transcriptionIdHeader]: await finishUpload(upload) } }
    },

    async onResponseError(request, error) {
      const failure = fromTusFailure(error)
      const full = failure.code === 'internal' && (await freeBytes(directory)) < FULL_DISK_BYTES
      contextOf(request).failure = full ? new AppError('disk-full', 'The disk filled up during the upload') : failure
      return undefined
    },
  })

  /** Asks the library and copies its answer, or throws its failure in our shape. */
  const serve = async (request: FastifyRequest, reply: FastifyReply, context: Context): Promise<FastifyReply> => {
    const hasBody = request.method === 'POST' || request.method === 'PATCH'
    const asked = new Request(new URL(request.url.split('?', 1)[0] ?? '', 'http://localhost'), {
      method: request.method,
      headers: tusHeaders(request),
      ...(hasBody ? { body: Readable.toWeb(request.raw) as ReadableStream, duplex: 'half' as const } : {}),
    })
    contexts.set(asked, context)
    const answer = await tus.handleWeb(asked)
    for (const [name, value] of answer.headers) {
      if (!name.startsWith('access-control-') && name !== 'content-length') void reply.header(name, value)
    }
    if (answer.status < 400) return reply.code(answer.status).send(answer.body === null ? null : await answer.text())
    throw context.failure ?? fromTusAnswer(answer.status, await answer.text())
  }

  const start = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    serve(request, reply, { userId: identityOf(request).user.id, failure: undefined })

  const find = async (request: FastifyRequest): Promise<Upload> => {
    const { uploadId } = request.params as { uploadId: string }
    const upload = UPLOAD_ID.test(uploadId) ? await uploads.findOwned(identityOf(request).user.id, uploadId) : undefined
    if (upload === undefined) throw new AppError('not-found', 'There is no such upload')
    return upload
  }

  const goOn = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const upload = await find(request)
    if (upload.state !== 'uploading') return answerFinished(upload, request, reply)
    try {
      const answer = await serve(request, reply, { userId: upload.owner_id, failure: undefined })
      if (request.method === 'DELETE') await uploads.remove(upload.id)
      return answer
    } catch (error) {
      // Another request finished it while this one waited: the file is gone, but the upload is not lost.
      const now = error instanceof AppError && error.code === 'upload-gone' ? await find(request) : upload
      if (now.state === 'uploading') throw error
      return answerFinished(now, request, reply)
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
      'tus-resumable': '1.0.0',
      'upload-offset': size,
      'upload-length': size,
      'cache-control': 'no-store',
    })
    if (upload.transcription_id !== null) void reply.header(transcriptionIdHeader, upload.transcription_id)
    if (request.method === 'HEAD') return reply.code(200).send()
    if (request.method === 'DELETE')
      throw new AppError('conflict', 'The upload is finished; delete what was made of it')
    if (request.headers['upload-offset'] !== size) throw new AppError('conflict', 'The upload is finished')
    await finishUpload(upload)
    return reply.code(204).send()
  }

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
      handler: (request, reply) => serve(request, reply, { userId: '', failure: undefined }),
    })
    scope.route({
      method: 'POST',
      url: UPLOADS_PATH,
      config,
      schema: { ...schema, operationId: 'startUpload', summary: 'Start a resumable upload (tus 1.0)' },
      handler: start,
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
  registerUploadResult(app, { uploads, finishUpload, directory })
}

const PASSED_HEADERS = [
  'tus-resumable',
  'upload-length',
  'upload-defer-length',
  'upload-metadata',
  'upload-offset',
  'upload-concat',
  'content-type',
  'content-length',
] as const

const tusHeaders = (request: FastifyRequest): Headers => {
  const headers = new Headers()
  for (const name of PASSED_HEADERS) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  return headers
}
