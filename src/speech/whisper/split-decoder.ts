/**
 * One batch in a decoder that was split in two models when it was loaded (graph/split-decoder.ts). Prompts are fed row by
 * row, each into its part of the buffers; a step tells the key and value of its token, which are put in their places here.
 */
import {
  floats,
  floatTensor,
  freeNow,
  integerTensor,
  runInto,
  type Feeds,
  type Session,
  type Tensor,
} from '../inference.ts'
import { cacheName, MASK, ownName, POSITION } from '../graph/own-attention.ts'
import { packedRows, type DecoderShape } from '../graph/packed-attention.ts'
import { createBuffers } from './decoder-buffers.ts'
import {
  type BatchInput,
  type Decoder,
  type DecoderAnswer,
  type DecoderBatch,
  type DecoderSessions,
} from './decoder.ts'
import type { WhisperSettings } from './model-settings.ts'
import { startRows } from './start-rows.ts'

export interface SplitSessions {
  readonly prompt: Session
  readonly steps: DecoderSessions
}

/** Rows share the reading of the weights; a row's own keys and values are 9 MB (base model). */
const USUAL_ROWS = 6
/** The cache gets room for so many tokens at a time. */
const ROOM_STEP = 32
const PARTS = ['key', 'value'] as const

export const shapeOf = (settings: WhisperSettings): DecoderShape => ({
  layers: settings.layers,
  heads: settings.heads,
  headSize: settings.width / settings.heads,
})

export const createSplitDecoder = ({ prompt, steps }: SplitSessions, settings: WhisperSettings): Decoder => {
  const buffers = { float: createBuffers('float32'), int8: createBuffers('int8') }
  const shape = shapeOf(settings)
  const { heads, headSize } = shape
  const layers = Array.from({ length: shape.layers }, (_, layer) => layer)
  const caches = layers.flatMap((layer) =>
    PARTS.map((part) => ({
      cache: cacheName(layer, part),
      own: ownName(layer, part),
      ofPrompt: `present.${layer}.decoder.${part}`,
    })),
  )
  const packed = packedRows(shape)

  const open = (input: BatchInput): DecoderBatch => {
    const { frames } = input
    let rows = input.hidden.length
    let said = 0
    let room = 0
    let packedFeeds: Feeds = {}
    const packedRow = (dimensions: readonly (number | string)[]): number[] =>
      dimensions.map((each) => (typeof each === 'number' ? each : frames))
    const buffersOf = (type: string) => (type === 'int8' ? buffers.int8 : buffers.float)
    const attentionNames = input.attentionLayers.map((layer) => [layer, `cross_attentions.${layer}`] as const)
    const answerBuffers = (rowCount: number, length: number): Record<string, Tensor> => ({
      logits: buffers.float.view('logits', [rowCount, length, settings.vocabulary]),
      ...Object.fromEntries(
        attentionNames.map(([, name]) => [name, buffers.float.view(name, [rowCount, heads, length, frames])]),
      ),
    })

    const layOutPacked = (): void => {
      packedFeeds = Object.fromEntries(
        packed.map(({ name, type, dimensions }) => [
          name,
          buffersOf(type).view(name, [rows, ...packedRow(dimensions)]),
        ]),
      )
    }

    const widen = (needed: number): void => {
      if (needed <= room) return
      const wider = Math.ceil(needed / ROOM_STEP) * ROOM_STEP
      for (const { cache } of caches) buffers.float.widenLines(cache, rows * heads, room * headSize, wider * headSize)
      room = wider
    }

    /** `values` are line × token × head size. */
    const remember = (cache: string, values: Float32Array, row: number, from: number, tokens: number): void =>
      buffers.float.writeLines(cache, values, {
        firstLine: row * heads,
        stride: room * headSize,
        place: from * headSize,
        size: tokens * headSize,
      })

    const startRow = async (tokens: readonly number[], row: number): Promise<Record<string, Tensor>> => {
      const fetches: Record<string, Tensor | null> = answerBuffers(1, tokens.length)
      for (const { ofPrompt } of caches) fetches[ofPrompt] = null
      for (const { name, type, dimensions } of packed)
        fetches[name] = buffersOf(type).row(name, rows, row, packedRow(dimensions))
      const feeds = {
        input_ids: integerTensor(tokens, [1, tokens.length]),
        encoder_hidden_states: floatTensor(input.hidden[row] as Float32Array, [1, frames, settings.width]),
      }
      const answer = await runInto(prompt, feeds, fetches)
      for (const { cache, ofPrompt } of caches) {
        remember(cache, floats(answer[ofPrompt]), row, 0, tokens.length)
        freeNow(answer[ofPrompt]?.data)
      }
      return answer
    }

    const start: DecoderBatch['start'] = async (prompts) => {
      const length = prompts[0]?.length ?? 0
      widen(length)
      const { attentionLayers } = input
      const answer = await startRows(
        prompts,
        { rows, vocabulary: settings.vocabulary, heads: heads, frames, attentionLayers, length },
        startRow,
      )
      said = length
      layOutPacked()
      return answer
    }

    const step = async (tokens: readonly number[]): Promise<DecoderAnswer> => {
      widen(said + 1)
      const mask = new Float32Array(room).fill(Number.NEGATIVE_INFINITY, said)
      const feeds: Feeds = {
        input_ids: integerTensor(tokens, [rows, 1]),
        [POSITION]: integerTensor([said], []),
        [MASK]: floatTensor(mask, [1, 1, 1, room]),
        ...packedFeeds,
      }
      const fetches: Record<string, Tensor | null> = answerBuffers(rows, 1)
      for (const { cache, own } of caches) {
        feeds[cache] = buffers.float.view(cache, [rows, heads, room, headSize])
        fetches[own] = null
      }
      const answer = await runInto(steps.choose(), feeds, fetches)
      for (const { cache, own } of caches) {
        remember(cache, floats(answer[own]), 0, said, 1)
        freeNow(answer[own]?.data)
      }
      said += 1
      return {
        logits: floats(answer['logits']),
        attention: new Map(attentionNames.map(([layer, name]) => [layer, floats(answer[name])])),
      }
    }

    const leave = (row: number): void => {
      rows -= 1
      if (row !== rows) {
        for (const { cache } of caches) buffers.float.moveRow(cache, rows, row, [heads, room, headSize])
        for (const { name, type, dimensions } of packed) buffersOf(type).moveRow(name, rows, row, packedRow(dimensions))
      }
      layOutPacked()
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
