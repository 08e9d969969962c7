/** Anthropic's answer as one piece, and its usage and stop reasons, which the stream shares. */
import { isObject, toArray, toCount, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import type { CallResult } from '../call.ts'
import type { FinishReason } from '../types/answers.ts'
import type { Note, Usage } from '../types/attempts.ts'
import type { JsonValue } from '../types/json.ts'
import type { OpaqueState, ToolCall } from '../types/messages.ts'
import { settleFinish } from './accumulator.ts'
import { WireError } from './wire-error.ts'
import { splitReasoning } from './reasoning-tags.ts'
import { NO_USAGE, toUsage } from './usage.ts'

const FINISH: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
  pause_turn: 'length',
}

export const readStopReason = (reason: string): FinishReason => FINISH[reason] ?? 'stop'

/** Cached tokens are listed apart from `input_tokens` here and are counted in by us. */
export const readAnthropicUsage = (value: unknown): Usage | null => {
  if (!isObject(value)) return null
  const cached = toCount(value['cache_read_input_tokens'])
  const written = toCount(value['cache_creation_input_tokens'])
  return toUsage({
    input: toCount(value['input_tokens']) + cached + written,
    output: toCount(value['output_tokens']),
    cached,
    cacheWrite: written,
    reasoning: toCount(toObject(value['output_tokens_details'])['thinking_tokens']),
  })
}

/** One entry a block, in order: a block to give back as it was, the length of a text, or the id of a call. */
export type LayoutEntry = { readonly block: JsonValue } | { readonly text: number } | { readonly tool: string }

/** Null unless there is something that only Anthropic understands. */
export const toOpaque = (layout: readonly LayoutEntry[]): OpaqueState | null =>
  layout.some((entry) => 'block' in entry)
    ? { provider: 'anthropic', data: { layout: layout as unknown as JsonValue } }
    : null

export const refusalNotes = (stopReason: string | null, details: unknown): Note[] => {
  if (stopReason !== 'refusal') return []
  const { category, explanation } = toObject(details)
  const words = [toText(category), toText(explanation)].filter((text) => text !== null).join(': ')
  return [{ kind: 'provider-message', message: words === '' ? 'The model refused to answer.' : words }]
}

export const decodeAnthropic = (body: unknown): CallResult => {
  const answer = toObject(body)
  if (!Array.isArray(answer['content'])) throw new WireError('provider-malformed', 'the answer holds no content')
  const blocks = toArray(answer['content']).map(toObject)
  const toolCalls = blocks.flatMap((block) => readToolUse(block) ?? [])
  const stopReason = toText(answer['stop_reason'])
  const split = splitReasoning(ofType(blocks, 'text', 'text').join(''))
  return {
    text: split.text,
    reasoning: ofType(blocks, 'thinking', 'thinking').join('') + split.reasoning,
    toolCalls,
    opaque: toOpaque(blocks.flatMap(toLayout)),
    finishReason: settleFinish(readStopReason(stopReason ?? 'end_turn'), toolCalls.length),
    usage: readAnthropicUsage(answer['usage']) ?? NO_USAGE,
    servedModel: toText(answer['model']) || null,
    notes: refusalNotes(stopReason, answer['stop_details']),
  }
}

const ofType = (blocks: readonly UnknownObject[], type: string, field: string): string[] =>
  blocks.flatMap((block) => (block['type'] === type ? (toText(block[field]) ?? []) : []))

const readToolUse = (block: UnknownObject): ToolCall | null => {
  const id = toText(block['id'])
  const name = toText(block['name'])
  if (block['type'] !== 'tool_use' || id === null || name === null) return null
  return { id, name, arguments: JSON.stringify(block['input'] ?? {}) }
}

const toLayout = (block: UnknownObject): LayoutEntry[] => {
  if (block['type'] === 'text') return [{ text: (toText(block['text']) ?? '').length }]
  if (block['type'] === 'tool_use') return [{ tool: toText(block['id']) ?? '' }]
  const kept = block['type'] === 'thinking' || block['type'] === 'redacted_thinking'
  return kept ? [{ block: block as JsonValue }] : []
}
