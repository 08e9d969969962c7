/** What whoever decodes windows sees of a decoder, whichever way it runs its model. */
import type { Session } from '../../inference.ts'

export interface DecoderAnswer {
  /** Row r's logits for its last token: `[r × vocabulary, (r + 1) × vocabulary)`. May be written to. */
  readonly logits: Float32Array
  /** Cross attention of one layer: row, head, frame. Empty unless asked for. */
  readonly attention: ReadonlyMap<number, Float32Array>
}

export interface DecoderBatch {
  /** First call: the prompts, all of one length. `firstLogits` are those of the prompt's first token. */
  start(prompts: readonly (readonly number[])[]): Promise<DecoderAnswer & { readonly firstLogits: Float32Array }>
  /** Next token of every row. The answer is valid until the next step. */
  step(tokens: readonly number[]): Promise<DecoderAnswer>
  /** Takes a row out; the last row moves to its place. */
  leave(row: number): void
}

export interface BatchInput {
  /** Encoder output of each row: frames × width. */
  readonly hidden: readonly Float32Array[]
  readonly frames: number
  /** Layers whose cross attention is wanted. */
  readonly attentionLayers: readonly number[]
}

export interface DecoderSessions {
  readonly all: readonly [Session, ...Session[]]
  choose(): Session
}

export interface Decoder {
  /** Windows that are best decoded together. */
  readonly usualRows: number
  readonly outputNames: readonly string[]
  /** One batch at a time: the next one writes over the buffers of this. */
  open(input: BatchInput): DecoderBatch
  close(): Promise<unknown>
}
