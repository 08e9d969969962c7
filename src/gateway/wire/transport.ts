/**
 * One HTTP exchange: bytes out, status and bytes back. Owns connections, compression, size limits and the classes of
 * network failure; knows no provider and no JSON.
 */
import { type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { Agent, request } from 'undici'
import type { Dispatcher } from 'undici'
import { AppError, toAppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { ErrorCode } from '../../errors.ts'

export interface WireMessage {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | FormData | null
  readonly signal: AbortSignal
  readonly onConnection?: ((state: 'opening' | 'open') => void) | undefined
}

export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Decompressed; ends with an AppError when the connection breaks or the size limit is passed. */
  readonly bytes: AsyncGenerator<Uint8Array, void, undefined>
  /** Drops the connection of an answer that nobody reads further. */
  readonly discard: () => void
}

export type Send = (message: WireMessage) => Promise<WireReply>

export interface TransportDeps {
  /** Undici's, when the caller wants a proxy or other limits. */
  readonly dispatcher?: Dispatcher
  readonly connectTimeoutMs?: number
  readonly maxConnections?: number
  readonly maxBodyBytes?: number
}

/** Keep-alive connections; undici sets TCP_NODELAY. How long to wait is the policy of whoever holds the signal. */
const createAgent = (deps: TransportDeps): Dispatcher =>
  new Agent({
    connections: deps.maxConnections ?? 256,
    connect: { timeout: deps.connectTimeoutMs ?? 10_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    allowH2: false,
  })

/** A request starts when a connection takes it up; that is the one sign of it that the client gives. */
const tellConnection: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const tell = (options as { readonly opaque?: WireMessage['onConnection'] }).opaque
  if (tell === undefined) return dispatch(options, handler)
  const start = handler.onRequestStart?.bind(handler)
  handler.onRequestStart = (controller, context) => {
    tell('open')
    start?.(controller, context)
  }
  return dispatch(options, handler)
}

export const createSend = (deps: TransportDeps = {}): Send => {
  const dispatcher = (deps.dispatcher ?? createAgent(deps)).compose(tellConnection)
  const maxBodyBytes = deps.maxBodyBytes ?? 64 * 1024 * 1024
  return async (message) => {
    message.signal.throwIfAborted()
    const { headers, body } = await toPayload(message)
    message.onConnection?.('opening')
    try {
      // Redirects are not followed: a key must never travel to another address.
      const reply = await request(message.url, {
        dispatcher,
        method: message.method,
        headers,
        body,
        signal: message.signal,
        opaque: message.onConnection,
      })
      return toReply(reply, message.signal, maxBodyBytes)
    } catch (thrown) {
      throw toNetworkError(thrown, message.signal, 'before')
    }
  }
}

const toPayload = async (
  message: WireMessage,
): Promise<{ headers: Record<string, string>; body: string | Uint8Array | null }> => {
  if (!(message.body instanceof FormData)) return { headers: { ...message.headers }, body: message.body }
  const form = new Response(message.body)
  const type = form.headers.get('content-type') ?? 'multipart/form-data'
  return { headers: { ...message.headers, 'content-type': type }, body: await form.bytes() }
}

const toReply = (reply: Dispatcher.ResponseData<unknown>, signal: AbortSignal, maxBodyBytes: number): WireReply => {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(reply.headers)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  // A body that nobody reads any more still reports its end; that is no failure of anybody.
  reply.body.on('error', () => undefined)
  const source = decompress(reply.body, headers['content-encoding'])
  return {
    status: reply.statusCode,
    headers,
    bytes: readBounded(source, signal, maxBodyBytes),
    discard: () => {
      source.destroy()
      reply.body.destroy()
    },
  }
}

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

const decompress = (body: Readable, encoding: string | undefined): Readable => {
  const create = DECODERS[(encoding ?? '').trim().toLowerCase()]
  if (create === undefined) return body
  const decoder = create()
  decoder.on('error', () => undefined)
  body.on('error', (error) => decoder.destroy(error))
  return body.pipe(decoder)
}

async function* readBounded(
  source: Readable,
  signal: AbortSignal,
  maxBodyBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0
  try {
    for await (const chunk of source) {
      const bytes = chunk as Uint8Array
      size += bytes.byteLength
      if (size > maxBodyBytes)
        throw new AppError('provider-malformed', `the answer is larger than ${maxBodyBytes} bytes`)
      yield bytes
    }
  } catch (thrown) {
    throw toNetworkError(thrown, signal, 'within')
  } finally {
    source.destroy()
  }
}

const UNREACHABLE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_INVALID_URL|EPROTO)/

/** Whatever the network threw, as one of our codes; an abort keeps the reason that its owner gave. */
export const toNetworkError = (thrown: unknown, signal: AbortSignal, moment: 'before' | 'within'): AppError => {
  if (signal.aborted) return toAbortError(signal)
  if (thrown instanceof AppError) return thrown
  const { code, text } = deepest(thrown)
  const kind: ErrorCode = UNREACHABLE.test(code) ? 'provider-unreachable' : 'provider-error'
  const what =
    kind === 'provider-unreachable' ? 'unreachable' : moment === 'before' ? 'connection-closed' : 'connection-broke'
  return new AppError(kind, sayReason(what, { detail: code || text }), {
    cause: thrown,
    details: { networkCode: code, moment },
  })
}

/** The error an aborted signal stands for: its reason when that is typed, else a cancellation. */
export const toAbortError = (signal: AbortSignal): AppError => {
  const reason: unknown = signal.reason
  if (reason instanceof AppError) return reason
  if (reason instanceof DOMException && reason.name === 'TimeoutError')
    return new AppError('provider-timeout', 'the provider did not answer in time', { cause: reason })
  return new AppError('cancelled', 'the request was cancelled', { cause: reason })
}

const deepest = (thrown: unknown): { code: string; text: string } => {
  const error = toAppError(thrown)
  let current: unknown = thrown
  let code = ''
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const own: unknown = 'code' in current ? current.code : undefined
    if (typeof own === 'string') code = own
    current = current instanceof AggregateError ? current.errors[0] : current.cause
  }
  return { code, text: error.message.slice(0, 200) }
}
