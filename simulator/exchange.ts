// One request on its way through the simulator, and the small helpers every route needs.
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer, Ask, Frame, JsonObject, ProviderName, Reply } from './types.ts'
import { WireFailure } from './types.ts'
import { compose, countPrompt } from './answer/compose.ts'
import type { Behaviour } from './faults/types.ts'
import { isObject } from './json.ts'
import type { ModelFacts, ModelKind } from './rules/limits.ts'
import { parseModelId } from './faults/choose.ts'
import { defaultModel } from './state/models.ts'
import type { ModelStore } from './state/models.ts'
import type { PromptCache } from './state/prompt-cache.ts'
import type { Script } from './state/script.ts'

export type World = {
  models: ModelStore
  cache: PromptCache
  script: Script
  now: () => number
}

export type Exchange = {
  provider: ProviderName
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
  /** The body as JSON or form fields, read once for log and route alike. */
  parsed: unknown
  credential: string
  /** Named groups of the route's pattern. */
  match: Record<string, string>
  behaviours: Behaviour[]
  world: World
  /** Counts the request against the rate limits; throws a WireFailure when they are spent. */
  charge: (model: string, tokens: number) => void
}

export type Route = {
  method: 'GET' | 'POST'
  pattern: RegExp
  operation: string
  handle: (exchange: Exchange) => Reply
}

export const readJson = (exchange: Exchange): JsonObject => {
  const value = exchange.parsed
  if (!isObject(value)) throw new WireFailure('invalid-json')
  return exchange.behaviours.reduce((body, { fault }) => fault.request?.(body) ?? body, value)
}

/** The facts of the model asked for; an id made of faults alone stands for the provider's default model of that kind. */
export const requireModel = (exchange: Exchange, id: string, kind: ModelKind = 'chat'): ModelFacts => {
  const { model } = parseModelId(id)
  const facts = exchange.world.models.find(exchange.provider, model || defaultModel(exchange.provider, kind))
  if (!facts) throw new WireFailure('unknown-model', { model: id })
  return facts
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  frames: [{ kind: 'body', data: JSON.stringify(body) }],
  stream: false,
})

export const eventStream = (frames: Frame[], contentType = 'text/event-stream; charset=utf-8'): Reply => ({
  status: 200,
  headers: { 'content-type': contentType, 'cache-control': 'no-cache' },
  frames,
  stream: true,
})

/** Checks limits, charges the quota and makes the answer. `outputReserved` counts towards token limits. */
export const answer = (exchange: Exchange, ask: Ask, outputReserved = 0): Answer => {
  for (const { fault } of exchange.behaviours) {
    const kind = fault.refuse?.(ask)
    if (kind !== undefined) throw new WireFailure(kind, { model: ask.model })
  }
  exchange.charge(ask.model, countPrompt(ask).inputTokens + outputReserved)
  return compose(ask, {
    behaviours: exchange.behaviours,
    cache: exchange.world.cache,
    cacheScope: `${exchange.provider} ${exchange.credential} ${ask.model}`,
    transcribe: (seconds) => exchange.world.script.transcribe(seconds).text,
  })
}
