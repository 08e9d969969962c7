/** The error log, for administrators. */
import type { FastifyInstance } from 'fastify'
import { getErrorEntry, listErrorCauses, listErrorEntries } from '../contract/error-log.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

export const registerErrorLog = (app: FastifyInstance, { monitoring }: HttpDependencies): void => {
  const { errors } = monitoring
  registerRoute(app, listErrorEntries, ({ query: { cursor, limit, ...asked } }) => errors.list(asked, cursor, limit))
  registerRoute(app, listErrorCauses, ({ query: { limit, ...asked } }) => errors.causes(asked, limit))
  registerRoute(app, getErrorEntry, ({ params }) => errors.find(params.id))
}
