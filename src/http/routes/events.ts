/** Live events of one recording or of all recordings of the caller. Both begin with the state as it is. */
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { AppError } from '../../errors.ts'
import { identityOf } from '../access.ts'
import { transcriptionEventSchema } from '../contract/events.ts'
import { problemSchema } from '../contract/problem.ts'
import { byId } from '../contract/route.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { sendEvents } from '../event-stream.ts'

/** Browser tabs and scripts of one user together. */
const MAX_STREAMS_PER_USER = 60

const response = {
  200: {
    description: 'Events, each `data` one JSON object',
    content: { 'text/event-stream': { schema: transcriptionEventSchema } },
  },
  default: { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } },
}

/** Counts open streams by user; the returned function is to be called when one ends. */
const createStreamCounter = () => {
  const open = new Map<string, number>()
  return (userId: string): (() => void) => {
    const count = (open.get(userId) ?? 0) + 1
    if (count > MAX_STREAMS_PER_USER) {
      throw new AppError('too-many-requests', 'Too many pages listen at the same time', { retryAfterMs: 10_000 })
    }
    open.set(userId, count)
    return () => {
      const left = (open.get(userId) ?? 1) - 1
      if (left === 0) open.delete(userId)
      else open.set(userId, left)
    }
  }
}

export const registerEvents = (app: FastifyInstance, { transcriptions, closing }: HttpDependencies): void => {
  const countStream = createStreamCounter()

  app.route({
    method: 'GET',
    url: '/api/v1/events',
    exposeHeadRoute: false,
    config: { access: 'user' },
    schema: {
      operationId: 'events',
      summary: 'Live events of all your recordings',
      tags: ['transcriptions'],
      response,
    },
    handler: (request, reply) => {
      const { user } = identityOf(request)
      reply.raw.once('close', countStream(user.id))
      return sendEvents(reply, closing, (signal) => transcriptions.events(user.id, { signal }))
    },
  })

  app.route({
    method: 'GET',
    url: '/api/v1/transcriptions/:id/events',
    exposeHeadRoute: false,
    config: { access: 'user' },
    schema: {
      operationId: 'transcriptionEvents',
      summary: 'Live events of one recording',
      tags: ['transcriptions'],
      params: byId,
      response,
    },
    handler: async (request, reply) => {
      const { user } = identityOf(request)
      const { id } = request.params as z.output<typeof byId>
      // An unknown one must be a 404, not a stream that stays silent.
      await transcriptions.get(user.id, id)
      reply.raw.once('close', countStream(user.id))
      return sendEvents(reply, closing, (signal) => transcriptions.events(user.id, { transcriptionId: id, signal }))
    },
  })
}
