/** Tokens with their beginnings become timed words, fitted to the sound. Pure. Times are seconds within the window. */
import type { TimedWord } from '../engine.ts'
import { SAMPLE_RATE } from '../audio-file.ts'
import type { WordTokens } from './word-tokens.ts'

/** Loudness is looked at in steps of 10 ms. */
const STEP_SAMPLES = 160
const STEP_SECOND = STEP_SAMPLES / SAMPLE_RATE
/** Breath before and after that belongs to a word. */
const EDGE_SECOND = 0.03
const SHORTEST_WORD_SECOND = 0.06

export interface SpokenWord extends TimedWord {
  /** With its leading space. */
  readonly written: string
  readonly logProbability: number
}

export interface WordTimesInput {
  readonly words: readonly WordTokens[]
  /** Second at which each token begins, and one more for the end of the last. */
  readonly begins: ArrayLike<number>
  readonly logProbabilities: readonly number[]
  readonly samples: Float32Array
}

/** Words in order, not overlapping, inside the samples. */
export const timeWords = (input: WordTimesInput): SpokenWord[] => {
  const loud = loudSteps(input.samples)
  const durationSecond = input.samples.length / SAMPLE_RATE
  let previousEnd = 0
  return input.words.map((word) => {
    const rough = { start: input.begins[word.from] ?? 0, end: input.begins[word.to] ?? durationSecond }
    const fitted = fitToSound(rough.start, rough.end, loud)
    const startSecond = Math.min(Math.max(fitted.start, previousEnd), durationSecond)
    const endSecond = Math.min(Math.max(fitted.end, startSecond), durationSecond)
    previousEnd = endSecond
    const logs = input.logProbabilities.slice(word.from, word.to)
    return {
      text: word.text.trim(),
      written: word.text,
      startSecond,
      endSecond,
      probability: mean(logs.map(Math.exp)),
      logProbability: mean(logs),
    }
  })
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** Which steps are clearly louder than the window's quiet parts. */
const loudSteps = (samples: Float32Array): Uint8Array => {
  const steps = Math.floor(samples.length / STEP_SAMPLES)
  const level = new Float32Array(steps)
  for (let step = 0; step < steps; step += 1) {
    let sum = 0
    for (let offset = 0; offset < STEP_SAMPLES; offset += 1)
      sum += (samples[step * STEP_SAMPLES + offset] as number) ** 2
    level[step] = 10 * Math.log10(sum / STEP_SAMPLES + 1e-10)
  }
  const sorted = Float32Array.from(level).sort()
  const quiet = sorted[Math.floor(steps * 0.1)] ?? -100
  const speech = sorted[Math.floor(steps * 0.9)] ?? -100
  const threshold = Math.max(quiet + 0.3 * (speech - quiet), speech - 35)
  return Uint8Array.from(level, (value) => (value > threshold ? 1 : 0))
}

/** Takes silence off a word's ends: alignment lets the word after a pause begin in the pause. */
const fitToSound = (start: number, end: number, loud: Uint8Array): { start: number; end: number } => {
  const from = Math.max(0, Math.floor(start / STEP_SECOND))
  const to = Math.min(loud.length, Math.ceil(end / STEP_SECOND))
  let first = from
  let last = to - 1
  while (first < to && loud[first] === 0) first += 1
  while (last > first && loud[last] === 0) last -= 1
  if (first >= to) return { start, end }
  const fittedStart = Math.max(start, first * STEP_SECOND - EDGE_SECOND)
  const fittedEnd = Math.min(end, (last + 1) * STEP_SECOND + EDGE_SECOND)
  return fittedEnd - fittedStart < SHORTEST_WORD_SECOND ? { start, end } : { start: fittedStart, end: fittedEnd }
}
