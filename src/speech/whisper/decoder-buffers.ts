/** Buffers by name, grown when needed and reused from batch to batch; a tensor is a view of one. It knows shapes, no model. */
import { floatTensor, Tensor } from '../inference.ts'

export interface DecoderBuffers {
  /** The first part of the buffer. */
  view(name: string, dimensions: readonly number[]): Tensor
  /** One row of a view of `rows` rows: its first dimension is 1. */
  row(name: string, rows: number, row: number, dimensions: readonly number[]): Tensor
  /** Makes the buffer this large at once, so that a cache that grows by a token each step does not move each time. */
  reserve(name: string, dimensions: readonly number[]): void
  moveRow(name: string, from: number, to: number, dimensions: readonly number[]): void
}

const sizeOf = (dimensions: readonly number[]): number => dimensions.reduce((product, each) => product * each, 1)

export const createBuffers = (type: 'float32' | 'float16'): DecoderBuffers => {
  const kept = new Map<string, Float32Array | Uint16Array>()
  const bufferOf = (name: string, size: number): Float32Array | Uint16Array => {
    const found = kept.get(name)
    if (found !== undefined && found.length >= size) return found
    const buffer = type === 'float16' ? new Uint16Array(size) : new Float32Array(size)
    kept.set(name, buffer)
    return buffer
  }
  const toTensor = (view: Float32Array | Uint16Array, dimensions: readonly number[]): Tensor =>
    view instanceof Float32Array ? floatTensor(view, dimensions) : new Tensor('float16', view, dimensions)
  return {
    view: (name, dimensions) => {
      const size = sizeOf(dimensions)
      return toTensor(bufferOf(name, size).subarray(0, size), dimensions)
    },
    row: (name, rows, row, dimensions) => {
      const size = sizeOf(dimensions)
      return toTensor(bufferOf(name, size * rows).subarray(row * size, (row + 1) * size), [1, ...dimensions])
    },
    reserve: (name, dimensions) => void bufferOf(name, sizeOf(dimensions)),
    moveRow: (name, from, to, dimensions) => {
      const size = sizeOf(dimensions)
      kept.get(name)?.copyWithin(to * size, from * size, (from + 1) * size)
    },
  }
}
