// Gemini's OpenAI-compatible path: errors in an array, tool deltas without index, finish reason stop with tools in streams.
import { WireFailure } from '../types.ts'
import { answer, json, readJson, requireModel } from '../exchange.ts'
import type { Exchange, Route } from '../exchange.ts'
import { toNumber, toText } from '../json.ts'
import { idOf } from '../rules/limits.ts'
import { makeId } from '../tokens.ts'
import { readChat } from '../wire/chat-request.ts'
import { streamChat, writeChat } from '../wire/chat-reply.ts'
import type { ChatFlavour } from '../wire/chat-reply.ts'
import { checkContext } from './chat-context.ts'

const PREFIX = '/v1beta/openai'

export const isCompatiblePath = (path: string): boolean => path.startsWith(PREFIX)

const KNOWN = new Set([
  ...['model', 'messages', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'n', 'stop', 'stream'],
  ...['stream_options', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'reasoning_effort', 'user'],
  ...['extra_body', 'frequency_penalty', 'presence_penalty', 'seed', 'service_tier'],
])

const flavour: ChatFlavour = {
  id: () => makeId(22),
  callId: () => `function-call-${makeId(20)}`,
  envelope: () => ({}),
  message: () => ({}),
  usage: ({ usage }) => ({
    prompt_tokens: usage.inputTokens,
    // Thoughts are in the total only.
    completion_tokens: usage.outputTokens - usage.reasoningTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
  }),
  obfuscate: false,
  wholeCalls: true,
  callIndexInStream: false,
}

const chat = (exchange: Exchange) => {
  const body = readJson(exchange)
  const unknown = Object.keys(body).find((name) => !KNOWN.has(name))
  if (unknown !== undefined) throw new WireFailure('unknown-field', { parameter: unknown })
  const facts = requireModel(exchange, toText(body['model']))
  const ask = readChat('gemini', body, {
    maxOutputTokens: facts.maxOutputTokens,
    reasoningTokens: facts.thinks && body['reasoning_effort'] !== 'none' ? 64 : 0,
    showReasoning: false,
  })
  checkContext(ask, facts, { reserve: false })
  const made = answer(exchange, ask, toNumber(body['max_tokens']) ?? 0)
  const now = exchange.world.now()
  if (!ask.stream) return writeChat(ask, made, flavour, now)
  const reply = streamChat(ask, { ...made, finish: made.finish === 'tool_calls' ? 'stop' : made.finish }, flavour, now)
  return reply
}

export const geminiCompatibleRoutes: Route[] = [
  {
    method: 'GET',
    pattern: /^\/v1beta\/openai\/models$/,
    operation: 'models',
    handle: ({ world }) =>
      json(200, {
        object: 'list',
        data: world.models.rows('gemini').map((row) => ({
          id: `models/${idOf(row)}`,
          object: 'model',
          owned_by: 'google',
          display_name: row['displayName'],
        })),
      }),
  },
  { method: 'POST', pattern: /^\/v1beta\/openai\/chat\/completions$/, operation: 'chat', handle: chat },
]
