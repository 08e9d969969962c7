/** A decoded row becomes a window's result: text, segments, words' times, notes. Pure but for where tokens are aligned. */
import type { AudioWindow, TimedSegment, WindowNote, WindowResult } from '../engine.ts'
import type { AcceptedRow } from './fallback.ts'
import type { WhisperSettings } from './model-settings.ts'
import { cutRepetitions } from './repetition.ts'
import { groupSegments } from './segments.ts'
import { timedPhrases } from './timestamp-phrases.ts'
import type { WhisperTokenizer } from './tokenizer.ts'
import { timeWords, type SpokenWord } from './word-times.ts'
import { groupWords } from './word-tokens.ts'

export interface RowContext {
  readonly window: AudioWindow
  readonly samples: Float32Array
  readonly soundFrames: number
  readonly language: string
  readonly languageProbability: number
  readonly settings: WhisperSettings
  readonly tokenizer: WhisperTokenizer
  /** Whether words' times are to be in the result. */
  readonly words: boolean
}

/** `alignTokens` of align.ts, maybe in another thread; `attention` is given away. */
export type TokenAligner = (attention: Float32Array, heads: number, frames: number) => Promise<Float64Array>

/** `row.attention` is empty when the model cannot align; then segments come from timestamp tokens and have no words. */
export const toWindowResult = async (
  row: AcceptedRow,
  context: RowContext,
  align: TokenAligner,
): Promise<WindowResult> => {
  const { window, language, languageProbability } = context
  const notes: WindowNote[] = []
  const note = (kind: WindowNote['kind'], message: string): void =>
    void notes.push({ kind, message, startSecond: window.startSecond, endSecond: window.endSecond })
  if (row.silent) {
    note('no-speech', 'The model heard no speech here.')
    return { window, language, languageProbability, segments: [], notes }
  }
  // Attention is given away here.
  const aligned = row.attention.length > 0
  const spoken = aligned ? await alignedWords(row, context, align) : timedPhrases(row, context)
  const { kept, removed } = cutRepetitions(spoken, repetitionKey)
  if (removed > 0) note('repetition-removed', `${removed} repeated words were removed here.`)
  if (row.ending === 'output-limit')
    note('output-limit', 'The text reached the longest output of the model; its end may be missing.')
  if (row.doubtful) note('low-confidence', 'The model was unsure about this passage.')
  const groups = aligned ? groupSegments(kept) : kept.map((phrase) => [phrase])
  const segments = groups
    .map((words) => toSegment(words, row, context, aligned))
    .filter((segment) => segment.text !== '')
  return { window, language, languageProbability, segments, notes }
}

const repetitionKey = (word: SpokenWord): string => word.text.toLowerCase().replace(/[\p{P}\p{S}]/gu, '') || word.text

const alignedWords = async (row: AcceptedRow, context: RowContext, align: TokenAligner): Promise<SpokenWord[]> => {
  const { settings, tokenizer, language, samples, soundFrames } = context
  const words = groupWords(row.tokens, language, tokenizer)
  if (words.length === 0) return []
  const begins = await align(row.attention, settings.alignmentHeads.length, soundFrames)
  return timeWords({ words, begins, logProbabilities: row.logProbabilities, samples })
}

const toSegment = (
  words: readonly SpokenWord[],
  row: AcceptedRow,
  context: RowContext,
  aligned: boolean,
): TimedSegment => {
  const { window } = context
  const clamp = (second: number): number => round(Math.min(window.endSecond, window.startSecond + second))
  return {
    text: words
      .map((word) => word.written)
      .join('')
      .trim(),
    startSecond: clamp(words[0]?.startSecond ?? 0),
    endSecond: clamp(words.at(-1)?.endSecond ?? 0),
    words: aligned && context.words ? words.map((word) => toTimedWord(word, clamp)) : [],
    averageLogProbability: round(words.reduce((sum, word) => sum + word.logProbability, 0) / Math.max(1, words.length)),
    noSpeechProbability: round(row.noSpeechProbability),
    temperature: row.temperature,
  }
}

const toTimedWord = (word: SpokenWord, clamp: (second: number) => number): TimedSegment['words'][number] => ({
  text: word.text,
  startSecond: clamp(word.startSecond),
  endSecond: clamp(word.endSecond),
  probability: round(word.probability),
})

/** Milliseconds are finer than anything here; longer fractions only swell what is stored. */
const round = (value: number): number => Math.round(value * 1000) / 1000
