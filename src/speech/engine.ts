/**
 * The interface of a speech engine: a decoded work file in, timed words out.
 *
 * It knows no job, user, database or HTTP. All times are seconds from the start of the recording, never from the start of
 * a window. The audio is a work file made by `decodeAudio` (media.ts): raw signed 16-bit little-endian samples, 16 kHz,
 * mono, no header (`.s16le`), so second `t` stands at byte `t × 32,000`. It is read in slices; memory does not grow with
 * the recording's length.
 *
 * Order of use: `segment` once → `detectLanguage` unless the language is chosen → `recognize` with all windows, or, after a
 * restart, with the windows that have no stored result yet. A window's result depends on that window's audio and the
 * options alone, never on the windows beside it, so a resumed recording ends in the same text.
 */

/** A stretch where voice activity detection heard speech. */
export interface SpeechRegion {
  readonly startSecond: number
  readonly endSecond: number
}

/** A piece of continuous audio recognized as one unit, at most 30 s for Whisper: the durable unit of a pipeline. */
export interface AudioWindow {
  /** Position in `SpeechSegmentation.windows`, from 0. Windows are in time order and never overlap. */
  readonly index: number
  readonly startSecond: number
  readonly endSecond: number
}

/** One word with its punctuation, without surrounding spaces. In Chinese, Japanese, Thai … a character or a few. */
export interface TimedWord {
  readonly text: string
  readonly startSecond: number
  readonly endSecond: number
  /** Mean probability of the word's tokens, 0 … 1. */
  readonly probability: number
}

/** A phrase or sentence. Segments of a window are in time order, do not overlap and lie inside the window. */
export interface TimedSegment {
  /** Trimmed; never empty. */
  readonly text: string
  readonly startSecond: number
  readonly endSecond: number
  /** Empty when words were not asked for or the model cannot align them; otherwise monotonic and inside the segment. */
  readonly words: readonly TimedWord[]
  /** Mean natural logarithm of the tokens' probabilities; below −1 the text is doubtful. */
  readonly averageLogProbability: number
  /** 0 … 1, of the whole window. */
  readonly noSpeechProbability: number
  /** Sampling temperature the text was accepted at; above 0 the greedy text was rejected as repetitive or unlikely. */
  readonly temperature: number
  /** Set by a later step that tells speakers apart; engines leave it out. */
  readonly speaker?: string
}

/** Something about a window that a reader of the text should be able to learn. */
export interface WindowNote {
  readonly kind: 'repetition-removed' | 'no-speech' | 'low-confidence' | 'output-limit'
  /** One sentence, plain words, in English. */
  readonly message: string
  readonly startSecond: number
  readonly endSecond: number
}

export interface WindowResult {
  readonly window: AudioWindow
  /** ISO 639-1 code, or Whisper's own for the few languages without one (`haw`, `yue`). */
  readonly language: string
  /** 1 when the language was given by the caller. */
  readonly languageProbability: number
  /** Empty when the window holds no speech: an engine never invents text for silence. */
  readonly segments: readonly TimedSegment[]
  readonly notes: readonly WindowNote[]
}

/** A probability under 0.5 is to be shown to the user as a warning. */
export interface DetectedLanguage {
  readonly language: string
  readonly probability: number
  /** The most likely languages with their probabilities, best first, at most five. */
  readonly alternatives: readonly { readonly language: string; readonly probability: number }[]
}

export interface SpeechSegmentation {
  readonly durationSecond: number
  readonly regions: readonly SpeechRegion[]
  /** Empty when no speech was found in the recording. */
  readonly windows: readonly AudioWindow[]
  /** Sum of the regions' lengths. */
  readonly speechSecond: number
}

export interface SegmentOptions {
  readonly signal: AbortSignal
  /** Called now and then with the seconds of audio looked at; the last call has both equal. */
  onProgress?(secondsDone: number, ofSeconds: number): void
}

export interface RecognizeOptions {
  /** ISO code, already decided (chosen by the user, or from `detectLanguage`). */
  readonly language: string
  /** Detects the language in every window, for mixed recordings; `language` is kept where a window is unclear. */
  readonly perWindowLanguage?: boolean
  /** Words' times; `true` unless said otherwise. Costs about a tenth of the time. */
  readonly words?: boolean
  readonly signal: AbortSignal
}

/**
 * Failures are AppErrors: `speech-model-missing`, `speech-model-invalid`, `speech-engine-crashed`,
 * `speech-engine-timeout`, `cancelled` (the signal was aborted).
 */
export interface SpeechEngine {
  /** Kind of engine, e.g. `whisper`. */
  readonly id: string
  /** Name of the model, e.g. `whisper-base`. */
  readonly model: string
  /** Finds speech and packs the recording into windows. Deterministic for the same audio. */
  segment(audioPath: string, options: SegmentOptions): Promise<SpeechSegmentation>
  /** Language of the recording, from up to a few windows. With no windows: probability 0. */
  detectLanguage(
    audioPath: string,
    windows: readonly AudioWindow[],
    options: { readonly signal: AbortSignal },
  ): Promise<DetectedLanguage>
  /**
   * Results as they come: each given window exactly once, in no promised order (neighbours are recognized together).
   * Leaving the loop early stops the work.
   */
  recognize(audioPath: string, windows: readonly AudioWindow[], options: RecognizeOptions): AsyncIterable<WindowResult>
  /** Ends the engine and frees its memory; calls under way fail with `cancelled`. Safe to call twice. */
  close(): Promise<void>
}
