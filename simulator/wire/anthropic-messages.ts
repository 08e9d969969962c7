// Anthropic's Messages format: blocks, padded events, pings, thinking with signatures, usage with the cache listed apart.
import type { Answer, Ask, Frame, JsonObject, Reply, ToolChoice, Turn } from '../types.ts'
import { eventStream, json } from '../exchange.ts'
import { isObject, parseJson, toArray, toObject, toText } from '../json.ts'
import { hashNumber, makeId, toPieces } from '../tokens.ts'
import { toFragments } from './chat-reply.ts'

const readBlocks = (content: unknown): Turn[] => {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : toArray(content).filter(isObject)
  const text = (type: string) =>
    blocks
      .filter((block) => block['type'] === type)
      .map((block) => toText(block['text']))
      .join('\n')
  const results = blocks.filter((block) => block['type'] === 'tool_result')
  const turns: Turn[] = results.map((block) => ({
    role: 'tool',
    text:
      typeof block['content'] === 'string'
        ? block['content']
        : toArray(block['content'])
            .map((part) => toText(toObject(part)['text']))
            .join('\n'),
    images: 0,
    audioSeconds: 0,
    toolCalls: [],
  }))
  const written = text('text')
  const images = blocks.filter((block) => block['type'] === 'image').length
  const toolCalls = blocks
    .filter((block) => block['type'] === 'tool_use')
    .map((block) => ({
      id: toText(block['id']),
      name: toText(block['name']),
      arguments: JSON.stringify(block['input'] ?? {}),
    }))
  if (written !== '' || images > 0 || toolCalls.length > 0 || turns.length === 0) {
    turns.push({ role: 'user', text: written, images, audioSeconds: 0, toolCalls })
  }
  return turns
}

export const readMessages = (body: JsonObject): Turn[] => {
  const system =
    typeof body['system'] === 'string'
      ? body['system']
      : toArray(body['system'])
          .map((block) => toText(toObject(block)['text']))
          .join('\n')
  const turns = toArray(body['messages']).flatMap((entry) => {
    const message = toObject(entry)
    const role = message['role'] === 'assistant' ? 'assistant' : message['role'] === 'system' ? 'system' : 'user'
    return readBlocks(message['content']).map((turn): Turn => (turn.role === 'tool' ? turn : { ...turn, role }))
  })
  return system === '' ? turns : [{ role: 'system', text: system, images: 0, audioSeconds: 0, toolCalls: [] }, ...turns]
}

export const readToolChoice = (choice: JsonObject): ToolChoice => {
  if (choice['type'] === 'any') return 'required'
  if (choice['type'] === 'none') return 'none'
  return choice['type'] === 'tool' ? { name: toText(choice['name']) } : 'auto'
}

/** Length of the prompt up to the last block marked with cache_control; undefined without a mark. */
export const cachePrefix = (body: JsonObject): number | undefined => {
  const text = JSON.stringify({ tools: body['tools'], system: body['system'], messages: body['messages'] })
  const at = text.lastIndexOf('"cache_control"')
  if (at < 0 && body['cache_control'] === undefined) return undefined
  return at < 0 ? text.length : at
}

const signature = (seed: string) =>
  Buffer.from(`sig ${hashNumber(seed)} ${seed}`.padEnd(240, '·').slice(0, 240)).toString('base64')

const STOP: Record<Answer['finish'], string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  refusal: 'refusal',
}

const stopReason = (answer: Answer): string =>
  answer.stoppedAt !== undefined && answer.finish === 'stop' ? 'stop_sequence' : STOP[answer.finish]

type Usage = Record<'start' | 'end' | 'whole', JsonObject>

const usageOf = (ask: Ask, answer: Answer): Usage => {
  const cached = ask.cachePrefixCharacters !== undefined
  const read = cached ? answer.usage.cachedTokens : 0
  const written = cached ? answer.usage.cacheWriteTokens : 0
  const input = {
    input_tokens: Math.max(0, answer.usage.inputTokens - read - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
  }
  const split = { cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 } }
  const place = { service_tier: 'standard', inference_geo: 'global' }
  const output = {
    output_tokens: answer.usage.outputTokens,
    output_tokens_details: { thinking_tokens: answer.usage.reasoningTokens },
  }
  return {
    start: { ...input, ...split, output_tokens: Math.min(2, answer.usage.outputTokens), ...place },
    end: { ...input, ...output },
    whole: { ...input, ...split, ...output, ...place },
  }
}

