/** Buffers by name, grown when needed and reused from batch to batch; a tensor is a view of one. It knows shapes, no model. */
import { floatTensor, Tensor } from '../../inference.ts'

type Values = Float32Array | Uint16Array | Int8Array
export type BufferType = 'float32' | 'float16' | 'int8'

export interface DecoderBuffers {
  /** The first part of the buffer. */
  view(name: string, dimensions: readonly number[]): Tensor
  /** One row of a view of `rows` rows: its first dimension is 1. */
  row(name: string, rows: number, row: number, dimensions: readonly number[]): Tensor
  /** Makes the buffer this large at once, so that a cache that grows by a token each step does not move each time. */
  reserve(name: string, dimensions: readonly number[]): void
  moveRow(name: string, from: number, to: number, dimensions: readonly number[]): void
  /** Puts `values` at `place` of each line; there are as many lines as `values` have pieces of `size`, `stride` apart. */
  writeLines(name: string, values: Float32Array, lines: LinePlace): void
  /** Gives each line another, larger stride; what is in the lines stays. */
  widenLines(name: string, count: number, stride: number, wider: number): void
}

export interface LinePlace {
  readonly firstLine: number
  readonly stride: number
  readonly place: number
  readonly size: number
}

const sizeOf = (dimensions: readonly number[]): number => dimensions.reduce((product, each) => product * each, 1)

const makeValues = (type: BufferType, size: number): Values =>
  type === 'float16' ? new Uint16Array(size) : type === 'int8' ? new Int8Array(size) : new Float32Array(size)

export const createBuffers = (type: BufferType): DecoderBuffers => {
  const kept = new Map<string, Values>()
  const bufferOf = (name: string, size: number): Values => {
    const found = kept.get(name)
    if (found !== undefined && found.length >= size) return found
    const buffer = makeValues(type, size)
    kept.set(name, buffer)
    return buffer
  }
  const toTensor = (view: Values, dimensions: readonly number[]): Tensor => {
    if (view instanceof Float32Array) return floatTensor(view, dimensions)
    return view instanceof Int8Array ? new Tensor('int8', view, dimensions) : new Tensor('float16', view, dimensions)
  }
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
    writeLines: (name, values, { firstLine, stride, place, size }) => {
      const target = kept.get(name)
      for (let line = 0; line * size < values.length; line += 1) {
        target?.set(values.subarray(line * size, (line + 1) * size), (firstLine + line) * stride + place)
      }
    },
    widenLines: (name, count, stride, wider) => {
      const source = kept.get(name)
      const target = bufferOf(name, count * wider)
      // From the last line on: in one buffer a line may lie where the one before it goes.
      for (let line = count - 1; line >= 0; line -= 1) {
        if (source === target) target.copyWithin(line * wider, line * stride, (line + 1) * stride)
        else if (source !== undefined) target.set(source.subarray(line * stride, (line + 1) * stride), line * wider)
      }
    },
  }
}
