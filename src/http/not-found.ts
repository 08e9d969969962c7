/** Addresses that lead nowhere: 405 where another method would be right, the page for its own addresses, else 404. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { sendProblem } from './error-response.ts'

interface KnownAddress {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

const toPattern = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/')}/?$`,
  )

/** Remembers every route of the API; must be called before routes are added. */
export const rememberAddresses = (app: FastifyInstance): ((path: string) => string[]) => {
  const known = new Map<string, KnownAddress>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return
    const address = known.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() }
    for (const one of [method].flat()) address.methods.add(one)
    known.set(url, address)
  })
  return (path) =>
    [...known.values()].filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods])
}

interface NotFoundOptions {
  readonly methodsOf: (path: string) => string[]
  /** Sends the page; left out when it was not built. */
  readonly sendPage?: (reply: FastifyReply) => FastifyReply
}

const wantsPage = (request: FastifyRequest, path: string): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  !path.startsWith('/api/') &&
  !/\.[a-z0-9]{1,8}$/i.test(path) &&
  (request.headers.accept ?? '').includes('text/html')

export const setNotFound = (app: FastifyInstance, { methodsOf, sendPage }: NotFoundOptions): void => {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    if (sendPage !== undefined && wantsPage(request, path)) return sendPage(reply)
    const methods = methodsOf(path)
    if (methods.length === 0)
      return sendProblem(new AppError('not-found', 'There is nothing at this address'), request, reply)
    void reply.header('allow', [...new Set(methods)].join(', '))
    return sendProblem(
      new AppError('method-not-allowed', `${request.method} is not taken at this address`),
      request,
      reply,
    )
  })
}
