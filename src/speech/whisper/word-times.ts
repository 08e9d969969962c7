/** Tokens with their beginnings become timed words, fitted to the sound. Pure. Times are seconds within the window. */
import type { TimedWord } from '../engine.ts'
import { SAMPLE_RATE } from '../audio-file.ts'
import type { WordTokens } from './word-tokens.ts'

/** Loudness is looked at in steps of 10 ms. */
const STEP_SAMPLES = 160
const STEP_SECOND = STEP_SAMPLES / SAMPLE_RATE
/** High pass at 100 Hz: what lies below is rumble, hum and wind, louder than the end of a word at times. */
const RUMBLE_PASS = 1 / (1 + (2 * Math.PI * 100) / SAMPLE_RATE)
/** Breath before and after that belongs to a word. */
const EDGE_SECOND = 0.03
const SHORTEST_WORD_SECOND = 0.06
/** Where a border is expected after the attention's; these figures are fitted to the checked samples. */
const USUAL_DELAY_SECOND = 0.08
/** A word that takes longer than this for each letter began later than attention says: a part of it is the word before. */
const LONGEST_LETTER_SECOND = 0.2

interface BorderReach {
  /** How far a border is looked for. */
  readonly latestSecond: number
  /** Decibels per second: with 90, a place 0.1 s farther must be 9 dB quieter. */
  readonly strayCost: number
}

const USUAL_WORD: BorderReach = { latestSecond: 0.2, strayCost: 90 }
const DRAWN_WORD: BorderReach = { latestSecond: 0.4, strayCost: 10 }
/** 0.25 s: longer than the closure of any consonant; at a word's very start 0.1 s is enough. */
const INNER_PAUSE_STEPS = 25
const EARLY_PAUSE_STEPS = 10
/** Sound up to 0.08 s before a pause is the release of the word before. */
const CRUMB_STEPS = 8
/** Sound farther behind the last word than this is not its rest. */
const LONGEST_REST_SECOND = 0.3

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
  const sound = measureSound(input.samples)
  const durationSecond = input.samples.length / SAMPLE_RATE
  const begin = (token: number): number => input.begins[token] ?? durationSecond
  const borders = input.words.map((word, index) => {
    const [start, end] = [begin(word.from), begin(word.to)]
    if (index === 0) return start
    const drawn = end - start > LONGEST_LETTER_SECOND * word.text.trim().length
    return toQuietest(start, end - SHORTEST_WORD_SECOND, sound, drawn ? DRAWN_WORD : USUAL_WORD)
  })
  const words: SpokenWord[] = []
  for (const [index, word] of input.words.entries()) {
    const previous = words.at(-1)
    // Nothing follows the last word; the model leaves the time up to the end of text to its full stop.
    const isLast = index + 1 === borders.length
    const saidUntil = isLast ? begin(word.saidTo) : 0
    const end = borders[index + 1] ?? Math.min(begin(word.to), saidUntil + USUAL_WORD.latestSecond)
    const fitted = fitToSound(borders[index] as number, end, saidUntil, sound.loud)
    // The sound before a pause inside this word is the rest of the word before it.
    if (
      previous !== undefined &&
      fitted.soundBefore !== undefined &&
      fitted.soundBefore - previous.endSecond < LONGEST_REST_SECOND
    ) {
      words[words.length - 1] = { ...previous, endSecond: Math.max(previous.endSecond, fitted.soundBefore) }
    }
    const startSecond = Math.min(Math.max(fitted.start, words.at(-1)?.endSecond ?? 0), durationSecond)
    const endSecond = Math.min(Math.max(fitted.end, startSecond), durationSecond)
    const logs = input.logProbabilities.slice(word.from, word.to)
    const probability = mean(logs.map(Math.exp))
    words.push({
      text: word.text.trim(),
      written: word.text,
      startSecond,
      endSecond,
      probability,
      logProbability: mean(logs),
    })
  }
  return words
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

interface Sound {
  /** Decibels per step, smoothed over 50 ms. */
  readonly level: Float32Array
  /** 1 where a step is clearly louder than the window's quiet parts. */
  readonly loud: Uint8Array
}

