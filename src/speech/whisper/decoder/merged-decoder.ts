/**
 * One batch in Whisper's merged decoder: feeds tokens, keeps the caches. It knows no rules of what may be said.
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
} from '../../inference.ts'
import type { WhisperSettings } from '../model-settings.ts'
import type { BatchInput, Decoder, DecoderAnswer, DecoderBatch, DecoderSessions } from './decoder-batch.ts'
import { createBuffers } from './decoder-buffers.ts'
import { createMergedCaches, emptyCaches } from './merged-caches.ts'
import { startRows } from './start-rows.ts'

/** More gain little: a step reads 37 MB of cross keys and values for each row (base model). */
const USUAL_ROWS = 4

/** `sessions` gives the one to run in, from call to call: they are of one model and keep nothing. */
export const createMergedDecoder = (sessions: DecoderSessions, settings: WhisperSettings): Decoder => {
  const session = sessions.all[0]
  const { heads, vocabulary, width } = settings
  const type = inputType(session, 'past_key_values.0.decoder.key')
  const buffers = createBuffers(type)
  const nothingSaid = emptyCaches(type, settings)

  /** Half-precision models may still answer in full precision, so only what the model declares is laid out beforehand. */
  const answerBuffer = (name: string, dimensions: readonly number[]): Tensor | null => {
    const output = session.outputMetadata.find((each) => each.name === name)
    return type === 'float32' && output?.isTensor && output.type === 'float32' ? buffers.view(name, dimensions) : null
  }

  const open = ({ hidden, frames, attentionLayers }: BatchInput): DecoderBatch => {
    const caches = createMergedCaches(buffers, settings, frames)
    const attentionNames = attentionLayers.map((layer) => [layer, `cross_attentions.${layer}`] as const)
    let rows = hidden.length
    let said = 0

    const answerBuffers = (rowCount: number, length: number): Record<string, Tensor | null> => ({
      logits: answerBuffer('logits', [rowCount, length, vocabulary]),
      ...Object.fromEntries(
        attentionNames.map(([, name]) => [name, answerBuffer(name, [rowCount, heads, length, frames])]),
      ),
    })

    const startRow = async (prompt: readonly number[], row: number): Promise<Record<string, Tensor>> => {
      const feeds = {
        input_ids: integerTensor(prompt, [1, prompt.length]),
        ...constantFeeds(session, hidden[row] as Float32Array, { dimensions: [1, frames, width], isFirst: true }),
        ...nothingSaid,
      }
      const fetches = { ...answerBuffers(1, prompt.length), ...caches.promptOutputs(rows, row, prompt.length) }
      return await runInto(sessions.choose(), feeds, fetches)
    }

    const start: DecoderBatch['start'] = async (prompts) => {
      const length = prompts[0]?.length ?? 0
      caches.reserve(rows, length)
      const answer = await startRows(prompts, { rows, vocabulary, heads, frames, attentionLayers, length }, startRow)
      said = length
      return answer
    }

    const step = async (tokens: readonly number[]): Promise<DecoderAnswer> => {
      const unread = new Float32Array(rows * width)
      caches.reserve(rows, said + 1)
      const feeds = {
        input_ids: integerTensor(tokens, [rows, 1]),
        ...constantFeeds(session, unread, { dimensions: [rows, 1, width], isFirst: false }),
        ...caches.feeds(rows, said),
      }
      const fetches = { ...answerBuffers(rows, 1), ...caches.outputs(rows, said + 1) }
      const answer = await runInto(sessions.choose(), feeds, fetches)
      said += 1
      return {
        logits: floats(answer['logits']),
        attention: new Map(attentionNames.map(([layer, name]) => [layer, floats(answer[name])])),
      }
    }

    const leave = (row: number): void => {
      rows -= 1
      if (row !== rows) caches.moveRow(rows, row, said)
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

/** What the model wants each time, though it reads `hidden` in the first call alone. */
const constantFeeds = (
  session: Session,
  hidden: Float32Array,
  { dimensions, isFirst }: { readonly dimensions: readonly number[]; readonly isFirst: boolean },
): Feeds => ({
  ...(session.inputNames.includes('encoder_hidden_states') && {
    encoder_hidden_states: hiddenTensor(session, hidden, dimensions),
  }),
  ...(session.inputNames.includes('use_cache_branch') && { use_cache_branch: new Tensor('bool', [!isFirst], [1]) }),
})

const hiddenTensor = (session: Session, hidden: Float32Array, dimensions: readonly number[]): Tensor => {
  if (inputType(session, 'encoder_hidden_states') === 'float32') return floatTensor(hidden, dimensions)
  const half = Float16Array.from(hidden)
  return new Tensor('float16', new Uint16Array(half.buffer), dimensions)
}
