/**
 * Whisper within this process: windows in, timed words out. It blocks the thread while it computes, so a server uses it
 * through the child process (child-engine.ts); tests and the bench may call it directly.
 */
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { openAudioFile, SAMPLE_RATE, type AudioFile } from '../audio-file.ts'
import { throwIfCancelled } from '../cancelled.ts'
import { availableCores } from '../cores.ts'
import type { AudioWindow, DetectedLanguage, RecognizeOptions, SpeechEngine, WindowResult } from '../engine.ts'
import { openSession } from '../inference.ts'
import { createDetector, createLocalLane, type LaneOptions } from '../lanes/lane.ts'
import { createThreadLane } from '../lanes/thread-lane.ts'
import { toSegmentation } from '../segmentation.ts'
import { detectVoiceActivity } from '../voice-activity.ts'
import { createWindowEncoder, type EncodedWindow, type WindowEncoder } from './encoded-windows.ts'
import { createDecoder, type Decoder, type DecoderSessions } from './decoder.ts'
import { decodeWithFallback, type AcceptedRow } from './fallback.ts'
import { combineLanguages, languageProbabilities, type LanguageProbabilities } from './language.ts'
import { findWhisperFiles, type Variant } from './model-files.ts'
import { loadWhisperSettings, type WhisperSettings } from './model-settings.ts'
import { loadTokenizer, type WhisperTokenizer } from './tokenizer.ts'
import { FRAMES_PER_SECOND } from './align.ts'
import { toWindowResult, type RowContext, type TokenAligner } from './window-result.ts'

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
/** A decoder file larger than this is loaded once. */
const LARGEST_TWICE_BYTES = 120e6
/** Windows encoded while a batch is decoded, beyond the next batch. */
const AHEAD = 2
/** Windows that are enough to tell the language of a recording. */
const LANGUAGE_WINDOWS = 3
/** Below this a window keeps the recording's language. */
const CLEAR_LANGUAGE = 0.5

interface Whisper {
  readonly settings: WhisperSettings
  readonly tokenizer: WhisperTokenizer
  readonly decoder: Decoder
  readonly encoder: WindowEncoder
  readonly batchSize: number
  readonly canAlign: boolean
  readonly align: TokenAligner
}

/** Loads the model (about a second for the base one). */
export const createWhisperEngine = async (options: WhisperOptions): Promise<SpeechEngine> => {
  const batchSize = options.batchSize ?? BATCH_SIZE
  const files = await findWhisperFiles(options.folder, options.variant)
  const tokenizer = await loadTokenizer(`${options.folder}/tokenizer.json`)
  const settings = await loadWhisperSettings(options.folder, tokenizer)
  const cores = options.threads ?? availableCores()
  const laneOptions = { files, settings: laneSettings(settings), voiceActivityModel: options.voiceActivityModel }
  // One encoder on all cores: a second one beside the decoder would need its 200 MB of working memory again.
  const encoding =
    cores === 1
      ? await createLocalLane({ ...laneOptions, threads: 1 })
      : createThreadLane({ ...laneOptions, threads: cores })
  const detecting = cores === 1 ? [encoding] : [encoding, await createDetector(options.voiceActivityModel)]
  const encoder = createWindowEncoder(encoding, batchSize + AHEAD)
  const decoder = createDecoder(await openDecoders(files.decoder, cores, encoder.isBusy), settings)
  const canAlign = settings.alignmentHeads.length > 0 && decoder.outputNames.includes('cross_attentions.0')
  const whisper: Whisper = { settings, tokenizer, decoder, encoder, batchSize, canAlign, align: encoding.align }
  return {
    id: 'whisper',
    model: options.name ?? basename(options.folder),
    segment: async (audioPath, segmentOptions) =>
      toSegmentation(
        await detectVoiceActivity(
          audioPath,
          detecting.map((each) => each.detect),
          segmentOptions,
        ),
      ),
    detectLanguage: (audioPath, windows, { signal }) => detectLanguage(whisper, audioPath, windows, signal),
    recognize: (audioPath, windows, recognizeOptions) => recognizeAll(whisper, audioPath, windows, recognizeOptions),
    close: async () => {
      encoder.clear()
      await Promise.all([encoding, ...detecting.slice(1), decoder].map((each) => each.close()))
    },
  }
}

