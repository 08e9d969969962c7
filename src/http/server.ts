/**
 * The HTTP server: what holds for every request, in the order in which it applies. Routes are in `routes/`.
 *
 * It owns no domain: it checks who calls and what is sent, calls a room, and shapes what comes back.
 */
import fastify, { LogController, type FastifyInstance } from 'fastify'
import { createSerializerCompiler } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import { enforceAccess } from './access.ts'
import { onClientError } from './client-error.ts'
import type { HttpDependencies } from './dependencies.ts'
import { drainOnClose } from './drain.ts'
import { onFrameworkError, sendProblem } from './error-response.ts'
import { registerJsonBody } from './json-body.ts'
import { createValidator, refuseUnsaidQueries } from './known-names.ts'
import { rememberAddresses, setNotFound } from './not-found.ts'
import { noteRefusal } from './note-refusal.ts'
import { observeRequests } from './observe.ts'
import { registerOpenApi } from './openapi.ts'
import { requestIdOf } from './request-id.ts'
import { registerRoutes } from './routes/routes.ts'
import { registerSecurity } from './security.ts'
import { registerStaticWeb } from './static-web.ts'

/** Of JSON; recordings are streamed and have their own limit. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024
/** Of silence on a connection: long uploads and event streams keep talking. */
const IDLE_TIMEOUT_MS = 120_000

const createFastify = (settings: HttpDependencies['settings'], logger: Logger) =>
  fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    bodyLimit: BODY_LIMIT_BYTES,
    connectionTimeout: IDLE_TIMEOUT_MS,
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    frameworkErrors: onFrameworkError,
    clientErrorHandler: onClientError,
  })

/** One line per answered request; never the query, which may hold what a person searched for. */
const logRequests = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const path = request.url.split('?', 1)[0]?.slice(0, 300)
    const level = path === '/healthz' || path === '/readyz' ? 'debug' : 'info'
    request.log[level](
      {
        method: request.method,
        path,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
        userId: request.identity?.user.id,
      },
      'request',
    )
    done()
  })
}

/** A server that is ready to listen. */
export const createHttpServer = async (
  deps: HttpDependencies & { readonly logger: Logger },
): Promise<FastifyInstance> => {
  const { settings, accounts } = deps
  const app = createFastify(settings, deps.logger) as unknown as FastifyInstance
  app.setValidatorCompiler(createValidator)
  app.setSerializerCompiler(createSerializerCompiler())
  app.setErrorHandler((thrown, request, reply) => {
    noteRefusal(thrown, request, { refuse: deps.monitoring.refuse, clock: deps.clock })
    return sendProblem(thrown, request, reply)
  })
  registerJsonBody(app)
  refuseUnsaidQueries(app)
  const methodsOf = rememberAddresses(app)
  observeRequests(app, deps.monitoring.observer)
  drainOnClose(app)
  logRequests(app)
  await registerSecurity(app, settings)
  enforceAccess(app, { accounts, publicUrl: settings.publicUrl, allowedOrigins: settings.allowedOrigins })
  await registerOpenApi(app, settings.version)
  await registerRoutes(app, deps)
  const { webDirectory } = settings
  const sendPage = webDirectory === undefined ? undefined : await registerStaticWeb(app, webDirectory)
  setNotFound(app, { methodsOf, ...(sendPage && { sendPage }) })
  await app.ready()
  return app
}
