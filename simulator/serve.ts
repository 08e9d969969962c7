// One HTTP server per provider: reads the request, keeps the log, lets respond.ts decide and deliver.ts send.
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WireFailure } from './types.ts'
import type { ProviderName } from './types.ts'
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
  return isObject(seen) ? toText(seen['model']) : ''
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

const openEntry = (deps: ServeDeps, request: IncomingMessage, url: URL, operation: string, credential: string) => {
  const startedAtMs = deps.world.now()
  return deps.log.open({
    time: new Date(startedAtMs).toISOString(),
    startedAtMs,
    provider: deps.provider.name,
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.search,
    model: '',
    operation,
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
}

/** Takes from the buckets of credential and model, and remembers their state for the headers. */
const createCharge = ({ provider, limiter, limitsFor }: ServeDeps, credential: string) => {
  let state: RateState = {}
  const charge = (model: string, tokens: number) => {
    const verdict = limiter.take(`${provider.name} ${credential} ${model}`, limitsFor(provider.name, model), tokens)
    state = verdict.state
    const { refusal } = verdict
    if (!refusal) return
    const { limit, remaining } = refusal.gauge
    const info = { limit, used: limit - remaining, requested: refusal.requested, waitMs: refusal.waitMs }
    throw new WireFailure(refusal.kind, info)
  }
  return { charge, state: () => state }
}

const createListener = (deps: ServeDeps) => async (request: IncomingMessage, response: ServerResponse) => {
  const { provider, world, log, chooser } = deps
  const url = new URL(request.url ?? '/', `http://${HOST}`)
  const found = findRoute(provider, request.method ?? 'GET', url.pathname)
  const credential = provider.credential(request.headers, url.searchParams)
  url.searchParams.delete('key')
  const entry = openEntry(deps, request, url, found?.route.operation ?? 'unknown', credential)
  const left = watchClient(response, entry, world.now)
  const body = await readBody(request)
  const parsed = readForLog(request, body)
  log.keepBody(entry, parsed, body.length)
  entry.model = modelOf(parsed, found?.match ?? {})
  const { model, operation } = entry
  const prompt = body.includes('[[sim:') ? body.toString('utf8') : ''
  const behaviours = chooser.choose({ provider: provider.name, model, operation, prompt })
  entry.faults = behaviours.map(({ fault, args }) => [fault.name, ...args].join(':'))
  const rate = createCharge(deps, credential)
  const exchange: Exchange = {
    provider: provider.name,
    method: entry.method,
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body,
    parsed,
    credential,
    match: found?.match ?? {},
    behaviours,
    world,
    charge: rate.charge,
  }
  const now = world.now()
  const validKeys = deps.validKeys(provider.name)
  const { reply, delivery } = respond({ provider, route: found?.route, exchange, model, now, validKeys })
  const headers = { ...provider.headers(), ...provider.rateHeaders(rate.state(), now), ...reply.headers }
  await deliver({ ...reply, headers }, delivery, { response, entry, now: world.now, pace: deps.pace(), left })
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