const stopDetails = (answer: Answer) =>
  answer.finish === 'refusal' ? { type: 'refusal', category: 'cyber', explanation: 'This request was declined.' } : null

const blocksOf = (ask: Ask, answer: Answer): JsonObject[] => {
  const thinking = ask.extra['thinking'] === true && answer.usage.reasoningTokens > 0
  return [
    ...(thinking ? [{ type: 'thinking', thinking: answer.reasoning, signature: signature(answer.text) }] : []),
    ...(answer.text === '' ? [] : [{ type: 'text', text: answer.text }]),
    ...answer.toolCalls.map((call) => ({
      type: 'tool_use',
      id: `toolu_01${makeId(22)}`,
      name: call.name,
      input: toObject(parseJson(call.arguments)),
      caller: { type: 'direct' },
    })),
  ]
}

export const writeMessage = (ask: Ask, answer: Answer): Reply =>
  json(200, {
    model: ask.model,
    id: `msg_011${makeId(21)}`,
    type: 'message',
    role: 'assistant',
    content: blocksOf(ask, answer),
    stop_reason: stopReason(answer),
    stop_sequence: answer.stoppedAt ?? null,
    stop_details: stopDetails(answer),
    usage: usageOf(ask, answer).whole,
  })

/** Real events carry trailing spaces before the last bracket or after it, of varying number. */
const event = (kind: Frame['kind'], data: JsonObject): Frame => {
  const text = JSON.stringify(data)
  return { kind, data: `event: ${String(data['type'])}\ndata: ${text}${' '.repeat(text.length % 14)}\n\n` }
}

const PING: Frame = { kind: 'ping', data: 'event: ping\ndata: {"type": "ping"}\n\n' }

const deltasOf = (block: JsonObject, call: string): { kind: Frame['kind']; delta: JsonObject }[] => {
  if (block['type'] === 'thinking') {
    return [
      ...toPieces(toText(block['thinking'])).map((piece) => ({
        kind: 'reasoning' as const,
        delta: { type: 'thinking_delta', thinking: piece },
      })),
      { kind: 'reasoning', delta: { type: 'signature_delta', signature: block['signature'] } },
    ]
  }
  if (block['type'] === 'tool_use') {
    return ['', ...toFragments(call)].map((fragment) => ({
      kind: 'tool' as const,
      delta: { type: 'input_json_delta', partial_json: fragment },
    }))
  }
  return toPieces(toText(block['text'])).map((piece) => ({
    kind: 'content' as const,
    delta: { type: 'text_delta', text: piece },
  }))
}

const EMPTY: Record<string, JsonObject> = {
  thinking: { thinking: '', signature: '' },
  text: { text: '' },
  tool_use: { input: {} },
}

export const streamMessage = (ask: Ask, answer: Answer): Reply => {
  const usage = usageOf(ask, answer)
  const blocks = blocksOf(ask, answer)
  const message = {
    model: ask.model,
    id: `msg_011${makeId(21)}`,
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: usage.start,
  }
  const calls = answer.toolCalls.values()
  const frames = blocks.flatMap((block, index) => {
    const input = block['type'] === 'tool_use' ? (calls.next().value?.arguments ?? '') : ''
    return [
      event('start', {
        type: 'content_block_start',
        index,
        content_block: { ...block, ...EMPTY[toText(block['type'])] },
      }),
      ...(index === 0 ? [PING] : []),
      ...deltasOf(block, input).map(({ kind, delta }) => event(kind, { type: 'content_block_delta', index, delta })),
      event('start', { type: 'content_block_stop', index }),
    ]
  })
  const stop = {
    stop_reason: stopReason(answer),
    stop_sequence: answer.stoppedAt ?? null,
    stop_details: stopDetails(answer),
  }
  return eventStream([
    event('start', { type: 'message_start', message }),
    ...frames,
    event('finish', { type: 'message_delta', delta: stop, usage: usage.end }),
    event('end', { type: 'message_stop' }),
  ])
}
