/**
 * Sends what a dialect encoded and hands back what it decoded: addresses, keys, bounded reading, streams that end in
 * time. The one place where a provider's failure gets its provider and model.
 */
import { AppError } from '../errors.ts'
import { isObject, parseJson } from '../lib/json.ts'
import { LineTooLongError, readJsonLines, readLines, readServerEvents } from '../lib/sse.ts'
import type { CallContext, CallPart, CallResult } from './call.ts'
import { resultParts } from './result-parts.ts'
import { eventStatus, readFailure } from './dialects/read-failure.ts'
import { toProviderError } from './dialects/provider-error.ts'
import { WireError } from './dialects/wire-error.ts'
import type { Failure } from './dialects/read-failure.ts'
import type { FailureTarget } from './dialects/provider-error.ts'
import type { ChatDialect, DecodeContext, Provider, WireCall } from './provider.ts'
import { toAbortError } from './transport.ts'
import type { Send, WireReply } from './transport.ts'
import type { Credential } from './types/credential.ts'

export interface WireAccess {
  readonly provider: Provider
  readonly model: string | null
  readonly credential: Credential | null
  readonly baseUrl: string
}

export interface WireDeps {
  readonly send: Send
  readonly now: () => number
  readonly newId: () => string
  readonly lingerMs: number
}

export interface Wire {
  readonly exchange: <Answer>(
    access: WireAccess,
    call: WireCall,
    decode: (body: unknown, context: DecodeContext) => Answer,
    context: CallContext,
  ) => Promise<Answer>
  readonly chat: (access: WireAccess, dialect: ChatDialect, call: WireCall, context: CallContext) => Promise<CallResult>
  readonly stream: (
    access: WireAccess,
    dialect: ChatDialect,
    call: WireCall,
    context: CallContext,
  ) => AsyncGenerator<CallPart>
}

export const createWire = (deps: WireDeps): Wire => {
  const decodeContext = (access: WireAccess, stream: Partial<DecodeContext> = {}): DecodeContext => ({
    provider: access.provider.id,
    model: access.model ?? '',
    newId: deps.newId,
    complete: () => undefined,
    paused: () => undefined,
    ...stream,
  })

  /** Sends; a refusal is thrown with its body read. */
  const open = async (
    access: WireAccess,
    call: WireCall,
    context: CallContext,
    stream: boolean,
  ): Promise<WireReply> => {
    const reply = await deps.send({
      method: call.method,
      url: joinUrl(access, call.path),
      headers: headersOf(access, call, stream),
      body: call.body === null || call.body instanceof FormData ? call.body : JSON.stringify(call.body),
      signal: context.signal,
      onConnection: context.onConnection,
    })
    context.onHeaders?.(reply.status, reply.headers)
    if (reply.status >= 200 && reply.status < 300) return reply
    throw toProviderError(
      readFailure(reply.status, reply.headers, await readRefusal(reply)),
      failureTarget(access, deps),
    )
  }

  const readBody = async (reply: WireReply, access: WireAccess): Promise<unknown> => {
    const text = await readText(reply.bytes)
    const type = reply.headers['content-type'] ?? ''
    if (text.trim() === '') throw new WireError('provider-malformed', 'the answer is empty')
    if (/^\s*<(?:!doctype|html)/i.test(text)) throw new WireError('provider-malformed', 'the answer is a web page')
    const parsed = parseJson(text)
    if (parsed === undefined && !/^text\/(?!html)/.test(type))
      throw new WireError('provider-malformed', 'the answer is not JSON')
    throwErrorBody(parsed, access, deps)
    return parsed ?? text
  }

  const exchange: Wire['exchange'] = (access, call, decode, context) =>
    named(access, deps, context, async () => {
      const reply = await open(access, call, context, false)
      return decode(await readBody(reply, access), decodeContext(access))
    })

  const chat: Wire['chat'] = (access, dialect, call, context) =>
    named(access, deps, context, async () => {
      const pieces: CallResult[] = []
      for (let next: WireCall | null = call; next !== null && pieces.length < MAX_PIECES;) {
        const body = await readBody(await open(access, next, context, false), access)
        pieces.push(dialect.decode(body, decodeContext(access)))
        next = dialect.continuation?.(next, body) ?? null
      }
      return joinResults(pieces)
    })

  /** One piece of a streamed answer; returns what the continuation of a paused one is made from. */
  async function* streamPiece(
    access: WireAccess,
    dialect: ChatDialect,
    call: WireCall,
    context: CallContext,
  ): AsyncGenerator<CallPart, unknown> {
    const reply = await named(access, deps, context, () => open(access, call, context, true))
    let rest: unknown
    try {
      if (isWhole(reply)) {
        const body = await readBody(reply, access)
        yield* resultParts(dialect.decode(body, decodeContext(access)))
        return body
      }
      const ending = createEnding(reply, deps.lingerMs)
      const lines = readLines(ending.bytes())
      const events = dialect.framing === 'json-lines' ? readJsonLines(lines) : readServerEvents(lines)
      const paused = (body: unknown): void => void (rest = body)
      yield* dialect.decodeStream(events, decodeContext(access, { complete: ending.soon, paused }))
      return rest
    } catch (thrown) {
      throw streamError(thrown, access, deps, context)
    } finally {
      reply.discard()
    }
  }

  async function* stream(
    access: WireAccess,
    dialect: ChatDialect,
    call: WireCall,
    context: CallContext,
  ): AsyncGenerator<CallPart> {
    const pieces: CallResult[] = []
    for (let next: WireCall | null = call; next !== null && pieces.length < MAX_PIECES;) {
      const calls = pieces.reduce((sum, piece) => sum + piece.toolCalls.length, 0)
      const parts = streamPiece(access, dialect, next, context)
      try {
        let part = await parts.next()
        for (; part.done !== true; part = await parts.next()) {
          if (part.value.type === 'end') pieces.push(part.value.result)
          else yield shifted(part.value, calls)
        }
        next = part.value === undefined ? null : (dialect.continuation?.(next, part.value) ?? null)
      } finally {
        // Whoever leaves in the middle leaves the connection with it.
        await parts.return(undefined)
      }
    }
    yield { type: 'end', result: joinResults(pieces) }
  }

  return { exchange, chat, stream }
}

