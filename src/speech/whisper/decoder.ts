/**
 * One batch in Whisper's merged decoder: feeds tokens, keeps the caches. It knows no rules of what may be said.
 *
 * The cross-attention keys and values (37 MB a window for the base model) are written once into buffers that live as long as
 * the decoder; each step's own cache stays in the tensors the runtime made, uncopied.
 */
import { floats, floatTensor, inputType, integerTensor, Tensor, type Feeds, type Session } from '../inference.ts'
import type { WhisperSettings } from './model-settings.ts'

export interface DecoderAnswer {
  /** Row r's logits for its last token: `[r × vocabulary, (r + 1) × vocabulary)`. May be written to. */
  readonly logits: Float32Array
  /** Cross attention of one layer: row, head, frame. Empty unless asked for. */
  readonly attention: ReadonlyMap<number, Float32Array>
}

export interface DecoderBatch {
  /** First call: the prompts, all of one length. `firstLogits` are those of the prompt's first token. */
  start(prompts: readonly (readonly number[])[]): Promise<DecoderAnswer & { readonly firstLogits: Float32Array }>
  /** Next token of every row. */
  step(tokens: readonly number[]): Promise<DecoderAnswer>
}

export interface BatchInput {
  /** Encoder output: rows × frames × width. */
  readonly hidden: Float32Array
  readonly rows: number
  readonly frames: number
  /** Layers whose cross attention is wanted. */
  readonly attentionLayers: readonly number[]
}

type Side = 'decoder' | 'encoder'
const PARTS = ['key', 'value'] as const

export const openDecoderBatch = (session: Session, settings: WhisperSettings, input: BatchInput): DecoderBatch => {
  const headWidth = settings.width / settings.heads
  const cacheType = inputType(session, 'past_key_values.0.decoder.key')
  const empty = emptyCache(cacheType, [input.rows, settings.heads, 0, headWidth])
  const past: Feeds = {}
  forEachCache(settings.layers, ['decoder', 'encoder'], (name) => (past[`past_key_values.${name}`] = empty))
  const hidden = hiddenTensor(session, input, settings.width)
  const attentionNames = input.attentionLayers.map((layer) => `cross_attentions.${layer}`)

  const run = async (tokens: readonly number[], length: number, first: boolean): Promise<Record<string, Tensor>> => {
    const wanted = ['logits', ...attentionNames]
    const sides: Side[] = first ? ['decoder', 'encoder'] : ['decoder']
    forEachCache(settings.layers, sides, (name) => wanted.push(`present.${name}`))
    const feeds: Feeds = { input_ids: integerTensor(tokens, [input.rows, length]), ...past }
    if (session.inputNames.includes('encoder_hidden_states')) feeds['encoder_hidden_states'] = hidden
    if (session.inputNames.includes('use_cache_branch')) feeds['use_cache_branch'] = new Tensor('bool', [!first], [1])
    const answer = (await session.run(feeds, wanted)) as Record<string, Tensor>
    forEachCache(settings.layers, sides, (name) => {
      past[`past_key_values.${name}`] = answer[`present.${name}`] as Tensor
    })
    return answer
  }

  const attentionOf = (answer: Record<string, Tensor>, length: number): Map<number, Float32Array> =>
    new Map(
      input.attentionLayers.map((layer) => [
        layer,
        lastToken(floats(answer[`cross_attentions.${layer}`]), input, settings.heads, length),
      ]),
    )

  return {
    start: async (prompts) => {
      const length = prompts[0]?.length ?? 0
      const answer = await run(prompts.flat(), length, true)
      const logits = floats(answer['logits'])
      const pick = (position: number): Float32Array => pickPosition(logits, input.rows, length, position)
      return { logits: pick(length - 1), firstLogits: pick(0), attention: attentionOf(answer, length) }
    },
    step: async (tokens) => {
      const answer = await run(tokens, 1, false)
      return { logits: floats(answer['logits']), attention: attentionOf(answer, 1) }
    },
  }
}

const forEachCache = (layers: number, sides: readonly Side[], visit: (name: string) => void): void => {
  for (let layer = 0; layer < layers; layer += 1) {
    for (const side of sides) for (const part of PARTS) visit(`${layer}.${side}.${part}`)
  }
}

const emptyCache = (type: 'float32' | 'float16', dimensions: readonly number[]): Tensor =>
  type === 'float16'
    ? new Tensor('float16', new Uint16Array(0), dimensions)
    : floatTensor(new Float32Array(0), dimensions)

const hiddenTensor = (session: Session, input: BatchInput, width: number): Tensor => {
  const dimensions = [input.rows, input.frames, width]
  if (inputType(session, 'encoder_hidden_states') === 'float32') return floatTensor(input.hidden, dimensions)
  const half = Float16Array.from(input.hidden)
  return new Tensor('float16', new Uint16Array(half.buffer), dimensions)
}

const pickPosition = (logits: Float32Array, rows: number, length: number, position: number): Float32Array => {
  const vocabulary = logits.length / rows / length
  const picked = new Float32Array(rows * vocabulary)
  for (let row = 0; row < rows; row += 1) {
    const from = (row * length + position) * vocabulary
    picked.set(logits.subarray(from, from + vocabulary), row * vocabulary)
  }
  return picked
}

/** Attention of the last token alone: from row, head, token, frame to row, head, frame. */
const lastToken = (attention: Float32Array, input: BatchInput, heads: number, length: number): Float32Array => {
  if (length === 1) return attention
  const frames = attention.length / (input.rows * heads * length)
  const picked = new Float32Array(input.rows * heads * frames)
  for (let line = 0; line < input.rows * heads; line += 1) {
    const from = (line * length + length - 1) * frames
    picked.set(attention.subarray(from, from + frames), line * frames)
  }
  return picked
}
