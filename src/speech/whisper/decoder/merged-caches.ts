/**
 * The keys and values of a batch in the merged decoder, in buffers that outlive the batch (37 MB a window of cross-attention
 * keys and values for the base model): tensors made by the runtime are freed only when the collector gets to them, and
 * memory would grow by hundreds of megabytes. A step's own cache goes to and fro between two sets of buffers, since input
 * and output may not be one.
 */
import { Tensor } from '../../inference.ts'
import type { WhisperSettings } from '../model-settings.ts'
import type { BufferType, DecoderBuffers } from './decoder-buffers.ts'

/** The own cache grows by so many tokens at a time. */
const CACHE_STEP = 64

const PARTS = ['key', 'value'] as const

const namesOf = (layers: number, side: 'decoder' | 'encoder'): string[] =>
  Array.from({ length: layers }, (_, layer) => layer).flatMap((layer) =>
    PARTS.map((part) => `${layer}.${side}.${part}`),
  )

const inputName = (name: string): string => `past_key_values.${name}`
const outputName = (name: string): string => `present.${name}`
/** Of two sets of buffers in turns. */
const ownBuffer = (name: string, length: number): string => `${name}.${length % 2}`

/** What the first call reads: no token has been said. */
export const emptyCaches = (type: BufferType, { layers, heads, width }: WhisperSettings): Record<string, Tensor> => {
  const nothing = type === 'float16' ? new Uint16Array(0) : new Float32Array(0)
  const empty = new Tensor(type, nothing, [1, heads, 0, width / heads])
  const names = [...namesOf(layers, 'decoder'), ...namesOf(layers, 'encoder')]
  return Object.fromEntries(names.map((name) => [inputName(name), empty]))
}

/** `length` counts the tokens that were said, `rows` those of the batch now. */
export interface MergedCaches {
  /** Makes room where so many tokens are written next: nothing is read there, so a buffer may be replaced. */
  reserve(rows: number, length: number): void
  /** Where the call with a prompt writes one row of `rows`. */
  promptOutputs(rows: number, row: number, length: number): Record<string, Tensor>
  /** What a step reads. */
  feeds(rows: number, length: number): Record<string, Tensor>
  /** Where a step writes its own. */
  outputs(rows: number, length: number): Record<string, Tensor>
  moveRow(from: number, to: number, length: number): void
}

export const createMergedCaches = (
  buffers: DecoderBuffers,
  { layers, heads, width }: WhisperSettings,
  frames: number,
): MergedCaches => {
  const headSize = width / heads
  const [ownNames, crossNames] = [namesOf(layers, 'decoder'), namesOf(layers, 'encoder')]
  const ownRow = (length: number): number[] => [heads, length, headSize]
  const crossRow = [heads, frames, headSize]
  return {
    reserve(rows, length) {
      const room = Math.ceil(length / CACHE_STEP) * CACHE_STEP
      for (const name of ownNames) buffers.reserve(ownBuffer(name, length), [rows, ...ownRow(room)])
    },
    promptOutputs: (rows, row, length) =>
      Object.fromEntries([
        ...ownNames.map((name) => [outputName(name), buffers.row(ownBuffer(name, length), rows, row, ownRow(length))]),
        ...crossNames.map((name) => [outputName(name), buffers.row(name, rows, row, crossRow)]),
      ]) as Record<string, Tensor>,
    feeds: (rows, length) =>
      Object.fromEntries([
        ...ownNames.map((name) => [inputName(name), buffers.view(ownBuffer(name, length), [rows, ...ownRow(length)])]),
        ...crossNames.map((name) => [inputName(name), buffers.view(name, [rows, ...crossRow])]),
      ]) as Record<string, Tensor>,
    outputs: (rows, length) =>
      Object.fromEntries(
        ownNames.map((name) => [outputName(name), buffers.view(ownBuffer(name, length), [rows, ...ownRow(length)])]),
      ),
    moveRow(from, to, length) {
      for (const name of ownNames) buffers.moveRow(ownBuffer(name, length), from, to, ownRow(length))
      for (const name of crossNames) buffers.moveRow(name, from, to, crossRow)
    },
  }
}
