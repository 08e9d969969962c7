// One HTTP server per provider: reads the request, keeps the log, lets respond.ts decide and deliver.ts send.
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WireFailure } from './types.ts'
import type { JsonObject, ProviderName } from './types.ts'
import { deliver } from './deliver.ts'
import type { Pace } from './deliver.ts'
import type { Exchange, World } from './exchange.ts'
import type { FaultChooser } from './faults/choose.ts'
import { isObject, parseJson, toText } from './json.ts'
import type { ProviderDefinition } from './providers/types.ts'
import { findRoute, respond } from './respond.ts'
import { mask, maskHeaders } from './state/log.ts'
import type { AttemptLog, LogEntry } from './state/log.ts'
import type { Limits, RateLimiter, RateState } from './state/rate-limit.ts'
import { readForm } from './wire/form.ts'

const HOST = '127.0.0.1'
/** Above the largest real limit (1 GB would be Together's by URL); keeps a runaway test from filling memory. */
const MAX_BODY_BYTES = 200 * 1024 * 1024

export type ServeDeps = {
  provider: ProviderDefinition
  world: World
  log: AttemptLog
  chooser: FaultChooser
  limiter: RateLimiter
  limitsFor: (provider: ProviderName, model: string) => Limits
  validKeys: (provider: ProviderName) => string[] | undefined
  pace: () => Pace
}

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What the log keeps of a body: JSON as it is, a form as its fields. */
const readForLog = (request: IncomingMessage, body: Buffer): unknown => {
  const contentType = request.headers['content-type'] ?? ''
  const form = readForm(contentType, body)
  if (form) {
    const fields = Object.fromEntries(
      [...form.fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    )
    return {
      ...fields,
      ...(form.file
        ? { file: { name: form.file.name, type: form.file.contentType, bytes: form.file.data.length } }
        : {}),
    }
  }
  return body.length === 0 ? undefined : (parseJson(body.toString('utf8')) ?? body.toString('utf8', 0, 2000))
}

const modelOf = (seen: unknown, match: Record<string, string>): string => {
  const named = match['model']
  if (named !== undefined) return decodeURIComponent(named)
  return isObject(seen) ? toText((seen as JsonObject)['model']) : ''
}

const watchClient = (response: ServerResponse, entry: LogEntry, now: () => number): AbortSignal => {
  const left = new AbortController()
  response.on('close', () => {
    entry.durationMs = now() - entry.startedAtMs
    if (!response.writableFinished) {
      entry.finished = false
      if (!entry.brokenBySimulator) entry.clientAbortedAtMs = entry.durationMs
    }
    left.abort('the connection closed')
  })
  return left.signal
}

const createListener = (deps: ServeDeps) => async (request: IncomingMessage, response: ServerResponse) => {
  const { provider, world, log, chooser, limiter, limitsFor, validKeys, pace } = deps
  const startedAtMs = world.now()
  const url = new URL(request.url ?? '/', `http://${HOST}`)
  const method = request.method ?? 'GET'
  const found = findRoute(provider, method, url.pathname)
  const credential = provider.credential(request.headers, url.searchParams)
  url.searchParams.delete('key')
  const entry = log.open({
    time: new Date(startedAtMs).toISOString(),
    startedAtMs,
    provider: provider.name,
    method,
    path: url.pathname,
    query: url.search,
    model: '',
    operation: found?.route.operation ?? 'unknown',
    headers: maskHeaders(request.headers),
    credential: mask(credential),
    body: undefined,
    bodyBytes: 0,
    faults: [],
    stream: false,
    status: 0,
    bytesSent: 0,
    clientAbortedAtMs: null,
    brokenBySimulator: false,
    firstByteAtMs: null,
    durationMs: null,
    finished: false,
  })
  const left = watchClient(response, entry, world.now)
  const body = await readBody(request)
  const seen = readForLog(request, body)
  log.keepBody(entry, seen, body.length)
  entry.model = modelOf(seen, found?.match ?? {})
  const prompt = body.includes('[[sim:') ? body.toString('utf8') : ''
  const behaviours = chooser.choose({ provider: provider.name, model: entry.model, operation: entry.operation, prompt })
  entry.faults = behaviours.map(({ fault, args }) => [fault.name, ...args].join(':'))
  let rate: RateState = {}
  const exchange: Exchange = {
    provider: provider.name,
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
    parsed: seen,
    credential,
    match: found?.match ?? {},
    behaviours,
    world,
    charge: (model, tokens) => {
      const verdict = limiter.take(`${provider.name} ${credential} ${model}`, limitsFor(provider.name, model), tokens)
      rate = verdict.state
      const { refusal } = verdict
      if (!refusal) return
      const { limit, remaining } = refusal.gauge
      throw new WireFailure(refusal.kind, {
        limit,
        used: limit - remaining,
        requested: refusal.requested,
        waitMs: refusal.waitMs,
      })
    },
  }
  const now = world.now()
  const { reply, delivery } = respond({
    provider,
    route: found?.route,
    exchange,
    model: entry.model,
    now,
    validKeys: validKeys(provider.name),
  })
  const headers = { ...provider.headers(), ...provider.rateHeaders(rate, now), ...reply.headers }
  await deliver({ ...reply, headers }, delivery, { response, entry, now: world.now, pace: pace(), left })
}

export type ProviderServer = {
  /** Base URL as a client is to be given it. */
  url: () => string
  start: (port: number) => Promise<void>
  /** Refuses connections (port closed) or takes them again on the same port. */
  refuse: (refused: boolean) => Promise<void>
  close: () => Promise<void>
}

const listen = (server: Server, port: number) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })

const shut = (server: Server) =>
  new Promise<void>((resolve) => {
    if (!server.listening) return resolve()
    server.close(() => resolve())
    server.closeAllConnections()
  })

export const createProviderServer = (deps: ServeDeps): ProviderServer => {
  const listener = createListener(deps)
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    listener(request, response).catch((failure: unknown) => {
      // A mistake of the simulator itself must be loud and must not look like a provider's answer.
      const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)
      if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' })
      response.end(`simulator: ${text}`)
    })
  })
  server.on('connection', (socket) => socket.setNoDelay(true))
  let port = 0
  return {
    url: () => `http://${HOST}:${port}${deps.provider.basePath}`,
    async start(wanted) {
      await listen(server, wanted)
      port = (server.address() as AddressInfo).port
    },
    async refuse(refused) {
      if (refused) await shut(server)
      else if (!server.listening) await listen(server, port)
    },
    close: () => shut(server),
  }
}
