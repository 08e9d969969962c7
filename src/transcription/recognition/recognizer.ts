/** One interface over everything that turns sound into timed words: the local engine and providers' audio endpoints. */
import type { SpeechSegmentation } from '../../speech/engine.ts'
import type { Piece, PieceResult } from '../store/pieces.store.ts'

export interface SpokenLanguage {
  readonly language: string
  /** Null where the engine does not say how sure it is. */
  readonly probability: number | null
}

export interface RecognizeRequest {
  readonly workPath: string
  readonly pieces: readonly Piece[]
  /** ISO code, or null: each piece is detected by itself. */
  readonly language: string | null
  readonly signal: AbortSignal
}

export interface RecognizedPiece {
  readonly index: number
  readonly result: PieceResult
}

export interface Recognizer {
  /** `local` or the provider. */
  readonly engine: string
  readonly model: string
  /** How the recording is cut. Deterministic: the pieces of an interrupted run are stored and used again. */
  plan(segmentation: SpeechSegmentation): Piece[]
  /** The language of the recording, or null when it is only known after recognition. */
  detectLanguage(workPath: string, pieces: readonly Piece[], signal: AbortSignal): Promise<SpokenLanguage | null>
  /** Each given piece once, in any order. Leaving the loop early stops the work. */
  recognize(request: RecognizeRequest): AsyncIterable<RecognizedPiece>
}
