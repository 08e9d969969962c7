/** A provider's answer about a piece as segments on the recording's clock. Pure. */
import type { TranscribeAnswer, TranscribedSegment } from '../../gateway/index.ts'
import type { Piece, PieceSegment } from '../store/pieces.store.ts'

/** Moves times to the recording's clock, inside the piece and never backwards. */
const createClamp = (piece: Piece) => {
  let earliest = piece.startSecond
  return (second: number): number => {
    const shifted = Math.min(piece.endSecond, Math.max(earliest, piece.startSecond + second))
    earliest = shifted
    return shifted
  }
}

const shiftSegment = (segment: TranscribedSegment, piece: Piece, clamp: (second: number) => number): PieceSegment => {
  const startSecond = clamp(segment.startSecond)
  const words = segment.words.map((word) => ({
    text: word.text.trim(),
    startSecond: clamp(word.startSecond),
    endSecond: clamp(word.endSecond),
  }))
  return {
    text: segment.text.trim(),
    startSecond,
    endSecond: clamp(segment.endSecond),
    speaker: segment.speaker ?? null,
    words: words.filter(({ text }) => text !== ''),
  }
}

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' })

const splitSentences = (text: string): string[] =>
  [...sentences.segment(text)].map(({ segment }) => segment.trim()).filter((sentence) => sentence !== '')

/** A second of speech in the piece, counted without its pauses, as a second of the recording. */
const toRecordingSecond = (piece: Piece, spokenSecond: number): number => {
  let left = spokenSecond
  for (const window of piece.windows) {
    const length = window.endSecond - window.startSecond
    if (left <= length) return window.startSecond + left
    left -= length
  }
  return piece.endSecond
}

/** Text without times: its sentences are laid over the windows by their length, which is near enough to find them. */
export const layOverWindows = (text: string, piece: Piece): PieceSegment[] => {
  const parts = splitSentences(text)
  const letters = parts.reduce((sum, part) => sum + part.length, 0)
  const spoken = piece.windows.reduce((sum, { startSecond, endSecond }) => sum + endSecond - startSecond, 0)
  let done = 0
  return parts.map((part) => {
    const startSecond = toRecordingSecond(piece, (spoken * done) / letters)
    done += part.length
    const endSecond = Math.max(startSecond, toRecordingSecond(piece, (spoken * done) / letters))
    return { text: part, startSecond, endSecond, speaker: null, words: [] }
  })
}

export interface TimedAnswer {
  readonly segments: PieceSegment[]
  /** The provider gave text without times; ours are estimates. */
  readonly approximate: boolean
}

export const toPieceSegments = (answer: Pick<TranscribeAnswer, 'text' | 'segments'>, piece: Piece): TimedAnswer => {
  const clamp = createClamp(piece)
  const segments = answer.segments
    .map((segment) => shiftSegment(segment, piece, clamp))
    .filter(({ text }) => text !== '')
  if (segments.length > 0) return { segments, approximate: false }
  const laid = layOverWindows(answer.text, piece)
  return { segments: laid, approximate: laid.length > 0 }
}