/** Half the cores while windows are encoded; all of them in a session of its own otherwise, where memory allows a second one. */
const openDecoders = async (path: string, cores: number, isEncoding: () => boolean): Promise<DecoderSessions> => {
  const beside = await openSession(path, { threads: Math.ceil(cores / 2), arena: false })
  if (cores === 1 || (await stat(path)).size > LARGEST_TWICE_BYTES) return { all: [beside], choose: () => beside }
  const alone = await openSession(path, { threads: cores, arena: false })
  return { all: [beside, alone], choose: () => (isEncoding() ? beside : alone) }
}

/** Only plain data reaches another thread. */
const laneSettings = ({ frames, width, melBands, encoderHeads }: WhisperSettings): LaneOptions['settings'] => ({
  frames,
  width,
  melBands,
  encoderHeads,
})

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
const detectLanguage = (
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
    return combineLanguages(
      probabilities.map((each, index) => ({ probabilities: each, weight: lengthOf(chosen[index] as AudioWindow) })),
    )
  })
}

const languagesOf = async (
  whisper: Whisper,
  encoded: readonly EncodedWindow[],
  signal: AbortSignal,
): Promise<LanguageProbabilities[]> => {
  if (encoded.length === 0) return []
  throwIfCancelled(signal)
  const input = { hidden: encoded.map((each) => each.hidden), frames: whisper.settings.frames }
  return await languageProbabilities(whisper.decoder, whisper.settings, input)
}

const recognizeAll = async function* (
  whisper: Whisper,
  audioPath: string,
  windows: readonly AudioWindow[],
  options: RecognizeOptions,
): AsyncGenerator<WindowResult> {
  const audio = await openAudioFile(audioPath)
  const leaving = new AbortController()
  const signal = AbortSignal.any([options.signal, leaving.signal])
  try {
    const run = whisper.encoder.start({ audio, audioPath }, windows, signal)
    // Words of one batch are timed in the other thread while the next one is decoded.
    let timed: Promise<WindowResult[]> = Promise.resolve([])
    for (let left = windows.length; left > 0; left -= whisper.batchSize) {
      const decoding = decodeWindows(whisper, await run.take(whisper.batchSize), options)
      decoding.catch(() => {})
      yield* await timed
      const decoded = await decoding
      timed = Promise.all(decoded.map((each) => toWindowResult(each.row, each.context, whisper.align)))
      // A failure is told when the results are taken.
      timed.catch(() => {})
    }
    yield* await timed
  } finally {
    leaving.abort()
    await audio.close()
  }
}

const decodeWindows = async (
  whisper: Whisper,
  encoded: readonly EncodedWindow[],
  options: RecognizeOptions,
): Promise<{ row: AcceptedRow; context: RowContext }[]> => {
  const { settings, tokenizer, decoder, canAlign } = whisper
  const frames = settings.frames
  const usual = { language: options.language, probability: 1 }
  const languages =
    options.perWindowLanguage === true
      ? (await languagesOf(whisper, encoded, options.signal)).map((each) => clearLanguage(each, options.language))
      : encoded.map(() => usual)
  const soundFrames = encoded.map((each) =>
    Math.min(frames, Math.max(1, Math.ceil((each.samples.length / SAMPLE_RATE) * FRAMES_PER_SECOND))),
  )
  const rows = encoded.map((each, index) => ({
    languageToken: settings.languages.get((languages[index] ?? usual).language),
    seed: Math.round(each.window.startSecond * 1000),
    soundFrames: soundFrames[index] ?? frames,
  }))
  const decoded = await decodeWithFallback({
    decoder,
    settings,
    tokenizer,
    hidden: encoded.map((each) => each.hidden),
    frames,
    rows,
    timestamps: !canAlign,
    attention: canAlign,
    signal: options.signal,
  })
  return decoded.map((row, index) => ({
    row,
    context: {
      window: (encoded[index] as EncodedWindow).window,
      samples: (encoded[index] as EncodedWindow).samples,
      soundFrames: soundFrames[index] ?? frames,
      language: (languages[index] ?? usual).language,
      languageProbability: (languages[index] ?? usual).probability,
      settings,
      tokenizer,
      words: options.words ?? true,
    },
  }))
}

const clearLanguage = (
  probabilities: LanguageProbabilities,
  usual: string,
): { language: string; probability: number } => {
  const best = [...probabilities].reduce<readonly [string, number]>(
    (one, other) => (other[1] > one[1] ? other : one),
    ['', 0],
  )
  return best[1] >= CLEAR_LANGUAGE
    ? { language: best[0], probability: best[1] }
    : { language: usual, probability: probabilities.get(usual) ?? 0 }
}