const measureSound = (samples: Float32Array): Sound => {
  const steps = Math.floor(samples.length / STEP_SAMPLES)
  const energy = new Float32Array(steps)
  let [before, passed] = [samples[0] ?? 0, 0]
  for (let step = 0; step < steps; step += 1) {
    let sum = 0
    for (let at = step * STEP_SAMPLES; at < (step + 1) * STEP_SAMPLES; at += 1) {
      const sample = samples[at] as number
      passed = RUMBLE_PASS * (passed + sample - before)
      before = sample
      sum += passed ** 2
    }
    energy[step] = sum / STEP_SAMPLES
  }
  const level = smoothedDecibels(energy, 2)
  // Narrower, so that edges stay sharp, yet wide enough that a click of one step is no speech.
  const sharp = smoothedDecibels(energy, 1)
  const sorted = Float32Array.from(sharp).sort()
  const quiet = sorted[Math.floor(steps * 0.1)] ?? -100
  const speech = sorted[Math.floor(steps * 0.9)] ?? -100
  const threshold = Math.max(quiet + 0.3 * (speech - quiet), speech - 35)
  return { level, loud: Uint8Array.from(sharp, (value) => (value > threshold ? 1 : 0)) }
}

const smoothedDecibels = (energy: Float32Array, reach: number): Float32Array =>
  energy.map((_, step) => {
    let sum = 0
    for (let offset = -reach; offset <= reach; offset += 1) sum += energy[step + offset] ?? 0
    return 10 * Math.log10(sum / (2 * reach + 1) + 1e-10)
  })

/** Attention moves on before a word's last consonants; the border lies at the quietest place shortly after. */
const toQuietest = (second: number, latest: number, sound: Sound, reach: BorderReach): number => {
  let best = { second, cost: Number.POSITIVE_INFINITY }
  const from = Math.max(0, Math.round((second - 0.04) / STEP_SECOND))
  const to = Math.min(sound.level.length, Math.floor(Math.min(latest, second + reach.latestSecond) / STEP_SECOND) + 1)
  for (let step = from; step < to; step += 1) {
    const cost =
      (sound.level[step] as number) + reach.strayCost * Math.abs(step * STEP_SECOND - (second + USUAL_DELAY_SECOND))
    if (cost < best.cost) best = { second: step * STEP_SECOND, cost }
  }
  return best.second
}

interface Fitted {
  readonly start: number
  readonly end: number
  /** Where the sound before a pause inside the word ended, when that sound was cut off from it. */
  readonly soundBefore: number | undefined
}

/** `saidUntil` is 0 where it is not known. Takes silence off a word's ends, and what lies before a pause inside it: alignment lets a word begin where the last one ends. */
const fitToSound = (start: number, end: number, saidUntil: number, loud: Uint8Array): Fitted => {
  const from = Math.max(0, Math.floor(start / STEP_SECOND))
  const to = Math.min(loud.length, Math.ceil(end / STEP_SECOND))
  let first = from
  let last = to - 1
  while (first < to && loud[first] === 0) first += 1
  while (last > first && loud[last] === 0) last -= 1
  if (first >= to) return { start, end, soundBefore: undefined }
  last = withoutTrailingCrumb(first, last, Math.floor(saidUntil / STEP_SECOND), loud)
  const pause = lastPause(first, last, loud)
  if (pause !== undefined) first = pause.to
  const fittedStart = Math.max(start, first * STEP_SECOND - EDGE_SECOND)
  const fittedEnd = Math.min(end, (last + 1) * STEP_SECOND + EDGE_SECOND)
  if (fittedEnd - fittedStart < SHORTEST_WORD_SECOND) return { start, end, soundBefore: undefined }
  return { start: fittedStart, end: fittedEnd, soundBefore: pause === undefined ? undefined : pause.from * STEP_SECOND }
}

/** A short sound behind a pause at a word's end, after all that is surely said, is a breath or a click. */
const withoutTrailingCrumb = (first: number, last: number, saidUntil: number, loud: Uint8Array): number => {
  let crumb = last
  while (crumb > first && loud[crumb] === 1) crumb -= 1
  let sound = crumb
  while (sound > first && loud[sound] === 0) sound -= 1
  return crumb + 1 >= saidUntil && last - crumb <= CRUMB_STEPS && crumb - sound >= EARLY_PAUSE_STEPS && sound > first
    ? sound
    : last
}

/** The last quiet stretch that no word has inside and that leaves a word's worth of sound behind it. */
const lastPause = (first: number, last: number, loud: Uint8Array): { from: number; to: number } | undefined => {
  let quiet = 0
  for (let step = last - Math.round(SHORTEST_WORD_SECOND / STEP_SECOND); step >= first; step -= 1) {
    quiet = loud[step] === 0 ? quiet + 1 : 0
    if (quiet < (step - first <= CRUMB_STEPS ? EARLY_PAUSE_STEPS : INNER_PAUSE_STEPS)) continue
    let from = step
    while (from > first && loud[from - 1] === 0) from -= 1
    return { from, to: step + quiet }
  }
  return undefined
}