/** Providers that break answers into pieces do so a few times; more is a loop. */
const MAX_PIECES = 8

/** Tool calls of a later piece are counted on. */
const shifted = (part: CallPart, by: number): CallPart => ('index' in part ? { ...part, index: part.index + by } : part)

/** A server that does not stream answers with plain JSON all the same. */
const isWhole = (reply: WireReply): boolean => /^application\/json\b/.test(reply.headers['content-type'] ?? '')

/** A base URL may be given with or without its version; a version that the path brings along is not doubled. */
const joinUrl = (access: WireAccess, path: string): string => {
  const base = (access.baseUrl || access.provider.baseUrl).replace(/\/+$/, '')
  return (/^\/(?:v1|api)\//.test(path) ? base.replace(/\/v1$/, '') : base) + path
}

const headersOf = (access: WireAccess, call: WireCall, stream: boolean): Record<string, string> => {
  const { provider, credential } = access
  if (provider.needsKey && credential === null)
    throw new AppError('credential-missing', `no key is set for ${provider.displayName}`, {
      details: { provider: provider.id, model: access.model },
    })
  const secret = credential?.secret() ?? ''
  return {
    accept: stream ? 'text/event-stream, application/json' : 'application/json, text/plain;q=0.9',
    'accept-encoding': stream ? 'identity' : 'gzip, br',
    'user-agent': 'mp4totext',
    ...(call.body === null || call.body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    ...provider.headers,
    ...call.headers,
    ...(secret === '' ? {} : provider.auth(secret)),
  }
}

const failureTarget = (access: WireAccess, deps: WireDeps): FailureTarget => ({
  provider: access.provider.id,
  model: access.model,
  rules: access.provider.failures ?? [],
  secret: access.credential?.secret() ?? null,
  nowMs: deps.now(),
})

const readText = async (bytes: AsyncIterable<Uint8Array>): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of bytes) text += decoder.decode(chunk, { stream: true })
  return text + decoder.decode()
}

const REFUSAL_LIMIT = 256 * 1024

