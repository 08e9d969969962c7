/**
 * Sends what a dialect encoded and hands back what it decoded: one exchange, a chat at once, a chat as a stream that ends
 * in time. Every failure comes out naming its provider and model.
 */
import { readJsonLines, readLines, readServerEvents } from '../../lib/sse.ts'
import type { CallContext, CallPart, CallResult } from '../call.ts'
import type { ChatDialect, DecodeContext, WireCall } from '../provider.ts'
import { resultParts } from '../result-parts.ts'
import type { WireAccess, WireDeps } from './access.ts'
import { named, toStreamError } from './named-error.ts'
import { openReply } from './open-reply.ts'
import { askInPieces, streamInPieces } from './pieces.ts'
import { readBody } from './read-body.ts'
import { createStreamEnding } from './stream-ending.ts'
import type { WireReply } from './transport.ts'

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
  const ask = async (access: WireAccess, call: WireCall, context: CallContext): Promise<unknown> =>
    readBody(deps, await openReply(deps, access, call, context, false), access)

  /** One piece of a streamed answer; returns what the continuation of a paused one is made from. */
  async function* streamPiece(
    access: WireAccess,
    dialect: ChatDialect,
    call: WireCall,
    context: CallContext,
  ): AsyncGenerator<CallPart, unknown> {
    const reply = await named(access, deps, context, () => openReply(deps, access, call, context, true))
    let rest: unknown
    try {
      if (isWhole(reply)) {
        const body = await readBody(deps, reply, access)
        yield* resultParts(dialect.decode(body, decodeContext(access)))
        return body
      }
      const ending = createStreamEnding(reply, deps.lingerMs)
      const lines = readLines(ending.bytes())
      const events = dialect.framing === 'json-lines' ? readJsonLines(lines) : readServerEvents(lines)
      const paused = (body: unknown): void => void (rest = body)
      yield* dialect.decodeStream(events, decodeContext(access, { complete: ending.soon, paused }))
      return rest
    } catch (thrown) {
      throw toStreamError(thrown, access, deps, context)
    } finally {
      reply.discard()
    }
  }

  return {
    exchange: (access, call, decode, context) =>
      named(access, deps, context, async () => decode(await ask(access, call, context), decodeContext(access))),
    chat: (access, dialect, call, context) =>
      named(access, deps, context, () =>
        askInPieces(dialect, call, async (piece) => {
          const body = await ask(access, piece, context)
          return { body, result: dialect.decode(body, decodeContext(access)) }
        }),
      ),
    stream: (access, dialect, call, context) =>
      streamInPieces(dialect, call, (piece) => streamPiece(access, dialect, piece, context)),
  }
}

/** A server that does not stream answers with plain JSON all the same. */
const isWhole = (reply: WireReply): boolean => /^application\/json\b/.test(reply.headers['content-type'] ?? '')
