/**
 * One batch in Whisper's merged decoder: feeds tokens, keeps the caches. It knows no rules of what may be said.
 *
 * The caches are written into buffers that outlive the batch (37 MB a window of cross-attention keys and values for the base
 * model): tensors made by the runtime are freed only when the collector gets to them, and memory would grow by hundreds of
 * megabytes. A step's own cache goes to and fro between two sets of buffers, since input and output may not be one.
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
  /** Next token of every row. The answer is valid until the next step. */
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

export interface Decoder {
  readonly outputNames: readonly string[]
  /** One batch at a time: the next one writes over the buffers of this. */
  open(input: BatchInput): DecoderBatch
  close(): Promise<void>
}

const PARTS = ['key', 'value'] as const

/** Buffers by name, grown when needed and reused from batch to batch. */
type Buffers = (name: string, dimensions: readonly number[]) => Tensor

export const createDecoder = (session: Session, settings: WhisperSettings): Decoder => {
  const type = inputType(session, 'past_key_values.0.decoder.key')
  const buffers = createBuffers(type)
  const shape = (rows: number, length: number): number[] => [
    rows,
    settings.heads,
    length,
    settings.width / settings.heads,
  ]
  const layers = Array.from({ length: settings.layers }, (_, layer) => layer)
  const names = (side: 'decoder' | 'encoder'): string[] =>
    layers.flatMap((layer) => PARTS.map((part) => `${layer}.${side}.${part}`))

  /** Half-precision models may still answer in full precision, so only what the model declares is laid out beforehand. */
  const answerBuffer = (name: string, dimensions: readonly number[]): Tensor | null => {
    const output = session.outputMetadata.find((each) => each.name === name)
    return type === 'float32' && output?.isTensor && output.type === 'float32' ? buffers(name, dimensions) : null
  }

  const open = (input: BatchInput): DecoderBatch => {
    const { rows, frames } = input
    const empty =
      type === 'float16'
        ? new Tensor('float16', new Uint16Array(0), shape(rows, 0))
        : floatTensor(new Float32Array(0), shape(rows, 0))
    const past: Feeds = Object.fromEntries(
      [...names('decoder'), ...names('encoder')].map((name) => [`past_key_values.${name}`, empty]),
    )
    const constant: Feeds = {}
    if (session.inputNames.includes('encoder_hidden_states'))
      constant['encoder_hidden_states'] = hiddenTensor(session, input, settings.width)
    let said = 0

    const run = async (tokens: readonly number[], length: number): Promise<Record<string, Tensor>> => {
      const first = said === 0
      said += length
      const fetches: Record<string, Tensor | null> = {
        logits: answerBuffer('logits', [rows, length, settings.vocabulary]),
      }
      for (const layer of input.attentionLayers) {
        fetches[`cross_attentions.${layer}`] = answerBuffer(`cross_attentions.${layer}`, [
          rows,
          settings.heads,
          length,
          frames,
        ])
      }
      for (const name of names('decoder'))
        fetches[`present.${name}`] = buffers(`${name}.${said % 2}`, shape(rows, said))
      if (first) for (const name of names('encoder')) fetches[`present.${name}`] = buffers(name, shape(rows, frames))
      const feeds: Feeds = { input_ids: integerTensor(tokens, [rows, length]), ...constant, ...past }
      if (session.inputNames.includes('use_cache_branch')) feeds['use_cache_branch'] = new Tensor('bool', [!first], [1])
      const answer = (await session.run(feeds, fetches)) as Record<string, Tensor>
      for (const name of names('decoder')) past[`past_key_values.${name}`] = fetches[`present.${name}`] as Tensor
      if (first)
        for (const name of names('encoder')) past[`past_key_values.${name}`] = fetches[`present.${name}`] as Tensor
      return answer
    }
    const attentionOf = (answer: Record<string, Tensor>, length: number): Map<number, Float32Array> =>
      new Map(
        input.attentionLayers.map((layer) => [
          layer,
          lastToken(floats(answer[`cross_attentions.${layer}`]), rows * settings.heads, length),
        ]),
      )

    return {
      start: async (prompts) => {
        const length = prompts[0]?.length ?? 0
        const answer = await run(prompts.flat(), length)
        const logits = floats(answer['logits'])
        const pick = (position: number): Float32Array => pickPosition(logits, rows, length, position)
        return { logits: pick(length - 1), firstLogits: pick(0), attention: attentionOf(answer, length) }
      },
      step: async (tokens) => {
        const answer = await run(tokens, 1)
        return { logits: floats(answer['logits']), attention: attentionOf(answer, 1) }
      },
    }
  }
  return { outputNames: session.outputNames, open, close: () => session.release() }
}

const createBuffers = (type: 'float32' | 'float16'): Buffers => {
  const kept = new Map<string, Float32Array | Uint16Array>()
  return (name, dimensions) => {
    const size = dimensions.reduce((product, each) => product * each, 1)
    let buffer = kept.get(name)
    if (buffer === undefined || buffer.length < size) {
      // Room for the next steps too, so that a cache that grows by one token does not move each time.
      const room = name.includes('.decoder.') ? size * 2 : size
      buffer = type === 'float16' ? new Uint16Array(room) : new Float32Array(room)
      kept.set(name, buffer)
    }
    const view = buffer.subarray(0, size)
    return view instanceof Float32Array ? floatTensor(view, dimensions) : new Tensor('float16', view, dimensions)
  }
}

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
