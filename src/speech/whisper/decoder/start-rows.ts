/** The first call of a batch: prompts are fed row by row, and what they answered is laid out as the answer of one batch. */
import { floats, type Tensor } from '../../inference.ts'
import type { DecoderBatch } from './decoder-batch.ts'

interface RowsShape {
  readonly rows: number
  readonly vocabulary: number
  readonly heads: number
  readonly frames: number
  readonly attentionLayers: readonly number[]
  /** Tokens of each prompt. */
  readonly length: number
}

/** Attention of the last token alone: from line, token, frame to line, frame. */
const lastToken = (attention: Float32Array, lines: number, length: number): Float32Array => {
  if (length === 1) return attention
  const frames = attention.length / (lines * length)
  const picked = new Float32Array(lines * frames)
  for (let line = 0; line < lines; line += 1) {
    const from = (line * length + length - 1) * frames
    picked.set(attention.subarray(from, from + frames), line * frames)
  }
  return picked
}

export const startRows = async (
  prompts: readonly (readonly number[])[],
  { rows, vocabulary, heads, frames, attentionLayers, length }: RowsShape,
  startRow: (prompt: readonly number[], row: number) => Promise<Readonly<Record<string, Tensor>>>,
): ReturnType<DecoderBatch['start']> => {
  const logits = new Float32Array(rows * vocabulary)
  const firstLogits = new Float32Array(rows * vocabulary)
  const lines = heads * frames
  const attention = new Map(attentionLayers.map((layer) => [layer, new Float32Array(rows * lines)]))
  for (const [row, prompt] of prompts.entries()) {
    const answer = await startRow(prompt, row)
    const all = floats(answer['logits'])
    logits.set(all.subarray((length - 1) * vocabulary), row * vocabulary)
    firstLogits.set(all.subarray(0, vocabulary), row * vocabulary)
    for (const [layer, kept] of attention)
      kept.set(lastToken(floats(answer[`cross_attentions.${layer}`]), heads, length), row * lines)
  }
  return { logits, firstLogits, attention }
}
