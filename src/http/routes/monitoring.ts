/** For supervisors: metrics for Prometheus, and how the models do. */
import type { FastifyInstance } from 'fastify'
import { getModelsHealth } from '../contract/health-ai.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { ensureMonitor } from '../monitor-access.ts'
import { registerRoute } from '../register-route.ts'

export const registerMonitoring = (app: FastifyInstance, deps: HttpDependencies): void => {
  const { monitoring } = deps
  registerRoute(app, getModelsHealth, async ({ request, reply }) => {
    await ensureMonitor(deps, request, reply)
    void reply.header('cache-control', 'no-store')
    return monitoring.health()
  })
  // The route checks by itself, since a supervisor has a token and no account.
  app.get('/metrics', { config: { access: 'anyone' }, schema: { hide: true } }, async (request, reply) => {
    await ensureMonitor(deps, request, reply)
    const { contentType, text } = await monitoring.metrics()
    return reply.type(contentType).header('cache-control', 'no-store').send(text)
  })
}
