/** How a segment's text is cut for showing: at words (to click and to light up) and at search matches. */
import type { Segment } from '../../src/http/contract/transcriptions.ts'
import { fold } from './find-matches.ts'

export interface Piece {
  text: string
  start: number
  end: number
  /** Which of the segment's words this is; null between words. */
  word: number | null
}

/**
 * Places the timed words in the text. After an edit words and text may differ: a word that is not found any more is left
 * out, and its part of the text stays without a time of its own.
 */
export const layOutWords = (segment: Pick<Segment, 'text' | 'words'>): Piece[] => {
  const { text: folded, origins } = fold(segment.text)
  const pieces: Piece[] = []
  let done = 0
  let foldedAt = 0
  const push = (start: number, end: number, word: number | null): void => {
    if (end > start) pieces.push({ text: segment.text.slice(start, end), start, end, word })
  }
  for (const [index, word] of segment.words.entries()) {
    const wanted = fold(word.text.trim()).text
    if (wanted === '') continue
    const at = folded.indexOf(wanted, foldedAt)
    // A match far ahead means that this word was edited away; taking it would swallow the words between.
    if (at === -1 || at - foldedAt > 80) continue
    const [start, end] = [origins[at] ?? 0, origins[at + wanted.length] ?? segment.text.length]
    push(done, start, null)
    push(start, end, index)
    done = end
    foldedAt = at + wanted.length
  }
  push(done, segment.text.length, null)
  return pieces
}

export interface MarkedPiece extends Piece {
  /** Number of the match that covers this piece, among the ranges given. */
  match: number | null
}

/** Cuts pieces at the borders of matches; ranges are in order and don't overlap. */
export const markPieces = (
  pieces: readonly Piece[],
  ranges: readonly { start: number; end: number }[],
): MarkedPiece[] => {
  const marked: MarkedPiece[] = []
  for (const piece of pieces) {
    let at = piece.start
    const push = (end: number, match: number | null): void => {
      const text = piece.text.slice(at - piece.start, end - piece.start)
      if (text !== '') marked.push({ text, start: at, end, word: piece.word, match })
      at = Math.max(at, end)
    }
    for (const [number, range] of ranges.entries()) {
      if (range.end <= at || range.start >= piece.end) continue
      push(Math.max(at, range.start), null)
      push(Math.min(piece.end, range.end), number)
    }
    push(piece.end, null)
  }
  return marked
}
