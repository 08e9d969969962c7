/** Anthropic's stream: a small reader for each kind of event over one state. Unknown events and blocks are passed by. */
import { isObject, parseJson, toNumber, toObject, toText } from '../../lib/json.ts'
import type { UnknownObject } from '../../lib/json.ts'
import type { ServerEvent } from '../../lib/sse.ts'
import type { CallPart } from '../call.ts'
import type { DecodeContext } from '../provider.ts'
import type { JsonValue } from '../types/json.ts'
import { createAccumulator } from './accumulator.ts'
import type { Accumulator } from './accumulator.ts'
import { readAnthropicUsage, readStopReason, refusalNotes, toOpaque } from './anthropic-decode.ts'
import type { LayoutEntry } from './anthropic-decode.ts'
import { WireError } from './wire-error.ts'
import { readEventObject } from './stream-event.ts'

interface OpenBlock {
  readonly type: string
  text: string
  signature: string
  readonly start: UnknownObject
}

interface State {
  readonly answer: Accumulator
  readonly context: DecodeContext
  readonly blocks: Map<number, OpenBlock>
  /** All usage fields seen, the last value of each: values are running totals and are never added. */
  usage: Record<string, unknown> | null
  servedModel: string | null
  stopReason: string | null
  stopDetails: unknown
  stopped: boolean
}

export async function* decodeAnthropicStream(
  events: AsyncIterable<ServerEvent>,
  context: DecodeContext,
): AsyncGenerator<CallPart> {
  const state: State = {
    answer: createAccumulator(),
    context,
    blocks: new Map(),
    usage: null,
    servedModel: null,
    stopReason: null,
    stopDetails: null,
    stopped: false,
  }
  const read = (data: UnknownObject): CallPart[] => readEvent(data, state)
  for await (const event of events) {
    yield* readEventObject(event, state.answer, read)
    if (state.stopped) break
    if (state.stopReason !== null) context.complete()
  }
  yield* end(state)
}

const readEvent = (data: UnknownObject, state: State): CallPart[] => {
  switch (data['type']) {
    case 'message_start':
      return startMessage(toObject(data['message']), state)
    case 'content_block_start':
      return startBlock(toNumber(data['index']) ?? 0, toObject(data['content_block']), state)
    case 'content_block_delta':
      return readDelta(toNumber(data['index']) ?? 0, toObject(data['delta']), state)
    case 'content_block_stop':
      return state.answer.toolEnd(toNumber(data['index']) ?? 0)
    case 'message_delta':
      return readMessageDelta(data, state)
    case 'message_stop':
      state.stopped = true
      return []
    default:
      return []
  }
}

const mergeUsage = (state: State, usage: unknown): void => {
  if (!isObject(usage)) return
  const known = Object.entries(usage).filter(([, value]) => value !== null && value !== undefined)
  state.usage = { ...state.usage, ...Object.fromEntries(known) }
}

// Some proxies send it twice; the second says nothing new.
const startMessage = (message: UnknownObject, state: State): CallPart[] => {
  state.servedModel ??= toText(message['model'])
  mergeUsage(state, message['usage'])
  return []
}

const startBlock = (index: number, block: UnknownObject, state: State): CallPart[] => {
  const type = toText(block['type']) ?? ''
  if (state.blocks.has(index)) return []
  state.blocks.set(index, { type, text: '', signature: toText(block['signature']) ?? '', start: block })
  if (type === 'text') return addText(index, toText(block['text']) ?? '', state)
  if (type === 'thinking') return addThinking(index, toText(block['thinking']) ?? '', state)
  if (type !== 'tool_use') return []
  const written =
    isObject(block['input']) && Object.keys(block['input']).length > 0 ? JSON.stringify(block['input']) : ''
  const id = toText(block['id']) || state.context.newId()
  return [...state.answer.toolStart(index, id, toText(block['name']) ?? ''), ...state.answer.toolDelta(index, written)]
}

const addText = (index: number, text: string, state: State): CallPart[] => {
  const block = state.blocks.get(index)
  if (block !== undefined) block.text += text
  return state.answer.text(text)
}

const addThinking = (index: number, text: string, state: State): CallPart[] => {
  const block = state.blocks.get(index)
  if (block !== undefined) block.text += text
  return state.answer.reasoning(text)
}

const addInput = (index: number, fragment: string, state: State): CallPart[] => {
  const block = state.blocks.get(index)
  if (block !== undefined) block.text += fragment
  return state.answer.toolDelta(index, fragment)
}

const readDelta = (index: number, delta: UnknownObject, state: State): CallPart[] => {
  switch (delta['type']) {
    case 'text_delta':
      return addText(index, toText(delta['text']) ?? '', state)
    case 'thinking_delta':
      return addThinking(index, toText(delta['thinking']) ?? '', state)
    case 'input_json_delta':
      return addInput(index, toText(delta['partial_json']) ?? '', state)
    case 'signature_delta': {
      const block = state.blocks.get(index)
      if (block !== undefined) block.signature += toText(delta['signature']) ?? ''
      return []
    }
    default:
      return []
  }
}

const readMessageDelta = (data: UnknownObject, state: State): CallPart[] => {
  const delta = toObject(data['delta'])
  state.stopReason = toText(delta['stop_reason']) ?? state.stopReason
  state.stopDetails = delta['stop_details'] ?? state.stopDetails
  mergeUsage(state, data['usage'])
  return []
}

const toLayout = (state: State): LayoutEntry[] =>
  [...state.blocks].flatMap(([index, block]): LayoutEntry[] => {
    if (block.type === 'text') return [{ text: block.text.length }]
    if (block.type === 'tool_use') return [{ tool: state.answer.toolId(index) ?? '' }]
    if (block.type === 'redacted_thinking') return [{ block: block.start as JsonValue }]
    if (block.type !== 'thinking') return []
    return [{ block: { type: 'thinking', thinking: block.text, signature: block.signature } }]
  })

/** The block as the plain answer would hold it, for the turn that is sent back. */
const toContent = ({ type, text, signature, start }: OpenBlock): UnknownObject => {
  if (type === 'text') return { ...start, text }
  if (type === 'thinking') return { ...start, thinking: text, signature }
  const input = parseJson(text)
  return isObject(input) ? { ...start, input } : start
}

// `message_stop` alone says that the message is whole; a stop reason without it is taken too, since nothing can follow it.
const end = (state: State): CallPart[] => {
  if (state.stopReason === null && !(state.stopped && !state.answer.isEmpty()))
    throw new WireError('stream-interrupted', 'the stream ended before the answer was complete')
  if (state.stopReason === 'pause_turn')
    state.context.paused({ stop_reason: state.stopReason, content: [...state.blocks.values()].map(toContent) })
  return [
    ...refusalNotes(state.stopReason, state.stopDetails).flatMap((note) => state.answer.note(note)),
    ...state.answer.end({
      finishReason: readStopReason(state.stopReason ?? 'end_turn'),
      usage: readAnthropicUsage(state.usage),
      servedModel: state.servedModel,
      opaque: toOpaque(toLayout(state)),
    }),
  ]
}
