/**
 * Brings opaque state back to clients that drop unknown fields: what an answer carried is kept under its tool-call ids
 * for a while and put back when those ids return.
 *
 * Bounded and in this process only. When nothing is found (another replica, a restart, too long ago), the encoders still
 * send a valid request: Gemini gets a stand-in, Anthropic the turn without its thinking.
 */
import { LRUCache } from 'lru-cache'
import type { CallResult } from './call.ts'
import type { AssistantMessage, Message, OpaqueState, ToolCall } from './types/messages.ts'

interface Kept {
  readonly message: OpaqueState | null
  readonly call: OpaqueState | null
}

export interface OpaqueCache {
  /** Keeps what the answer's calls would lose. `scope` keeps the conversations of different users apart. */
  readonly remember: (scope: string, result: Pick<CallResult, 'toolCalls' | 'opaque'>) => void
  /** The messages with the state that is missing in them; state that a client sent itself is left as it is. */
  readonly recall: (scope: string, messages: readonly Message[]) => Message[]
}

export interface OpaqueCacheOptions {
  readonly maxEntries?: number
  readonly maxBytes?: number
  readonly ttlMs?: number
}

export const createOpaqueCache = (options: OpaqueCacheOptions = {}): OpaqueCache => {
  const kept = new LRUCache<string, Kept>({
    max: options.maxEntries ?? 10_000,
    maxSize: options.maxBytes ?? 64 * 1024 * 1024,
    sizeCalculation: (entry) => JSON.stringify(entry).length + 1,
    ttl: options.ttlMs ?? 60 * 60 * 1000,
  })
  const keyOf = (scope: string, call: ToolCall): string => `${scope}\n${call.id}\n${call.name}`

  const refill = (scope: string, message: AssistantMessage): AssistantMessage => {
    const found = (message.toolCalls ?? []).map((call) => kept.get(keyOf(scope, call)))
    const state = message.opaque ?? found.find((entry) => entry?.message)?.message
    const toolCalls = message.toolCalls?.map((call, index) => {
      const opaque = call.opaque ?? found[index]?.call
      return opaque ? { ...call, opaque } : call
    })
    return { ...message, ...(toolCalls === undefined ? {} : { toolCalls }), ...(state ? { opaque: state } : {}) }
  }

  return {
    remember: (scope, result) => {
      for (const call of result.toolCalls)
        if (result.opaque !== null || call.opaque !== undefined)
          kept.set(keyOf(scope, call), { message: result.opaque, call: call.opaque ?? null })
    },
    recall: (scope, messages) =>
      messages.map((message) =>
        message.role === 'assistant' && message.toolCalls?.length ? refill(scope, message) : message,
      ),
  }
}
