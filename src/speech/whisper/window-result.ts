/** A decoded row becomes a window's result: text, segments, words' times, notes. Pure. */
import type { AudioWindow, TimedSegment, WindowNote, WindowResult } from '../engine.ts'
import { alignTokens } from './align.ts'
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

/** `row.attention` is empty when the model cannot align; then segments come from timestamp tokens and have no words. */
export const toWindowResult = (row: AcceptedRow, context: RowContext): WindowResult => {
  const { window, language, languageProbability } = context
  const notes: WindowNote[] = []
  const note = (kind: WindowNote['kind'], message: string): void =>
    void notes.push({ kind, message, startSecond: window.startSecond, endSecond: window.endSecond })
  if (row.silent) {
    note('no-speech', 'The model heard no speech here.')
    return { window, language, languageProbability, segments: [], notes }
  }
  const spoken = row.attention.length > 0 ? alignedWords(row, context) : timedPhrases(row, context)
  const { kept, removed } = cutRepetitions(spoken, repetitionKey)
  if (removed > 0) note('repetition-removed', `${removed} repeated words were removed here.`)
  if (row.ending === 'output-limit')
    note('output-limit', 'The text reached the longest output of the model; its end may be missing.')
  if (row.doubtful) note('low-confidence', 'The model was unsure about this passage.')
  const groups = row.attention.length > 0 ? groupSegments(kept) : kept.map((phrase) => [phrase])
  const segments = groups.map((words) => toSegment(words, row, context)).filter((segment) => segment.text !== '')
  return { window, language, languageProbability, segments, notes }
}

const repetitionKey = (word: SpokenWord): string => word.text.toLowerCase().replace(/[\p{P}\p{S}]/gu, '') || word.text

const alignedWords = (row: AcceptedRow, context: RowContext): SpokenWord[] => {
  const { settings, tokenizer, language, samples, soundFrames } = context
  const isText = row.tokens.map((token) => token < settings.endOfText)
  const attention = row.attention.filter((_, index) => isText[index] ?? true)
  const words = groupWords(
    row.tokens.filter((_, index) => isText[index]),
    language,
    tokenizer,
  )
  if (words.length === 0) return []
  const begins = alignTokens(attention, settings.alignmentHeads.length, soundFrames)
  const logProbabilities = row.logProbabilities.filter((_, index) => isText[index] ?? true)
  return timeWords({ words, begins, logProbabilities, samples })
}

const toSegment = (words: readonly SpokenWord[], row: AcceptedRow, context: RowContext): TimedSegment => {
  const { window } = context
  const clamp = (second: number): number => round(Math.min(window.endSecond, window.startSecond + second))
  const aligned = row.attention.length > 0
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
