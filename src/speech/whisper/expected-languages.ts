/**
 * Second thoughts about a language that nobody expects: a window is decoded in it and in the expected ones, and an expected
 * one whose text is likelier is taken. Detection judges by sound alone and errs on robots, accents and bad lines.
 */
import type { DetectedLanguage } from '../engine.ts'
import { decodeBatch, type DecodedRow } from './decode-batch.ts'
import type { Decoder } from './decoder/decoder-batch.ts'
import type { WhisperSettings } from './model-settings.ts'

/** From here on detection is believed whatever is expected. */
const SURE = 0.95
/** With the detected one: as many as a batch has rows. */
const MOST_EXPECTED = 3

export interface SecondThoughts {
  readonly decoder: Decoder
  readonly settings: WhisperSettings
  /** Encoder output of the longest window looked at: frames × width. */
  readonly hidden: Float32Array
  readonly expected: readonly string[]
  /** Probability of each language by detection. */
  readonly probabilityOf: (language: string) => number
  readonly signal: AbortSignal
}

export const preferExpected = async (
  detected: DetectedLanguage,
  { decoder, settings, hidden, expected, probabilityOf, signal }: SecondThoughts,
): Promise<DetectedLanguage> => {
  const others = expected.filter((language) => settings.languages.has(language)).slice(0, MOST_EXPECTED)
  if (others.length === 0 || detected.probability >= SURE || others.includes(detected.language)) return detected
  const languages = [detected.language, ...others]
  const rows = await decodeBatch({
    decoder,
    settings,
    hidden: languages.map(() => hidden),
    frames: settings.frames,
    rows: languages.map((language) => ({
      languageToken: settings.languages.get(language),
      seed: 0,
      soundFrames: settings.frames,
    })),
    temperature: 0,
    timestamps: false,
    attention: false,
    signal,
  })
  const likelihoods = rows.map(likelihoodOf)
  const best = likelihoods.indexOf(Math.max(...likelihoods))
  const language = languages[best] ?? detected.language
  return language === detected.language ? detected : { ...detected, language, probability: probabilityOf(language) }
}

/** A text that does not come to its end is a loop. */
const likelihoodOf = (row: DecodedRow): number =>
  row.ending === 'end-of-text' && row.tokens.length > 0 ? row.averageLogProbability : Number.NEGATIVE_INFINITY
