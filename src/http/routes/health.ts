/** For supervisors and load balancers: alive, and ready to take requests. */
import type { FastifyInstance } from 'fastify'
import type { HttpDependencies } from '../dependencies.ts'

export const registerHealth = (app: FastifyInstance, { readiness, closing }: HttpDependencies): void => {
  const config = { access: 'anyone' as const }
  app.get('/healthz', { config, schema: { hide: true } }, (_request, reply) => reply.send({ status: 'ok' }))

  app.get('/readyz', { config, schema: { hide: true } }, async (_request, reply) => {
    const checks: Record<string, boolean> = { ...(await readiness()), open: !closing.aborted }
    const ready = Object.values(checks).every(Boolean)
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: ready ? 'ready' : 'not-ready', checks })
  })
}
