/**
 * The recording for the player, with ranges.
 *
 * The file came from a user, so a browser must never run it: only sound and video types are named, sniffing is off, and
 * the answer's own policy allows nothing.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { StoredMedia } from '../../transcription/transcriptions.ts'
import { identityOf } from '../access.ts'
import { parseByteRange } from '../byte-range.ts'
import { contentDisposition } from '../content-disposition.ts'
import { byId } from '../contract/route.ts'
import { problemSchema } from '../contract/problem.ts'
import type { HttpDependencies } from '../dependencies.ts'

const PLAYABLE = /^(audio|video)\/[a-z0-9][a-z0-9.+-]{0,60}$/

const querySchema = z.object({ download: z.enum(['0', '1']).default('0') })

const sendFile = async (
  media: StoredMedia,
  download: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const file = await stat(media.path).catch((cause: unknown) => {
    throw new AppError('not-found', 'The recording itself is no longer stored', { cause })
  })
  const tag = `"${file.size.toString(36)}-${Math.trunc(file.mtimeMs).toString(36)}"`
  void reply.type(PLAYABLE.test(media.mediaType) ? media.mediaType : 'application/octet-stream').headers({
    'accept-ranges': 'bytes',
    etag: tag,
    'cache-control': 'private, max-age=3600',
    'content-disposition': contentDisposition(download ? 'attachment' : 'inline', media.fileName),
    'content-security-policy': "default-src 'none'; sandbox",
  })
  if (request.headers['if-none-match'] === tag) return reply.code(304).send()
  const changed = request.headers['if-range'] !== undefined && request.headers['if-range'] !== tag
  const range = changed ? 'whole' : parseByteRange(request.headers.range, file.size)
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${file.size}`).send()
  const { start, end } = range === 'whole' ? { start: 0, end: file.size - 1 } : range
  if (range !== 'whole') void reply.code(206).header('content-range', `bytes ${start}-${end}/${file.size}`)
  void reply.header('content-length', end - start + 1)
  // A stream, because Fastify takes an answer without one to be of length 0.
  if (request.method === 'HEAD') return reply.send(Readable.from([]))
  return reply.send(file.size === 0 ? '' : createReadStream(media.path, { start, end }))
}

export const registerMedia = (app: FastifyInstance, { transcriptions }: HttpDependencies): void => {
  app.route({
    method: 'GET',
    url: '/api/v1/transcriptions/:id/media',
    config: { access: 'user' },
    schema: {
      operationId: 'getMedia',
      summary: 'The recording itself, with ranges; `download=1` to save it',
      tags: ['transcriptions'],
      params: byId,
      querystring: querySchema,
      response: {
        200: { description: 'The recording', content: { 'application/octet-stream': { schema: z.string() } } },
        default: { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } },
      },
    },
    handler: async (request, reply) => {
      const { id } = request.params as z.output<typeof byId>
      const { download } = request.query as z.output<typeof querySchema>
      const media = await transcriptions.media(identityOf(request).user.id, id)
      return sendFile(media, download === '1', request, reply)
    },
  })
}
