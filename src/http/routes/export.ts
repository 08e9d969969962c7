/** A text of a recording as a file. */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { identityOf } from '../access.ts'
import { contentDisposition } from '../content-disposition.ts'
import { byId } from '../contract/route.ts'
import { problemSchema } from '../contract/problem.ts'
import { exportQuerySchema } from '../contract/transcriptions.ts'
import { toMe } from '../me.ts'
import type { HttpDependencies } from '../dependencies.ts'

export const registerExport = (app: FastifyInstance, { transcriptions, accounts }: HttpDependencies): void => {
  app.route({
    method: 'GET',
    url: '/api/v1/transcriptions/:id/export',
    config: { access: 'user' },
    schema: {
      operationId: 'exportTranscription',
      summary: 'A text as a file: txt, srt, vtt, json, md, docx or pdf',
      tags: ['transcriptions'],
      params: byId,
      querystring: exportQuerySchema,
      response: {
        200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } },
        default: { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } },
      },
    },
    handler: async (request, reply) => {
      const { id } = request.params as z.output<typeof byId>
      const { locale, ...wanted } = request.query as z.output<typeof exportQuerySchema>
      const { user } = identityOf(request)
      const reader = locale ?? toMe(await accounts.profile(user.id)).preferences.locale
      const file = await transcriptions.export(user.id, id, { ...wanted, locale: reader })
      return reply
        .type(file.mediaType)
        .header('content-disposition', contentDisposition('attachment', file.fileName))
        .header('cache-control', 'no-store')
        .send(Buffer.from(file.body.buffer, file.body.byteOffset, file.body.byteLength))
    },
  })
}
