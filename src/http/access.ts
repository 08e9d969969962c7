/**
 * Who may call what. Every route says its access or the server does not start; unsafe requests must come from our own
 * pages; a caller is authenticated before anything of the request is read.
 */
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Accounts } from '../accounts/accounts.ts'
import type { Caller } from '../accounts/caller.ts'
import { CLIENT_ADDRESS_HEADER } from '../accounts/auth.ts'
import type { Identity } from '../accounts/user.ts'
import { AppError } from '../errors.ts'
import { isSameOrigin } from './same-origin.ts'

export type Access = 'anyone' | 'user' | 'admin'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyInstance {
    /** Every route with who may call it, as registered. */
    routeAccess(): { method: string; url: string; access: Access | undefined }[]
  }
  interface FastifyRequest {
    identity: Identity | null
  }
}

/** The parts of a request that accounts may see. */
export const callerOf = (request: FastifyRequest): Caller => {
  const headers = new Headers({ [CLIENT_ADDRESS_HEADER]: request.ip })
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = request.headers[name]
    if (value !== undefined) headers.set(name, value)
  }
  return { headers, address: request.ip, requestId: request.id }
}

/** The signed-in caller; only for routes whose access is not `anyone`. */
export const identityOf = (request: FastifyRequest): Identity => {
  if (request.identity === null) throw new AppError('unauthenticated', 'No session came with this request')
  return request.identity
}

export const checkIdentity = (identity: Identity | undefined, access: Access): Identity => {
  if (identity === undefined) throw new AppError('unauthenticated', 'No valid session came with this request')
  if (access === 'admin' && identity.user.role !== 'admin') {
    throw new AppError('forbidden', 'Only administrators may do this')
  }
  return identity
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

interface AccessOptions {
  readonly accounts: Pick<Accounts, 'authenticate'>
  readonly publicUrl: string
  readonly allowedOrigins: readonly string[]
}

/** Adds the checks to every route of the server. */
export const enforceAccess = (app: FastifyInstance, { accounts, publicUrl, allowedOrigins }: AccessOptions): void => {
  const trustedOrigins = new Set([new URL(publicUrl).origin, ...allowedOrigins])
  const routes: RouteOptions[] = []
  app.decorateRequest('identity', null)
  app.decorate('routeAccess', () =>
    routes.flatMap(({ method, url, config }) =>
      [method].flat().map((one) => ({ method: one, url, access: config?.access })),
    ),
  )

  app.addHook('onRoute', (route) => {
    // What a method is allowed for is no secret, and the plugin for CORS adds its own route.
    if (route.method === 'OPTIONS') route.config = { access: 'anyone', ...route.config }
    routes.push(route)
  })
  app.addHook('onReady', (done) => {
    const open = routes.filter((route) => route.config?.access === undefined)
    const names = open.map((route) => `${String(route.method)} ${route.url}`).join(', ')
    done(open.length === 0 ? undefined : new Error(`Routes that do not say who may call them: ${names}`))
  })

  app.addHook('onRequest', async (request, reply) => {
    if (!SAFE_METHODS.has(request.method) && !isSameOrigin(request.headers, trustedOrigins)) {
      throw new AppError('cross-site-request', 'A page of another site sent this request')
    }
    const access = request.routeOptions.config.access
    if (access === undefined || access === 'anyone') return
    const identity = checkIdentity(await accounts.authenticate(callerOf(request)), access)
    request.identity = identity
    if (identity.setCookies.length > 0) void reply.header('set-cookie', identity.setCookies)
  })
}

/** Declares all routes of a plugin open to anyone; for static files and documentation. */
export const openToAnyone = (scope: FastifyInstance): void => {
  scope.addHook('onRoute', (route) => {
    route.config = { access: 'anyone', ...route.config }
  })
}
