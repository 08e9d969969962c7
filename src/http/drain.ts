/**
 * A close that lets requests end and waits for nobody else.
 *
 * Browsers open connections ahead of time and send nothing on them; to Node these are not idle, and a plain close would
 * wait a minute for each. So connections are cut as soon as no request is open, or when the grace is over.
 */
import type { FastifyInstance } from 'fastify'

/** For the last part of an upload or download. Containers are killed after 10 s, and jobs and database end after this. */
const GRACE_MS = 5_000

export const drainOnClose = (app: FastifyInstance): void => {
  let open = 0
  let onDrained = (): void => {}

  app.addHook('onRequest', (_request, reply, done) => {
    open += 1
    reply.raw.once('close', () => {
      open -= 1
      if (open === 0) onDrained()
    })
    done()
  })
  app.addHook('preClose', (done) => {
    const cut = (): void => {
      clearTimeout(timer)
      app.server.closeAllConnections()
    }
    const timer = setTimeout(cut, GRACE_MS)
    timer.unref()
    onDrained = cut
    // After this turn the server takes no new connections.
    if (open === 0) setImmediate(cut)
    done()
  })
}
