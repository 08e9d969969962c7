/**
 * One batch in a decoder that was split in two models when it was loaded (graph/split-decoder.ts). Prompts are fed row by
 * row, each into its part of the buffers; a step tells the key and value of its token, which are put in their places here.
 */
import { MASK, POSITION } from '../../graph/own-attention.ts'
import { packedRows, type DecoderShape } from '../../graph/packed-attention.ts'
import { floats, floatTensor, integerTensor, runInto, type Feeds, type Session, type Tensor } from '../../inference.ts'
import type { BatchInput, Decoder, DecoderAnswer, DecoderBatch, DecoderSessions } from './decoder-batch.ts'
import { createBuffers } from './decoder-buffers.ts'
import type { WhisperSettings } from '../model-settings.ts'
import { cacheNames, createOwnCache } from './own-cache.ts'
import { createPackedCross } from './packed-cross.ts'
import { startRows } from './start-rows.ts'

export interface SplitSessions {
  readonly prompt: Session
  readonly steps: DecoderSessions
}

/** Rows share the reading of the weights; a row's own keys and values are 9 MB (base model). */
const USUAL_ROWS = 6

export const shapeOf = (settings: WhisperSettings): DecoderShape => ({
  layers: settings.layers,
  heads: settings.heads,
  headSize: settings.width / settings.heads,
})

export const createSplitDecoder = ({ prompt, steps }: SplitSessions, settings: WhisperSettings): Decoder => {
  const buffers = { float: createBuffers('float32'), int8: createBuffers('int8') }
  const { heads, vocabulary, width } = settings
  const shape = shapeOf(settings)
  const names = cacheNames(shape)
  const packed = packedRows(shape)

  const open = ({ hidden, frames, attentionLayers }: BatchInput): DecoderBatch => {
    const own = createOwnCache(buffers.float, names, shape)
    const cross = createPackedCross(buffers, packed, frames)
    const attentionNames = attentionLayers.map((layer) => [layer, `cross_attentions.${layer}`] as const)
    let rows = hidden.length
    let said = 0
    let crossFeeds: Feeds = {}

    const answerBuffers = (rowCount: number, length: number): Record<string, Tensor | null> => ({
      logits: buffers.float.view('logits', [rowCount, length, vocabulary]),
      ...Object.fromEntries(
        attentionNames.map(([, name]) => [name, buffers.float.view(name, [rowCount, heads, length, frames])]),
      ),
    })

    const startRow = async (tokens: readonly number[], row: number): Promise<Record<string, Tensor>> => {
      const fetches = { ...answerBuffers(1, tokens.length), ...cross.outputs(rows, row) }
      for (const { ofPrompt } of names) fetches[ofPrompt] = null
      const feeds = {
        input_ids: integerTensor(tokens, [1, tokens.length]),
        encoder_hidden_states: floatTensor(hidden[row] as Float32Array, [1, frames, width]),
      }
      const answer = await runInto(prompt, feeds, fetches)
      for (const { cache, ofPrompt } of names)
        own.take(cache, answer[ofPrompt], { row, from: 0, tokens: tokens.length })
      return answer
    }

    const start: DecoderBatch['start'] = async (prompts) => {
      const length = prompts[0]?.length ?? 0
      own.widen(rows, length)
      const rowShape = { rows, vocabulary, heads, frames, attentionLayers, length }
      const answer = await startRows(prompts, rowShape, startRow)
      said = length
      crossFeeds = cross.feeds(rows)
      return answer
    }

    const step = async (tokens: readonly number[]): Promise<DecoderAnswer> => {
      own.widen(rows, said + 1)
      const room = own.room()
      const mask = new Float32Array(room).fill(Number.NEGATIVE_INFINITY, said)
      const feeds: Feeds = {
        input_ids: integerTensor(tokens, [rows, 1]),
        [POSITION]: integerTensor([said], []),
        [MASK]: floatTensor(mask, [1, 1, 1, room]),
        ...crossFeeds,
      }
      const fetches = answerBuffers(rows, 1)
      for (const { cache, ofStep } of names) {
        feeds[cache] = own.view(cache, rows)
        fetches[ofStep] = null
      }
      const answer = await runInto(steps.choose(), feeds, fetches)
      for (const { cache, ofStep } of names) own.take(cache, answer[ofStep], { row: 0, from: said, tokens: 1 })
      said += 1
      return {
        logits: floats(answer['logits']),
        attention: new Map(attentionNames.map(([layer, name]) => [layer, floats(answer[name])])),
      }
    }

    const leave = (row: number): void => {
      rows -= 1
      if (row !== rows) {
        own.moveRow(rows, row)
        cross.moveRow(rows, row)
      }
      crossFeeds = cross.feeds(rows)
    }
    return { start, step, leave }
  }
  return {
    usualRows: USUAL_ROWS,
    outputNames: steps.all[0].outputNames,
    open,
    close: () => Promise.all([prompt, ...steps.all].map((each) => each.release())),
  }
}
