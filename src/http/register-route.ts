/** Binds a route of the contract to what answers it: validated in, typed through, checked out, documented. */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import type { z } from 'zod'
import type { User } from '../accounts/user.ts'
import { identityOf } from './access.ts'
import { problemSchema } from './contract/problem.ts'
import type { RouteDefinition } from './contract/route.ts'
import { operationIdOf } from './operation-ids.ts'

export interface RouteInput<Route extends RouteDefinition> {
  readonly params: z.output<Route['params']>
  readonly query: z.output<Route['query']>
  readonly body: z.output<Route['body']>
  /** Who calls. Reading it on a route for anyone throws. */
  readonly user: User
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

export type RouteAnswer<Route extends RouteDefinition> = z.input<Route['response']>

const HAS_BODY = new Set(['POST', 'PUT', 'PATCH'])

export const registerRoute = <Route extends RouteDefinition>(
  app: FastifyInstance,
  route: Route,
  answer: (input: RouteInput<Route>) => Promise<RouteAnswer<Route>> | RouteAnswer<Route>,
  options: Pick<RouteShorthandOptions, 'bodyLimit'> & { readonly readsBodyItself?: boolean } = {},
): void => {
  const { readsBodyItself = false, ...rest } = options
  app.route({
    ...rest,
    method: route.method,
    url: route.path,
    config: { access: route.access },
    schema: {
      operationId: operationIdOf(route),
      summary: route.summary,
      tags: [route.tag],
      params: route.params,
      querystring: route.query,
      ...(HAS_BODY.has(route.method) && !readsBodyItself ? { body: route.body } : {}),
      response: {
        200: route.response,
        default: { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } },
      },
    },
    // No body at all is an empty one, so that the answer names the fields that are missing.
    preValidation: (request, _reply, done) => {
      request.body ??= {}
      done()
    },
    handler: async (request, reply) => {
      const input: RouteInput<Route> = {
        params: request.params as RouteInput<Route>['params'],
        query: request.query as RouteInput<Route>['query'],
        body: request.body as RouteInput<Route>['body'],
        get user() {
          return identityOf(request).user
        },
        request,
        reply,
      }
      return answer(input)
    },
  })
}
