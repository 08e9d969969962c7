/** Which language a recording is in, from its first windows. */
import { openAudioFile, type AudioFile } from '../audio-file.ts'
import { throwIfCancelled } from '../cancelled.ts'
import type { AudioWindow, DetectedLanguage } from '../engine.ts'
import type { EncodedWindow } from './encoded-windows.ts'
import { preferExpected } from './expected-languages.ts'
import { combineLanguages, languageProbabilities, meanProbability, type LanguageProbabilities } from './language.ts'
import type { Whisper } from './whisper.ts'

/** Windows that are enough to tell the language of a recording. */
const LANGUAGE_WINDOWS = 3

const withAudio = async <Result>(path: string, use: (audio: AudioFile) => Promise<Result>): Promise<Result> => {
  const audio = await openAudioFile(path)
  try {
    return await use(audio)
  } finally {
    await audio.close()
  }
}

const lengthOf = (window: AudioWindow): number => window.endSecond - window.startSecond

/** The longest of the first windows: short ones tell little. */
export const detectLanguage = (
  whisper: Whisper,
  audioPath: string,
  windows: readonly AudioWindow[],
  signal: AbortSignal,
): Promise<DetectedLanguage> => {
  const candidates = windows.slice(0, LANGUAGE_WINDOWS * 3).sort((one, other) => lengthOf(other) - lengthOf(one))
  const chosen = candidates.slice(0, LANGUAGE_WINDOWS)
  return withAudio(audioPath, async (audio) => {
    const encoded = await whisper.encoder.start({ audio, audioPath }, chosen, signal, true).take(chosen.length)
    const probabilities = await languagesOf(whisper, encoded, signal)
    const weighed = probabilities.map((each, index) => ({
      probabilities: each,
      weight: lengthOf(chosen[index] as AudioWindow),
    }))
    const detected = combineLanguages(weighed)
    const longest = encoded[0]
    if (longest === undefined) return detected
    const probabilityOf = (language: string): number => meanProbability(weighed, language)
    const { decoder, settings, expectedLanguages: expected } = whisper
    return await preferExpected(detected, {
      decoder,
      settings,
      hidden: longest.hidden,
      expected,
      probabilityOf,
      signal,
    })
  })
}

export const languagesOf = async (
  whisper: Whisper,
  encoded: readonly EncodedWindow[],
  signal: AbortSignal,
): Promise<LanguageProbabilities[]> => {
  if (encoded.length === 0) return []
  throwIfCancelled(signal)
  const input = { hidden: encoded.map((each) => each.hidden), frames: whisper.settings.frames }
  return await languageProbabilities(whisper.decoder, whisper.settings, input)
}