/** The body of a refusal as far as it is needed; that it breaks off is no new failure. */
const readRefusal = async (reply: WireReply): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of reply.bytes) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length > REFUSAL_LIMIT) break
    }
  } catch {
    // The status is known already and says more than the broken body would.
  } finally {
    reply.discard()
  }
  return text
}

/** Some servers refuse with status 200 and an error in the body. */
const throwErrorBody = (body: unknown, access: WireAccess, deps: WireDeps): void => {
  if (!isObject(body) || body['error'] === undefined || body['error'] === null) return
  const failure: Failure = readFailure(eventStatus(body), {}, body)
  throw toProviderError(failure, failureTarget(access, deps), 'provider-error')
}

const named = async <Answer>(
  access: WireAccess,
  deps: WireDeps,
  context: CallContext,
  work: () => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await work()
  } catch (thrown) {
    throw toNamedError(thrown, access, deps, context)
  }
}

const toNamedError = (thrown: unknown, access: WireAccess, deps: WireDeps, context: CallContext): AppError => {
  if (context.signal.aborted) return toAbortError(context.signal)
  const place = { provider: access.provider.id, model: access.model }
  if (thrown instanceof WireError) {
    if (thrown.failure !== null) return toProviderError(thrown.failure, failureTarget(access, deps), thrown.code)
    return new AppError(thrown.code, `${place.provider}: ${thrown.message}`, { cause: thrown, details: place })
  }
  if (thrown instanceof LineTooLongError)
    return new AppError('provider-malformed', `${place.provider}: ${thrown.message}`, { cause: thrown, details: place })
  if (!(thrown instanceof AppError))
    return new AppError('internal', `${place.provider}: the answer could not be processed`, {
      cause: thrown,
      details: place,
    })
  if ('provider' in thrown.details) return thrown
  return new AppError(thrown.code, `${place.provider}: ${thrown.message}`, {
    cause: thrown.cause ?? thrown,
    details: { ...thrown.details, ...place },
    ...(thrown.retryAfterMs === undefined ? {} : { retryAfterMs: thrown.retryAfterMs }),
  })
}

/** A connection that breaks within a stream interrupts an answer, whatever the network called it. */
const streamError = (thrown: unknown, access: WireAccess, deps: WireDeps, context: CallContext): AppError => {
  const error = toNamedError(thrown, access, deps, context)
  if (error.details['moment'] !== 'within') return error
  return new AppError('stream-interrupted', error.message, { cause: error, details: error.details })
}

/** The bytes of a stream whose last useful event was read: after `soon` they end within the linger time. */
const createEnding = (
  reply: WireReply,
  lingerMs: number,
): { bytes: () => AsyncGenerator<Uint8Array>; soon: () => void } => {
  let timer: NodeJS.Timeout | null = null
  let ended = false
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      yield* reply.bytes
    } catch (thrown) {
      if (!ended) throw thrown
    } finally {
      if (timer !== null) clearTimeout(timer)
    }
  }
  const soon = (): void => {
    timer ??= setTimeout(() => {
      ended = true
      reply.discard()
    }, lingerMs)
  }
  return { bytes, soon }
}

/** The pieces of one answer as one; tokens add up, since each piece was billed. */
const joinResults = (pieces: readonly CallResult[]): CallResult => {
  const last = pieces.at(-1)
  if (last === undefined) throw new WireError('output-empty', 'the model answered with nothing')
  if (pieces.length === 1) return last
  const sum = (pick: (result: CallResult) => number): number => pieces.reduce((total, one) => total + pick(one), 0)
  return {
    ...last,
    text: pieces.map((one) => one.text).join(''),
    reasoning: pieces.map((one) => one.reasoning).join(''),
    toolCalls: pieces.flatMap((one) => one.toolCalls),
    notes: pieces.flatMap((one) => one.notes),
    usage: {
      ...last.usage,
      inputTokens: sum((one) => one.usage.inputTokens),
      outputTokens: sum((one) => one.usage.outputTokens),
      cachedInputTokens: sum((one) => one.usage.cachedInputTokens),
      cacheWriteTokens: sum((one) => one.usage.cacheWriteTokens),
      reasoningTokens: sum((one) => one.usage.reasoningTokens),
    },
  }
}
