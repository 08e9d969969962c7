/** Metrics and liveness of a process that serves no page: a worker, told by `METRICS_PORT`. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError } from '../errors.ts'

export interface MetricsServerDeps {
  readonly host: string
  readonly port: number
  /** Without one nobody is let in to the metrics: there are no accounts here. */
  readonly token: string | undefined
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const answer = (response: ServerResponse, status: number, type: string, body: string): void =>
  void response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)

/** Listens; the port that was taken, and the way to close. */
export const startMetricsServer = async ({
  host,
  port,
  token,
  metrics,
}: MetricsServerDeps): Promise<{ readonly port: number; close(): Promise<void> }> => {
  const isAllowed = (authorization: string | undefined): boolean =>
    token !== undefined && timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`))
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0]
    if (path === '/healthz') return answer(response, 200, 'application/json', '{"status":"ok"}')
    if (path !== '/metrics') return answer(response, 404, 'text/plain', 'Only /metrics and /healthz are here\n')
    if (!isAllowed(request.headers.authorization))
      return answer(response, 401, 'text/plain', 'Send the token of METRICS_TOKEN as Authorization: Bearer TOKEN\n')
    metrics().then(
      ({ contentType, text }) => answer(response, 200, contentType, text),
      () => answer(response, 503, 'text/plain', 'The metrics cannot be read now\n'),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new AppError('config-invalid', `METRICS_PORT ${port} cannot be used: ${cause.message}`, { cause })),
    )
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
