/**
 * The local engine as a recognizer: a piece is one window.
 *
 * One recognition uses all cores, so recordings take turns: each gets a few windows, then the next one has its turn.
 */
import type { AudioWindow, SpeechEngine, TimedSegment, WindowResult } from '../../speech/engine.ts'
import type { Piece, PieceResult, PieceSegment } from '../store/pieces.store.ts'
import type { Slots } from '../work/slots.ts'
import type { Recognizer } from './recognizer.ts'

/** Windows in one turn: some six minutes of speech, long enough to fill the engine's batches. */
const WINDOWS_PER_TURN = 12

const toPiece = (window: AudioWindow): Piece => ({
  index: window.index,
  startSecond: window.startSecond,
  endSecond: window.endSecond,
  windows: [window],
})

const toPieceSegment = (segment: TimedSegment): PieceSegment => ({
  text: segment.text,
  startSecond: segment.startSecond,
  endSecond: segment.endSecond,
  speaker: segment.speaker ?? null,
  words: segment.words.map(({ text, startSecond, endSecond }) => ({ text, startSecond, endSecond })),
})

const toPieceResult = (result: WindowResult): PieceResult => ({
  language: result.language,
  languageProbability: result.languageProbability,
  segments: result.segments.map(toPieceSegment),
  notes: result.notes,
})

const windowsOf = (pieces: readonly Piece[]): AudioWindow[] => pieces.flatMap(({ windows }) => windows)

export const createLocalRecognizer = (engine: SpeechEngine, slots: Slots): Recognizer => ({
  engine: 'local',
  model: engine.model,
  plan: (segmentation) => segmentation.windows.map(toPiece),
  detectLanguage: (workPath, pieces, signal) => engine.detectLanguage(workPath, windowsOf(pieces), { signal }),
  async *recognize({ workPath, pieces, language, signal }) {
    // Whoever calls has detected it: English is never assumed in silence.
    if (language === null) throw new TypeError('The local engine has to be told the language')
    for (let from = 0; from < pieces.length; from += WINDOWS_PER_TURN) {
      const windows = windowsOf(pieces.slice(from, from + WINDOWS_PER_TURN))
      const release = await slots.take(signal)
      try {
        for await (const result of engine.recognize(workPath, windows, { language, words: true, signal })) {
          yield { index: result.window.index, result: toPieceResult(result) }
        }
      } finally {
        release()
      }
    }
  },
})
