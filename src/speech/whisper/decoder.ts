/**
 * One batch in Whisper's merged decoder: feeds tokens, keeps the caches. It knows no rules of what may be said.
 *
 * The caches are written into buffers that outlive the batch (37 MB a window of cross-attention keys and values for the base
 * model): tensors made by the runtime are freed only when the collector gets to them, and memory would grow by hundreds of
 * megabytes. A step's own cache goes to and fro between two sets of buffers, since input and output may not be one.
 *
 * Prompts are fed row by row, each into its part of the buffers: the runtime computes the cross keys and values beside
 * those buffers before it copies them, so a whole batch at once would need that memory twice.
 */
import {
  floats,
  floatTensor,
  inputType,
  integerTensor,
  runInto,
  Tensor,
  type Feeds,
  type Session,
} from '../inference.ts'
import type { BatchInput, Decoder, DecoderAnswer, DecoderBatch, DecoderSessions } from './decoder-batch.ts'
import { createBuffers } from './decoder-buffers.ts'
import type { WhisperSettings } from './model-settings.ts'
import { startRows } from './start-rows.ts'

/** More gain little: a step reads 37 MB of cross keys and values for each row (base model). */
const USUAL_ROWS = 4
/** Caches grow by so many tokens at a time. */
const CACHE_STEP = 64

const PARTS = ['key', 'value'] as const

/** `sessions` gives the one to run in, from call to call: they are of one model and keep nothing. */
export const createDecoder = (sessions: DecoderSessions, settings: WhisperSettings): Decoder => {
  const session = sessions.all[0]
  const type = inputType(session, 'past_key_values.0.decoder.key')
  const buffers = createBuffers(type)
  const headSize = settings.width / settings.heads
  const layers = Array.from({ length: settings.layers }, (_, layer) => layer)
  const names = (side: 'decoder' | 'encoder'): string[] =>
    layers.flatMap((layer) => PARTS.map((part) => `${layer}.${side}.${part}`))
  const [ownNames, crossNames] = [names('decoder'), names('encoder')]
  const takesHidden = session.inputNames.includes('encoder_hidden_states')
  const takesBranch = session.inputNames.includes('use_cache_branch')
  const nothing = type === 'float16' ? new Uint16Array(0) : new Float32Array(0)
  const empty = new Tensor(type, nothing, [1, settings.heads, 0, headSize])

  /** Half-precision models may still answer in full precision, so only what the model declares is laid out beforehand. */
  const answerBuffer = (name: string, dimensions: readonly number[]): Tensor | null => {
    const output = session.outputMetadata.find((each) => each.name === name)
    return type === 'float32' && output?.isTensor && output.type === 'float32' ? buffers.view(name, dimensions) : null
  }
  const answerBuffers = (rows: number, length: number, input: BatchInput): Record<string, Tensor | null> => ({
    logits: answerBuffer('logits', [rows, length, settings.vocabulary]),
    ...Object.fromEntries(
      input.attentionLayers.map((layer) => {
        const name = `cross_attentions.${layer}`
        return [name, answerBuffer(name, [rows, settings.heads, length, input.frames])]
      }),
    ),
  })

  const open = (input: BatchInput): DecoderBatch => {
    const { frames } = input
    let rows = input.hidden.length
    let said = 0
    const ownRow = (length: number): number[] => [settings.heads, length, headSize]
    const crossRow = [settings.heads, frames, headSize]
    const ownBuffer = (name: string, length: number): string => `${name}.${length % 2}`

    /** `hidden` is read in the first call alone, but the model wants the input each time. */
    const constantFeeds = (hidden: Float32Array, dimensions: readonly number[], first: boolean): Feeds => ({
      ...(takesHidden ? { encoder_hidden_states: hiddenTensor(session, hidden, dimensions) } : {}),
      ...(takesBranch ? { use_cache_branch: new Tensor('bool', [!first], [1]) } : {}),
    })

    const startRow = async (prompt: readonly number[], row: number): Promise<Record<string, Tensor>> => {
      const length = prompt.length
      const fetches = answerBuffers(1, length, input)
      for (const name of ownNames)
        fetches[`present.${name}`] = buffers.row(ownBuffer(name, length), rows, row, ownRow(length))
      for (const name of crossNames) fetches[`present.${name}`] = buffers.row(name, rows, row, crossRow)
      const past = Object.fromEntries([...ownNames, ...crossNames].map((name) => [`past_key_values.${name}`, empty]))
      const hidden = input.hidden[row] as Float32Array
      return await runInto(
        sessions.choose(),
        {
          input_ids: integerTensor(prompt, [1, length]),
          ...constantFeeds(hidden, [1, frames, settings.width], true),
          ...past,
        },
        fetches,
      )
    }

    /** Buffers are only ever replaced where nothing is read from them: the one written next holds nothing of use. */
    const reserve = (length: number): void => {
      const room = Math.ceil(length / CACHE_STEP) * CACHE_STEP
      for (const name of ownNames) buffers.reserve(ownBuffer(name, length), [rows, ...ownRow(room)])
    }

    const step = async (tokens: readonly number[]): Promise<DecoderAnswer> => {
      const feeds: Feeds = {
        input_ids: integerTensor(tokens, [rows, 1]),
        ...constantFeeds(new Float32Array(rows * settings.width), [rows, 1, settings.width], false),
      }
      const fetches = answerBuffers(rows, 1, input)
      reserve(said + 1)
      for (const name of ownNames) {
        feeds[`past_key_values.${name}`] = buffers.view(ownBuffer(name, said), [rows, ...ownRow(said)])
        fetches[`present.${name}`] = buffers.view(ownBuffer(name, said + 1), [rows, ...ownRow(said + 1)])
      }
      for (const name of crossNames) feeds[`past_key_values.${name}`] = buffers.view(name, [rows, ...crossRow])
      const answer = await runInto(sessions.choose(), feeds, fetches)
      said += 1
      const attention = input.attentionLayers.map(
        (layer) => [layer, floats(answer[`cross_attentions.${layer}`])] as const,
      )
      return { logits: floats(answer['logits']), attention: new Map(attention) }
    }

    const start: DecoderBatch['start'] = async (prompts) => {
      const length = prompts[0]?.length ?? 0
      reserve(length)
      const { attentionLayers } = input
      const answer = await startRows(
        prompts,
        { rows, vocabulary: settings.vocabulary, heads: settings.heads, frames, attentionLayers, length },
        startRow,
      )
      said = length
      return answer
    }

    const leave = (row: number): void => {
      rows -= 1
      if (row === rows) return
      for (const name of ownNames) buffers.moveRow(ownBuffer(name, said), rows, row, ownRow(said))
      for (const name of crossNames) buffers.moveRow(name, rows, row, crossRow)
    }
    return { start, step, leave }
  }
  return {
    usualRows: USUAL_ROWS,
    outputNames: session.outputNames,
    open,
    close: () => Promise.all(sessions.all.map((each) => each.release())),
  }
}

const hiddenTensor = (session: Session, hidden: Float32Array, dimensions: readonly number[]): Tensor => {
  if (inputType(session, 'encoder_hidden_states') === 'float32') return floatTensor(hidden, dimensions)
  const half = Float16Array.from(hidden)
  return new Tensor('float16', new Uint16Array(half.buffer), dimensions)
}
