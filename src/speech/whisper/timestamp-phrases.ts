/** Phrases from timestamp tokens: for models that cannot align words. Pure. */
import { SAMPLE_RATE } from '../audio-file.ts'
import type { DecodedRow } from './decode-batch.ts'
import type { WhisperSettings } from './model-settings.ts'
import type { WhisperTokenizer } from './tokenizer.ts'
import type { SpokenWord } from './word-times.ts'

const TIMESTAMP_SECOND = 0.02

export interface PhraseContext {
  readonly samples: Float32Array
  readonly settings: WhisperSettings
  readonly tokenizer: WhisperTokenizer
}

/** One entry per phrase between two timestamps, in order, not overlapping, inside the samples. */
export const timedPhrases = (row: DecodedRow, context: PhraseContext): SpokenWord[] => {
  const { settings, tokenizer } = context
  const durationSecond = context.samples.length / SAMPLE_RATE
  const phrases: SpokenWord[] = []
  let startSecond = 0
  let tokens: number[] = []
  let logs: number[] = []
  const finish = (endSecond: number): void => {
    const written = tokenizer.decode(tokens)
    const logProbability = logs.reduce((sum, value) => sum + value, 0) / Math.max(1, logs.length)
    const end = Math.min(durationSecond, Math.max(startSecond, endSecond))
    if (written.trim() !== '')
      phrases.push({
        text: written.trim(),
        written,
        startSecond,
        endSecond: end,
        probability: Math.exp(logProbability),
        logProbability,
      })
    tokens = []
    logs = []
  }
  row.tokens.forEach((token, index) => {
    if (token < settings.firstTimestamp) {
      tokens.push(token)
      logs.push(row.logProbabilities[index] ?? 0)
      return
    }
    const second = Math.min(durationSecond, (token - settings.firstTimestamp) * TIMESTAMP_SECOND)
    if (tokens.length > 0) finish(second)
    startSecond = Math.max(startSecond, second)
  })
  finish(durationSecond)
  return phrases
}
