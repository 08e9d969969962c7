/**
 * Whisper within this process: windows in, timed words out. It blocks the thread while it computes, so a server uses it
 * through the child process (child-engine.ts); tests and the bench may call it directly.
 */
import { basename } from 'node:path'
import { openAudioFile, SAMPLE_RATE, type AudioFile } from '../audio-file.ts'
import { throwIfCancelled } from '../cancelled.ts'
import { availableCores } from '../cores.ts'
import type { AudioWindow, RecognizeOptions, SpeechEngine, WindowResult } from '../engine.ts'
import { openSession, type Session } from '../inference.ts'
import { segmentAudio } from '../segmentation.ts'
import { createVoiceActivityDetector } from '../voice-activity.ts'
import { createEncodedWindows, type EncodedWindows } from './encoded-windows.ts'
import { createEncoder } from './encoder.ts'
import { decodeWithFallback } from './fallback.ts'
import { combineLanguages, languageProbabilities, type LanguageProbabilities } from './language.ts'
import { findWhisperFiles, type Variant } from './model-files.ts'
import { loadWhisperSettings, type WhisperSettings } from './model-settings.ts'
import { loadTokenizer, type WhisperTokenizer } from './tokenizer.ts'
import { FRAMES_PER_SECOND } from './align.ts'
import { toWindowResult } from './window-result.ts'

export interface WhisperOptions {
  /** Folder in the public hub's layout. */
  readonly folder: string
  readonly voiceActivityModel: string
  /** Name told in results; the folder's name when left out. */
  readonly name?: string
  readonly variant?: Variant
  readonly threads?: number
  /** Windows decoded together. */
  readonly batchSize?: number
}

const BATCH_SIZE = 4
/** Windows that are enough to tell the language of a recording. */
const LANGUAGE_WINDOWS = 3
/** Below this a window keeps the recording's language. */
const CLEAR_LANGUAGE = 0.5

interface Whisper {
  readonly settings: WhisperSettings
  readonly tokenizer: WhisperTokenizer
  readonly decoder: Session
  readonly encoded: EncodedWindows
  readonly batchSize: number
  readonly canAlign: boolean
}

/** Loads the model (about a second for the base one). */
export const createWhisperEngine = async (options: WhisperOptions): Promise<SpeechEngine> => {
  const threads = options.threads ?? availableCores()
  const files = await findWhisperFiles(options.folder, options.variant)
  const tokenizer = await loadTokenizer(`${options.folder}/tokenizer.json`)
  const settings = await loadWhisperSettings(options.folder, tokenizer)
  const detector = await createVoiceActivityDetector(options.voiceActivityModel)
  const encoder = await createEncoder(files, settings, threads)
  const decoder = await openSession(files.decoder, { threads })
  const canAlign = settings.alignmentHeads.length > 0 && decoder.outputNames.includes('cross_attentions.0')
  const batchSize = options.batchSize ?? BATCH_SIZE
  const encoded = createEncodedWindows(encoder, settings)
  const whisper: Whisper = { settings, tokenizer, decoder, encoded, batchSize, canAlign }
  return {
    id: 'whisper',
    model: options.name ?? basename(options.folder),
    segment: (audioPath, segmentOptions) => segmentAudio(detector, audioPath, segmentOptions),
    detectLanguage: (audioPath, windows, { signal }) =>
      withAudio(audioPath, async (audio) =>
        combineLanguages(await languagesOf(whisper, { audio, audioPath }, windows, signal)),
      ),
    recognize: (audioPath, windows, recognizeOptions) => recognizeAll(whisper, audioPath, windows, recognizeOptions),
    close: async () => {
      encoded.clear()
      await Promise.all([detector.close(), encoder.close(), decoder.release()])
    },
  }
}

interface Source {
  readonly audio: AudioFile
  readonly audioPath: string
}

