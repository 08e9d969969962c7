/** A provider's audio endpoint as a recognizer: pieces are files within the provider's limits. */
import type { CallOptions, TranscribeAnswer, TranscribeRequest } from '../../gateway/index.ts'
import type { Piece, PieceResult } from '../store/pieces.store.ts'
import { inParallel } from './in-parallel.ts'
import { toLanguageCode } from './language-code.ts'
import { packPieces } from './pack-pieces.ts'
import { toPieceSegments } from './piece-times.ts'
import { limitsOf, type ProviderLimits } from './provider-limits.ts'
import type { Recognizer } from './recognizer.ts'

/** An encoded stretch of the work file. */
export interface EncodedAudio {
  readonly bytes: Uint8Array
  readonly fileName: string
  readonly mediaType: string
}

export interface ProviderRecognizerDependencies {
  readonly transcribe: (request: TranscribeRequest, options: CallOptions) => Promise<TranscribeAnswer>
  readonly encode: (
    workPath: string,
    range: { readonly startSecond: number; readonly endSecond: number },
    options: { readonly signal: AbortSignal },
  ) => Promise<EncodedAudio>
  /** Bytes of a second of encoded audio, at most. */
  readonly bytesPerSecond: number
}

const factsOf = (answer: TranscribeAnswer) => ({
  provider: answer.provider,
  model: answer.model,
  originalModel: answer.originalModel,
  fallbackUsed: answer.fallbackUsed,
  attempts: answer.attempts,
  notes: answer.notes,
  costMicrocents: answer.costMicrocents,
})

const notesOf = (piece: Piece, answer: TranscribeAnswer, approximate: boolean): PieceResult['notes'] => {
  const at = { startSecond: piece.startSecond, endSecond: piece.endSecond }
  if (approximate)
    return [{ kind: 'approximate-times', message: 'The provider gave no times; these are estimates.', ...at }]
  return answer.text.trim() === ''
    ? [{ kind: 'no-text', message: 'The provider found no words in this part.', ...at }]
    : []
}

const toPieceResult = (piece: Piece, answer: TranscribeAnswer): PieceResult => {
  const { segments, approximate } = toPieceSegments(answer, piece)
  return {
    language: toLanguageCode(answer.language),
    languageProbability: null,
    segments,
    notes: notesOf(piece, answer, approximate),
    facts: factsOf(answer),
  }
}

/** As long as the provider takes, in seconds and in bytes. */
const longestPiece = (limits: ProviderLimits, bytesPerSecond: number): number =>
  Math.min(limits.maxSecond, limits.maxBytes / bytesPerSecond)

/** @param ref `provider/key`. */
export const createProviderRecognizer = (ref: string, deps: ProviderRecognizerDependencies): Recognizer => {
  const slash = ref.indexOf('/')
  const engine = ref.slice(0, slash)
  const limits = limitsOf(engine)

  const recognizePiece = async (workPath: string, piece: Piece, language: string | null, signal: AbortSignal) => {
    const audio = await deps.encode(workPath, piece, { signal })
    const answer = await deps.transcribe(
      {
        model: ref,
        audio: audio.bytes,
        fileName: audio.fileName,
        mediaType: audio.mediaType,
        ...(language !== null && { language }),
        timestamps: 'word',
        durationSecond: piece.endSecond - piece.startSecond,
      },
      { signal },
    )
    return { index: piece.index, result: toPieceResult(piece, answer) }
  }

  return {
    engine,
    model: ref.slice(slash + 1),
    plan: (segmentation) => packPieces(segmentation, { maxSecond: longestPiece(limits, deps.bytesPerSecond) }),
    detectLanguage: () => Promise.resolve(null),
    recognize: ({ workPath, pieces, language, signal }) =>
      inParallel(pieces, limits.parallel, signal, (piece, each) => recognizePiece(workPath, piece, language, each)),
  }
}
