import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { splitDecoder } from '../../graph/split-decoder.ts'
import { openSession } from '../../inference.ts'
import type { Decoder, DecoderAnswer, DecoderBatch } from './decoder-batch.ts'
import { createMergedDecoder } from './merged-decoder.ts'
import { createEncoder } from '../encoder.ts'
import { findWhisperFiles } from '../model-files.ts'
import { loadWhisperSettings, type WhisperSettings } from '../model-settings.ts'
import { createSplitDecoder, shapeOf } from './split-decoder.ts'
import { loadTokenizer } from '../tokenizer.ts'

const root = join(import.meta.dirname, '../../../..')
const folder = join(root, 'weights/whisper-base')
const files = await findWhisperFiles(folder)
/** More than the cache has room for at first. */
const STEPS = 40

let settings: WhisperSettings
let shipped: Decoder
let split: Decoder
const hidden: Float32Array[] = []

const encode = async (names: readonly string[]): Promise<void> => {
  const encoder = await createEncoder(files, settings, { threads: 1 })
  for (const name of names) {
    const bytes = await readFile(join(root, 'test/fixtures/audio', `${name}.wav`))
    const samples = Float32Array.from(new Int16Array(bytes.buffer, bytes.byteOffset + 44, (bytes.length - 44) >> 1))
    hidden.push(new Float32Array(settings.frames * settings.width))
    await encoder.encode(
      samples.map((value) => value / 32_768),
      hidden.at(-1) as Float32Array,
    )
  }
  await encoder.close()
}

beforeAll(async () => {
  settings = await loadWhisperSettings(folder, await loadTokenizer(join(folder, 'tokenizer.json')))
  const model = await readFile(files.decoder)
  const models = splitDecoder(model, shapeOf(settings))
  if (models === undefined) throw new Error('The shipped decoder was left alone')
  const one = await openSession(files.decoder, { threads: 1 })
  shipped = createMergedDecoder({ all: [one], choose: () => one }, settings)
  const step = await openSession(files.decoder, { threads: 1 }, models.step)
  const prompt = await openSession(files.decoder, { threads: 1 }, models.prompt)
  split = createSplitDecoder({ prompt, steps: { all: [step], choose: () => step } }, settings)
  await encode(['jfk', 'austen-0870'])
}, 120_000)
afterAll(() => Promise.all([shipped.close(), split.close()]))

const prompt = (): number[] => [
  settings.startOfTranscript,
  settings.languages.get('en') ?? 0,
  settings.transcribe,
  settings.noTimestamps,
]
const open = (decoder: Decoder, windows: readonly number[]): DecoderBatch =>
  decoder.open({
    hidden: windows.map((window) => hidden[window] as Float32Array),
    frames: settings.frames,
    attentionLayers: [5],
  })
const best = (logits: Float32Array, row: number): number => {
  const all = logits.subarray(row * settings.vocabulary, row * settings.vocabulary + settings.endOfText)
  return all.indexOf(Math.max(...all))
}

/** Logits after each step of one window: its own likeliest tokens are said, or the given ones. */
const follow = async (decoder: Decoder, window: number, said?: readonly number[]): Promise<Float32Array[]> => {
  const batch = open(decoder, [window])
  const answers = [(await batch.start([prompt()])).logits.slice()]
  for (let step = 0; step < STEPS; step += 1) {
    const token = said?.[step] ?? best(answers.at(-1) as Float32Array, 0)
    answers.push((await batch.step([token])).logits.slice())
  }
  return answers
}

const probabilities = (logits: Float32Array): Float32Array => {
  const highest = Math.max(...logits)
  const weights = logits.map((logit) => Math.exp(logit - highest))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

test('it says what the shipped decoder says, also when the cache grows', async () => {
  const wanted = await follow(shipped, 0)
  const given = await follow(
    split,
    0,
    wanted.map((logits) => best(logits, 0)),
  )
  wanted.forEach((logits, step) => {
    expect([step, best(given[step] as Float32Array, 0)]).toEqual([step, best(logits, 0)])
    const [one, other] = [probabilities(logits), probabilities(given[step] as Float32Array)]
    const apart = one.reduce((sum, value, token) => sum + Math.abs(value - (other[token] as number)), 0)
    expect(apart).toBeLessThan(0.15)
  })
}, 120_000)

test('attention to the sound stays what it was', async () => {
  const tokens = [400, 370, 452]
  const attentionOf = async (decoder: Decoder): Promise<Float32Array> => {
    const batch = open(decoder, [0])
    await batch.start([prompt()])
    for (const token of tokens.slice(1)) await batch.step([token])
    return (await batch.step([tokens[0] as number])).attention.get(5)?.slice() as Float32Array
  }
  const [wanted, given] = [await attentionOf(shipped), await attentionOf(split)]
  expect(given).toHaveLength(settings.heads * settings.frames)
  const apart = wanted.reduce((sum, value, index) => sum + Math.abs(value - (given[index] as number)), 0)
  expect(apart / settings.heads).toBeLessThan(0.1)
}, 60_000)

const sameBits = (one: Float32Array, other: Float32Array): boolean =>
  one.length === other.length && one.every((value, index) => Object.is(value, other[index]))

test('a window does not depend on those beside it, nor on their leaving', async () => {
  const alone = await follow(split, 1)
  const batch = open(split, [0, 0, 1])
  let answer: DecoderAnswer = await batch.start([prompt(), prompt(), prompt()])
  let [row, rows] = [2, 3]
  for (let step = 0; step < STEPS; step += 1) {
    const logits = answer.logits.subarray(row * settings.vocabulary, (row + 1) * settings.vocabulary)
    expect([step, sameBits(logits, alone[step] as Float32Array)]).toEqual([step, true])
    const tokens = Array.from({ length: rows }, (_, index) => best(answer.logits, index))
    if (step === 5) {
      // The last row moves to the gap.
      batch.leave(0)
      tokens[0] = tokens.pop() as number
      row = 0
      rows -= 1
    }
    answer = await batch.step(tokens)
  }
}, 120_000)

test('a graph of another shape is left alone', async () => {
  const encoder = await readFile(files.encoder)
  expect(splitDecoder(encoder, shapeOf(settings))).toBeUndefined()
  const decoder = await readFile(files.decoder)
  expect(splitDecoder(decoder, { ...shapeOf(settings), layers: 7 })).toBeUndefined()
})
