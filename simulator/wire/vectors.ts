// Vectors that follow from the words of a text: equal texts get equal vectors, texts that share words lie close together.
import { hashNumber } from '../tokens.ts'

const WORD = /[\p{L}\p{N}]+/gu

/** A unit vector; each word adds its own steady direction. */
export const toVector = (text: string, dimensions: number): number[] => {
  const vector = new Float64Array(dimensions)
  const words = text.toLocaleLowerCase('en').match(WORD) ?? ['']
  for (const word of words) {
    let state = hashNumber(word) || 1
    for (let step = 0; step < 16; step += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      const at = state % dimensions
      vector[at] = (vector[at] ?? 0) + (state & 1024 ? 1 : -1)
    }
  }
  const length = Math.hypot(...vector) || 1
  return Array.from(vector, (value) => Math.fround(value / length))
}

export const toBase64 = (vector: number[]): string => Buffer.from(new Float32Array(vector).buffer).toString('base64')
