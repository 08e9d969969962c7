/**
 * A recording in one request, for scripts: multipart with a field `file` and a field for each option, in any order.
 * The file goes to disk as it comes; the memory used does not depend on its size.
 */
import multipart, { type MultipartFile } from '@fastify/multipart'
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import { createTranscription } from '../contract/transcriptions.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'
import { cleanFileName, readFormFileName } from './file-name.ts'
import { checkFreeSpace } from './free-space.ts'
import { parseOptionFields } from './options.ts'

/** Boundaries and option fields beside the file. */
const ENVELOPE_BYTES = 1024 * 1024

interface Received {
  readonly fileName: string
  readonly fields: ReadonlyMap<string, string>
}

export const registerMultipart = async (app: FastifyInstance, deps: HttpDependencies): Promise<void> => {
  const { settings, transcriptions } = deps
  const { maxUploadBytes, uploadDirectory: directory } = settings
  await mkdir(directory, { recursive: true, mode: 0o700 })

  const checkLength = async (request: FastifyRequest): Promise<void> => {
    const length = Number(request.headers['content-length'] ?? 0)
    if (length > maxUploadBytes + ENVELOPE_BYTES) {
      throw new AppError('too-large', 'The request is larger than an upload may be', { details: { maxUploadBytes } })
    }
    await checkFreeSpace(directory, length)
  }

  const store = async (part: MultipartFile, path: string): Promise<void> => {
    await pipeline(part.file, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
    if (part.file.truncated)
      throw new AppError('too-large', 'The file is larger than an upload may be', { details: { maxUploadBytes } })
  }

  const receive = async (request: FastifyRequest, path: string): Promise<Received> => {
    const fields = new Map<string, string>()
    let fileName: string | undefined
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        fields.set(part.fieldname, String(part.value))
      } else if (part.fieldname === 'file' && fileName === undefined) {
        fileName = cleanFileName(readFormFileName(part.filename))
        await store(part, path)
      } else {
        part.file.resume()
        throw new AppError('invalid-request', 'One file is taken, in the field "file"')
      }
    }
    if (fileName === undefined) throw new AppError('invalid-request', 'There is no file in the field "file"')
    return { fileName, fields }
  }

  await app.register(async (scope) => {
    await scope.register(multipart, {
      throwFileSizeLimit: false,
      limits: {
        fileSize: maxUploadBytes,
        files: 2,
        fields: 30,
        fieldSize: 64 * 1024,
        fieldNameSize: 100,
        headerPairs: 50,
        parts: 40,
      },
    })
    scope.removeContentTypeParser(['application/json'])
    registerRoute(
      scope,
      createTranscription,
      async ({ user, request }) => {
        if (!request.isMultipart())
          throw new AppError('unsupported-media-type', 'Send multipart/form-data with a field "file"')
        await checkLength(request)
        const path = join(directory, `multipart-${randomBytes(16).toString('hex')}`)
        try {
          const { fileName, fields } = await receive(request, path)
          const options = parseOptionFields(fields)
          return await transcriptions.create({ userId: user.id, source: { path }, fileName, options })
        } finally {
          await rm(path, { force: true })
        }
      },
      { readsBodyItself: true },
    )
  })
}
