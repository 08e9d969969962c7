/** Windows in, timed words out: encodes ahead, decodes in batches, times the words of one batch beside the next. */
import { AppError } from '../../errors.ts'
import { openAudioFile, SAMPLE_RATE } from '../audio-file.ts'
import type { AudioWindow, RecognizeOptions, WindowResult } from '../engine.ts'
import { FRAMES_PER_SECOND } from './align.ts'
import { languagesOf } from './detect-language.ts'
import type { EncodedWindow } from './encoded-windows.ts'
import { decodeWithFallback, type AcceptedRow } from './fallback.ts'
import type { LanguageProbabilities } from './language.ts'
import type { Whisper } from './whisper.ts'
import { toWindowResult, type RowContext } from './window-result.ts'

/** Below this a window keeps the recording's language. */
const CLEAR_LANGUAGE = 0.5

export const recognizeWindows = async function* (
  whisper: Whisper,
  audioPath: string,
  windows: readonly AudioWindow[],
  options: RecognizeOptions,
): AsyncGenerator<WindowResult> {
  const audio = await openAudioFile(audioPath)
  const leaving = new AbortController()
  const signal = AbortSignal.any([options.signal, leaving.signal])
  let decoding: Promise<DecodedWindow[]> = Promise.resolve([])
  try {
    const run = whisper.encoder.start({ audio, audioPath }, windows, signal)
    // Words of one batch are timed in the other thread while the next one is decoded.
    let timed: Promise<WindowResult[]> = Promise.resolve([])
    for (let left = windows.length; left > 0; left -= whisper.batchSize) {
      const encoded = await run.take(whisper.batchSize)
      decoding = decodeWindows(whisper, encoded, { ...options, signal })
      // Failures are told where the results are taken.
      decoding.catch(() => {})
      yield* await timed
      const decoded = await decoding
      timed = Promise.all(decoded.map((each) => toWindowResult(each.row, each.context, whisper.align)))
      timed.catch(() => {})
    }
    yield* await timed
  } finally {
    leaving.abort()
    // The next call writes to the same buffers.
    await decoding.catch(() => {})
    await audio.close()
  }
}

interface DecodedWindow {
  readonly row: AcceptedRow
  readonly context: RowContext
}

/** Without its language a model writes anything at all, so an unknown one is refused. A model of English alone needs none. */
const tokenOf = ({ languages }: Whisper['settings'], language: string): number | undefined => {
  const token = languages.get(language)
  if (token !== undefined || (languages.size === 0 && language === 'en')) return token
  throw new AppError('unsupported-capability', `The speech model does not know the language “${language}”`)
}

const decodeWindows = async (
  whisper: Whisper,
  encoded: readonly EncodedWindow[],
  options: RecognizeOptions,
): Promise<DecodedWindow[]> => {
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
    languageToken: tokenOf(settings, (languages[index] ?? usual).language),
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
