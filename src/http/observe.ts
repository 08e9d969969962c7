/** Lets metrics and traces see every request, from its first hook to its end. */
import type { FastifyInstance, FastifyRequest } from 'fastify'

export interface ObservedRequest {
  readonly method: string
  /** The route's pattern; `unknown` where there is none. */
  readonly route: string
  readonly requestId: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface RequestObserver {
  /** Calls `next` once, within whatever context the observer gives to all that the request does. */
  begin(request: ObservedRequest, next: () => void): (answer: { status: number; durationMs: number }) => void
}

/** To be called before any other hook is added. */
export const observeRequests = (app: FastifyInstance, observer: RequestObserver): void => {
  const open = new WeakMap<FastifyRequest, ReturnType<RequestObserver['begin']>>()
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, headers, id: requestId } = request
    const route = request.routeOptions.url ?? 'unknown'
    open.set(request, observer.begin({ method, headers, requestId, route }, done))
  })
  app.addHook('onResponse', (request, reply, done) => {
    open.get(request)?.({ status: reply.statusCode, durationMs: reply.elapsedTime })
    done()
  })
}
