/**
 * One attempt at one target: fits the request, encodes it, sends it, reads the answer, and turns every way to fail into
 * an AppError that names provider and model. Knows no retry, no fallback, no breaker.
 */
import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { CallContext, Caller, CallPart, CallResult, CallTarget } from './call.ts'
import { ensureChat, ensureOperation } from './ensure-supported.ts'
import { encodingFor, fitChat } from './fit-chat.ts'
import { resolveImages } from './image-bytes.ts'
import type { FetchImage } from './image-bytes.ts'
import { listModels } from './list-models.ts'
import type { BuiltIn, ChatDialect, EncodeContext, Exchange, Provider } from './provider.ts'
import { resultParts } from './result-parts.ts'
import type { Note } from './types/attempts.ts'
import type { ChatRequest } from './types/requests.ts'
import type { WireAccess } from './wire/access.ts'
import { createSend, type Send } from './wire/transport.ts'
import { createWire, type Wire } from './wire/wire.ts'

export interface CallerDeps {
  readonly providers: readonly Provider[]
  /** What an id that is none of them speaks; left out, such an id is refused. The address comes with the target. */
  readonly unknownProvider?: (id: string) => Provider
  /** Left out: undici with keep-alive connections. */
  readonly send?: Send
  readonly now?: () => number
  /** Makes tool-call ids where the provider gives none. */
  readonly newId?: () => string
  /** Gets the bytes of an image for providers that take no addresses; left out, such a request is refused. */
  readonly fetchImage?: FetchImage
  /** How long a whole answer waits for usage and end marker of a stream that stays open. */
  readonly lingerMs?: number
}

export const createCaller = (deps: CallerDeps): Caller => {
  const providers = new Map(deps.providers.map((provider) => [provider.id, provider]))
  const wire = createWire({
    send: deps.send ?? createSend(),
    now: deps.now ?? Date.now,
    newId: deps.newId ?? (() => `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`),
    lingerMs: deps.lingerMs ?? 1000,
  })
  const find = (id: string): Provider => {
    const provider = providers.get(id) ?? deps.unknownProvider?.(id)
    if (provider === undefined)
      throw new AppError('no-target', `there is no provider "${id}"`, { details: { provider: id } })
    return provider
  }
  const access = (target: CallTarget): WireAccess => ({
    provider: find(target.model.provider),
    model: target.model.key,
    credential: target.credential,
    baseUrl: target.baseUrl,
  })
  const prepare = (
    target: CallTarget,
    request: ChatRequest,
    context: CallContext,
    stream: boolean,
  ): Promise<Prepared> => prepareChat(find(target.model.provider), target, request, context, stream, deps.fetchImage)

  const single = <Ask, Answer>(
    target: CallTarget,
    exchange: Exchange<Ask, Answer>,
    ask: Ask,
    context: CallContext,
  ): Promise<Answer> => {
    const encoding = encodeContext(find(target.model.provider), target, context, false)
    return wire.exchange(access(target), exchange.encode(ask, encoding), exchange.decode, context)
  }
  const operation = <Name extends 'embed' | 'transcribe' | 'image'>(
    target: CallTarget,
    name: Name,
  ): NonNullable<Provider[Name]> => {
    const provider = find(target.model.provider)
    ensureOperation(provider, target, name)
    return provider[name] as NonNullable<Provider[Name]>
  }

  return {
    chat: async (target, request, context) => {
      const ready = await prepare(target, request, context, false)
      return ready.builtIn === undefined
        ? withNotes(await chatOverWire(wire, access(target), ready, context), ready.notes)
        : withNotes(
            await ready.builtIn.chat(ready.request, { model: target.model.key, signal: context.signal }),
            ready.notes,
          )
    },
    stream: async function* (target, request, context) {
      const ready = await prepare(target, request, context, true)
      for (const note of ready.notes) yield { type: 'note', note }
      const parts =
        ready.builtIn === undefined
          ? streamOverWire(wire, access(target), ready, context)
          : resultParts(await ready.builtIn.chat(ready.request, { model: target.model.key, signal: context.signal }))
      for await (const part of parts)
        yield part.type === 'end' ? { type: 'end', result: withNotes(part.result, ready.notes) } : part
    },
    embed: async (target, request, context) => single(target, operation(target, 'embed'), request, context),
    transcribe: async (target, request, context) => {
      const exchange = operation(target, 'transcribe')
      const call = exchange.encode(request, encodeContext(find(target.model.provider), target, context, false))
      const result = await wire.exchange(access(target), call, exchange.decode, context)
      return { ...result, notes: [...call.notes, ...result.notes] }
    },
    image: async (target, request, context) => single(target, operation(target, 'image'), request, context),
    listModels: async (id, { credential, baseUrl }, context) => {
      const provider = find(id)
      return listModels(wire, { provider, model: null, credential, baseUrl }, context)
    },
    countTokens: async (target, request, context) => {
      const counting = find(target.model.provider).countTokens
      if (counting === undefined) return null
      const ready = await prepare(target, request, context, false)
      return single(target, counting, ready.request, context)
    },
  }
}

interface Prepared {
  readonly request: ChatRequest
  readonly dialect: ChatDialect | undefined
  readonly builtIn: BuiltIn | undefined
  readonly encoding: EncodeContext
  readonly notes: readonly Note[]
}

const encodeContext = (provider: Provider, target: CallTarget, context: CallContext, stream: boolean): EncodeContext =>
  encodingFor({ provider, model: target.model, policy: context.parameterPolicy, stream })

const prepareChat = async (
  provider: Provider,
  target: CallTarget,
  request: ChatRequest,
  context: CallContext,
  stream: boolean,
  fetchImage: FetchImage | undefined,
): Promise<Prepared> => {
  ensureOperation(provider, target, 'chat')
  ensureChat(target, request)
  const encoding = encodeContext(provider, target, context, stream)
  if (provider.builtIn !== undefined)
    return { request, dialect: undefined, builtIn: provider.builtIn, encoding, notes: [] }
  const fitted = fitChat(request, encoding)
  const ready = provider.request?.imageBytesOnly
    ? await resolveImages(fitted.request, fetchImage, context.signal, provider.displayName)
    : fitted.request
  return { request: ready, dialect: provider.chat, builtIn: undefined, encoding, notes: fitted.notes }
}

const withNotes = (result: CallResult, notes: readonly Note[]): CallResult =>
  notes.length === 0 ? result : { ...result, notes: [...notes, ...result.notes] }

const dialectOf = (ready: Prepared): ChatDialect => {
  if (ready.dialect === undefined) throw new AppError('internal', 'a provider without dialect was asked')
  return ready.dialect
}

const chatOverWire = async (
  wire: Wire,
  access: WireAccess,
  ready: Prepared,
  context: CallContext,
): Promise<CallResult> => {
  const dialect = dialectOf(ready)
  const call = dialect.encode(ready.request, ready.encoding)
  const result = await wire.chat(access, dialect, call, context)
  return withNotes(result, call.notes)
}

async function* streamOverWire(
  wire: Wire,
  access: WireAccess,
  ready: Prepared,
  context: CallContext,
): AsyncGenerator<CallPart> {
  const dialect = dialectOf(ready)
  const call = dialect.encode(ready.request, ready.encoding)
  for (const note of call.notes) yield { type: 'note', note }
  for await (const part of wire.stream(access, dialect, call, context))
    yield part.type === 'end' ? { type: 'end', result: withNotes(part.result, call.notes) } : part
}
