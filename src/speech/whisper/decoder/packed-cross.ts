/** The packed keys and values of the windows, which the prompt's model answers and each step reads: one part a row. */
import type { Packed } from '../../graph/packed-attention.ts'
import type { Feeds, Tensor } from '../../inference.ts'
import type { DecoderBuffers } from './decoder-buffers.ts'

export interface PackedCross {
  /** Where the prompt's model writes one row of `rows`. */
  outputs(rows: number, row: number): Record<string, Tensor>
  /** What a step reads of so many rows. */
  feeds(rows: number): Feeds
  moveRow(from: number, to: number): void
}

export const createPackedCross = (
  buffers: { readonly float: DecoderBuffers; readonly int8: DecoderBuffers },
  packed: readonly Packed[],
  frames: number,
): PackedCross => {
  const parts = packed.map(({ name, type, dimensions }) => ({
    name,
    buffer: type === 'int8' ? buffers.int8 : buffers.float,
    row: dimensions.map((each) => (typeof each === 'number' ? each : frames)),
  }))
  const eachPart = (view: (part: (typeof parts)[number]) => Tensor): Record<string, Tensor> =>
    Object.fromEntries(parts.map((part) => [part.name, view(part)]))
  return {
    outputs: (rows, row) => eachPart((part) => part.buffer.row(part.name, rows, row, part.row)),
    feeds: (rows) => eachPart((part) => part.buffer.view(part.name, [rows, ...part.row])),
    moveRow(from, to) {
      for (const { name, buffer, row } of parts) buffer.moveRow(name, from, to, row)
    },
  }
}
