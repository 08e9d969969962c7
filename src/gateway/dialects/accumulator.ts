/**
 * The growing answer of one stream, in neutral terms. Every dialect tells it what an event said and passes on the parts
 * it gives back; at the end it holds the same `CallResult` that the plain answer would have had.
 */
import type { CallPart, CallResult } from '../call.ts'
import type { FinishReason } from '../types/answers.ts'
import type { Note, Usage } from '../types/attempts.ts'
import type { OpaqueState, ToolCall } from '../types/messages.ts'
import { createReasoningSplitter } from './reasoning-tags.ts'
import { NO_USAGE } from './usage.ts'

interface OpenCall {
  readonly index: number
  readonly id: string
  readonly name: string
  arguments: string
  opaque: OpaqueState | null
  ended: boolean
}

/** Enough to see that something was wrong, not enough to fill an answer. */
const NOTES_LIMIT = 20

export interface Accumulator {
  readonly text: (delta: string) => CallPart[]
  readonly reasoning: (delta: string) => CallPart[]
  readonly toolStart: (index: number, id: string, name: string) => CallPart[]
  readonly toolDelta: (index: number, fragment: string) => CallPart[]
  readonly toolOpaque: (index: number, opaque: OpaqueState) => void
  readonly toolEnd: (index: number) => CallPart[]
  readonly note: (note: Note) => CallPart[]
  readonly hasTool: (index: number) => boolean
  readonly toolId: (index: number) => string | null
  readonly toolCount: () => number
  readonly isEmpty: () => boolean
  /** Ends whatever is open and gives the last parts, `end` included. */
  readonly end: (ending: Ending) => CallPart[]
}

export interface Ending {
  readonly finishReason: FinishReason
  readonly usage: Usage | null
  readonly servedModel: string | null
  readonly opaque?: OpaqueState | null
}

/** Calls win over a plain stop: several providers say "stop" with tool calls. */
export const settleFinish = (reason: FinishReason, toolCount: number): FinishReason =>
  reason === 'stop' && toolCount > 0 ? 'tool-calls' : reason === 'tool-calls' && toolCount === 0 ? 'stop' : reason

export const createAccumulator = (): Accumulator => {
  const splitter = createReasoningSplitter()
  const calls = new Map<number, OpenCall>()
  const notes: Note[] = []
  let text = ''
  let reasoning = ''

  const addReasoning = (delta: string): CallPart[] => {
    if (delta === '') return []
    reasoning += delta
    return [{ type: 'reasoning-delta', text: delta }]
  }
  const addPieces = (pieces: ReturnType<typeof splitter.push>): CallPart[] =>
    pieces.flatMap((piece): CallPart[] => {
      if (piece.kind === 'reasoning') return addReasoning(piece.text)
      text += piece.text
      return [{ type: 'text-delta', text: piece.text }]
    })
  const finished = (call: OpenCall): ToolCall => ({
    id: call.id,
    name: call.name,
    arguments: call.arguments.trim() === '' ? '{}' : call.arguments,
    ...(call.opaque === null ? {} : { opaque: call.opaque }),
  })
  const toolEnd = (index: number): CallPart[] => {
    const call = calls.get(index)
    if (call === undefined || call.ended) return []
    call.ended = true
    // Whoever joins the fragments gets JSON, also from a tool without arguments.
    const empty: CallPart[] =
      call.arguments.trim() === '' ? [{ type: 'tool-call-delta', index: call.index, arguments: '{}' }] : []
    return [...empty, { type: 'tool-call-end', index: call.index, call: finished(call) }]
  }

  return {
    text: (delta) => (delta === '' ? [] : addPieces(splitter.push(delta))),
    reasoning: addReasoning,
    toolStart: (index, id, name) => {
      const call = { index: calls.size, id, name, arguments: '', opaque: null, ended: false }
      calls.set(index, call)
      return [{ type: 'tool-call-start', index: call.index, id, name }]
    },
    toolDelta: (index, fragment) => {
      const call = calls.get(index)
      if (call === undefined || fragment === '') return []
      call.arguments += fragment
      return [{ type: 'tool-call-delta', index: call.index, arguments: fragment }]
    },
    toolOpaque: (index, opaque) => {
      const call = calls.get(index)
      if (call !== undefined) call.opaque = opaque
    },
    toolEnd,
    note: (note) => {
      if (notes.length >= NOTES_LIMIT) return []
      notes.push(note)
      return [{ type: 'note', note }]
    },
    hasTool: (index) => calls.has(index),
    toolId: (index) => calls.get(index)?.id ?? null,
    toolCount: () => calls.size,
    isEmpty: () => text === '' && reasoning === '' && calls.size === 0,
    end: ({ finishReason, usage, servedModel, opaque }) => {
      const parts = [...addPieces(splitter.flush()), ...[...calls.keys()].flatMap(toolEnd)]
      const result: CallResult = {
        text,
        reasoning,
        toolCalls: [...calls.values()].map(finished),
        opaque: opaque ?? null,
        finishReason: settleFinish(finishReason, calls.size),
        usage: usage ?? NO_USAGE,
        servedModel,
        notes,
      }
      return [...parts, { type: 'end', result }]
    },
  }
}
