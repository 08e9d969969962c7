/** Anthropic's `/v1/messages` and its counting of tokens. */
import { isObject, toArray, toNumber, toObject, toText } from '../../lib/json.ts'
import type { ChatDialect, Exchange, WireCall } from '../provider.ts'
import type { JsonObject } from '../types/json.ts'
import type { ChatRequest } from '../types/requests.ts'
import { decodeAnthropic } from './anthropic-decode.ts'
import { encodeAnthropic } from './anthropic-encode.ts'
import { decodeAnthropicStream } from './anthropic-stream.ts'

/** A paused turn goes on when what it holds is sent back as the assistant's. */
const continuePaused = (call: WireCall, body: unknown): WireCall | null => {
  const answer = toObject(body)
  if (toText(answer['stop_reason']) !== 'pause_turn' || !isObject(call.body)) return null
  const sent = call.body
  const messages = [
    ...(toArray(sent['messages']) as JsonObject[]),
    { role: 'assistant', content: answer['content'] } as JsonObject,
  ]
  return { ...call, body: { ...sent, messages } }
}

export const anthropicMessages: ChatDialect = {
  framing: 'server-events',
  encode: encodeAnthropic,
  decode: decodeAnthropic,
  decodeStream: decodeAnthropicStream,
  continuation: continuePaused,
}

const COUNTED = ['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking']

export const anthropicCountTokens: Exchange<ChatRequest, number | null> = {
  encode: (request, context) => {
    const { body } = encodeAnthropic(request, { ...context, stream: false })
    const counted = Object.entries(toObject(body)).filter(([name]) => COUNTED.includes(name))
    return {
      method: 'POST',
      path: '/v1/messages/count_tokens',
      body: Object.fromEntries(counted) as JsonObject,
      notes: [],
    }
  },
  decode: (body) => toNumber(toObject(body)['input_tokens']),
}
