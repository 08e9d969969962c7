/**
 * The tus library with our decisions in its hooks: who may, how much, what for, and what becomes of it.
 *
 * The library moves bytes and keeps offsets. A request is handed to it as a web request; its answer is copied, and its
 * failures are thrown in our one shape.
 */
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { transcriptionIdHeader } from '../contract/uploads.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { cleanFileName } from './file-name.ts'
import type { FinishUpload } from './finish-upload.ts'
import { checkFreeSpace, freeBytes } from './free-space.ts'
import { parseOptionsJson } from './options.ts'
import { fromTusAnswer, fromTusFailure } from './tus-problem.ts'
import { createUploadLocker } from './upload-locker.ts'

export const UPLOADS_PATH = '/api/v1/uploads'
/** From its start; the answer to the start says until when. */
const UPLOAD_LIFETIME_MS = 3 * 24 * 3_600_000
/** Of one user at a time; keeps a script from filling the disk with beginnings. */
const MAX_UNFINISHED = 100
/** A write that fails with less than this left failed for want of space. */
const FULL_DISK_BYTES = 16 * 1024 * 1024

/** What a hook of the library needs of the request that it serves. */
interface Context {
  readonly userId: string
  failure: AppError | undefined
}

type Hooks = ConstructorParameters<typeof Server>[0]

export interface TusDependencies extends Pick<HttpDependencies, 'settings' | 'uploads' | 'clock' | 'transcriptions'> {
  readonly finishUpload: FinishUpload
}

const createHooks = (
  { settings, uploads, clock, transcriptions, finishUpload }: TusDependencies,
  contextOf: (request: object) => Context,
): Pick<Hooks, 'onUploadCreate' | 'onUploadFinish' | 'onResponseError'> => {
  const directory = settings.uploadDirectory
  return {
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
      await transcriptions.checkOptions(options)
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
      return { headers: { [transcriptionIdHeader]: await finishUpload.finish(upload) } }
    },

    async onResponseError(request, error) {
      const failure = fromTusFailure(error)
      const full = failure.code === 'internal' && (await freeBytes(directory)) < FULL_DISK_BYTES
      contextOf(request).failure = full ? new AppError('disk-full', 'The disk filled up during the upload') : failure
      return undefined
    },
  }
}

export interface TusServer {
  /** Answers a request of this user, who may see the upload. Throws what went wrong. */
  serve(request: FastifyRequest, reply: FastifyReply, userId: string): Promise<FastifyReply>
}

export const createTusServer = (deps: TusDependencies): TusServer => {
  const contexts = new WeakMap<object, Context>()
  const contextOf = (request: object): Context => {
    const context = contexts.get(request)
    if (context === undefined) throw new AppError('internal', 'An upload request came without its context')
    return context
  }
  const { uploadDirectory: directory, maxUploadBytes } = deps.settings
  const tus = new Server({
    path: UPLOADS_PATH,
    relativeLocation: true,
    datastore: new FileStore({ directory, expirationPeriodInMilliseconds: UPLOAD_LIFETIME_MS }),
    locker: createUploadLocker(),
    lockDrainTimeout: 1000,
    maxSize: maxUploadBytes,
    // Our own rules for other origins hold for all routes.
    allowedOrigins: () => false,
    namingFunction: () => randomBytes(16).toString('hex'),
    ...createHooks(deps, contextOf),
  })

  return {
    async serve(request, reply, userId) {
      const context: Context = { userId, failure: undefined }
      const asked = toWebRequest(request)
      contexts.set(asked, context)
      const answer = await tus.handleWeb(asked)
      for (const [name, value] of answer.headers) {
        if (!name.startsWith('access-control-') && name !== 'content-length') void reply.header(name, value)
      }
      if (answer.status < 400) return reply.code(answer.status).send(answer.body === null ? null : await answer.text())
      throw context.failure ?? fromTusAnswer(answer.status, await answer.text())
    },
  }
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

const toWebRequest = (request: FastifyRequest): Request => {
  const hasBody = request.method === 'POST' || request.method === 'PATCH'
  return new Request(new URL(request.url.split('?', 1)[0] ?? '', 'http://localhost'), {
    method: request.method,
    headers: tusHeaders(request),
    ...(hasBody ? { body: Readable.toWeb(request.raw) as ReadableStream, duplex: 'half' as const } : {}),
  })
}