const withAudio = async <Result>(path: string, use: (audio: AudioFile) => Promise<Result>): Promise<Result> => {
  const audio = await openAudioFile(path)
  try {
    return await use(audio)
  } finally {
    await audio.close()
  }
}

/** The longest of the first windows: short ones tell little. */
const languagesOf = async (
  whisper: Whisper,
  source: Source,
  windows: readonly AudioWindow[],
  signal: AbortSignal,
): Promise<{ probabilities: LanguageProbabilities; weight: number }[]> => {
  const length = (window: AudioWindow): number => window.endSecond - window.startSecond
  const chosen = windows
    .slice(0, LANGUAGE_WINDOWS * 3)
    .sort((one, other) => length(other) - length(one))
    .slice(0, LANGUAGE_WINDOWS)
  const found: { probabilities: LanguageProbabilities; weight: number }[] = []
  for (const window of chosen) {
    throwIfCancelled(signal)
    const { hidden } = await whisper.encoded.encode(source, [window], signal)
    const [probabilities] = await languageProbabilities(whisper.decoder, whisper.settings, {
      hidden,
      rows: 1,
      frames: whisper.settings.frames,
    })
    found.push({ probabilities: probabilities ?? new Map(), weight: length(window) })
  }
  return found
}

const recognizeAll = async function* (
  whisper: Whisper,
  audioPath: string,
  windows: readonly AudioWindow[],
  options: RecognizeOptions,
): AsyncGenerator<WindowResult> {
  const audio = await openAudioFile(audioPath)
  try {
    for (let first = 0; first < windows.length; first += whisper.batchSize) {
      yield* await recognizeBatch(
        whisper,
        { audio, audioPath },
        windows.slice(first, first + whisper.batchSize),
        options,
      )
    }
  } finally {
    await audio.close()
  }
}

const recognizeBatch = async (
  whisper: Whisper,
  source: Source,
  windows: readonly AudioWindow[],
  options: RecognizeOptions,
): Promise<WindowResult[]> => {
  const { settings, tokenizer, decoder, canAlign } = whisper
  const { hidden, samples } = await whisper.encoded.encode(source, windows, options.signal)
  const frames = settings.frames
  const languages =
    options.perWindowLanguage === true
      ? (await languageProbabilities(decoder, settings, { hidden, rows: windows.length, frames })).map((each) =>
          clearLanguage(each, options.language),
        )
      : windows.map(() => ({ language: options.language, probability: 1 }))
  const soundFrames = samples.map((each) =>
    Math.min(frames, Math.max(1, Math.ceil((each.length / SAMPLE_RATE) * FRAMES_PER_SECOND))),
  )
  const rows = windows.map((window, index) => ({
    languageToken: settings.languages.get(languages[index]?.language ?? options.language),
    seed: Math.round(window.startSecond * 1000),
    soundFrames: soundFrames[index] ?? frames,
  }))
  const decoded = await decodeWithFallback({
    session: decoder,
    settings,
    tokenizer,
    hidden,
    frames,
    rows,
    timestamps: !canAlign,
    attention: canAlign,
    signal: options.signal,
  })
  return decoded.map((row, index) =>
    toWindowResult(row, {
      window: windows[index] as AudioWindow,
      samples: samples[index] as Float32Array,
      soundFrames: soundFrames[index] ?? frames,
      language: languages[index]?.language ?? options.language,
      languageProbability: languages[index]?.probability ?? 1,
      settings,
      tokenizer,
      words: options.words ?? true,
    }),
  )
}

const clearLanguage = (
  probabilities: LanguageProbabilities,
  usual: string,
): { language: string; probability: number } => {
  const best = [...probabilities].reduce((one, other) => (other[1] > one[1] ? other : one), ['', 0] as [string, number])
  return best[1] >= CLEAR_LANGUAGE
    ? { language: best[0], probability: best[1] }
    : { language: usual, probability: probabilities.get(usual) ?? 0 }
}
