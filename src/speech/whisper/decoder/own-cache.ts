/**
 * The keys and values of a batch's own tokens, one buffer a layer and part, laid out as the steps' model reads them: row,
 * head, token, number. Each step's are written into their places; nothing else moves until the room is full.
 */
import { cacheName, ownName } from '../../graph/own-attention.ts'
import type { DecoderShape } from '../../graph/packed-attention.ts'
import { floats, freeNow, type Tensor } from '../../inference.ts'
import type { DecoderBuffers } from './decoder-buffers.ts'

/** Names of one buffer, and of the outputs whose values go there. */
export interface CacheNames {
  readonly cache: string
  readonly ofStep: string
  readonly ofPrompt: string
}

/** The cache gets room for so many tokens at a time. */
const ROOM_STEP = 32
const PARTS = ['key', 'value'] as const

export const cacheNames = ({ layers }: DecoderShape): CacheNames[] =>
  Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) =>
    PARTS.map((part) => ({
      cache: cacheName(layer, part),
      ofStep: ownName(layer, part),
      ofPrompt: `present.${layer}.decoder.${part}`,
    })),
  )

export interface OwnCache {
  /** Tokens that there is room for. */
  room(): number
  /** Makes room for so many tokens in each of `rows` rows. */
  widen(rows: number, tokens: number): void
  /** Keeps what the model answered, line × token × head size, from token `from` of `row` on; frees the answer. */
  take(cache: string, answer: Tensor | undefined, at: { row: number; from: number; tokens: number }): void
  view(cache: string, rows: number): Tensor
  moveRow(from: number, to: number): void
}

export const createOwnCache = (
  buffers: DecoderBuffers,
  names: readonly CacheNames[],
  { heads, headSize }: DecoderShape,
): OwnCache => {
  let room = 0
  return {
    room: () => room,
    widen(rows, tokens) {
      if (tokens <= room) return
      const wider = Math.ceil(tokens / ROOM_STEP) * ROOM_STEP
      for (const { cache } of names) buffers.widenLines(cache, rows * heads, room * headSize, wider * headSize)
      room = wider
    },
    take(cache, answer, { row, from, tokens }) {
      buffers.writeLines(cache, floats(answer), {
        firstLine: row * heads,
        stride: room * headSize,
        place: from * headSize,
        size: tokens * headSize,
      })
      freeNow(answer?.data)
    },
    view: (cache, rows) => buffers.view(cache, [rows, heads, room, headSize]),
    moveRow(from, to) {
      for (const { cache } of names) buffers.moveRow(cache, from, to, [heads, room, headSize])
    },
  }
}
