/**
 * Pieces come in any order, a text is read from its start: this holds back what comes early and numbers the segments in
 * the order of the recording. Pure.
 */
import type { PieceResult, PieceSegment } from '../store/pieces.store.ts'

export type NumberedSegment = PieceSegment & { readonly index: number; readonly pieceIndex: number }

export interface SegmentGrowth {
  /** The segments that the text grows by, now that this piece is known; none while an earlier one is missing. */
  add(pieceIndex: number, result: PieceResult): NumberedSegment[]
}

/** @param frontier where an earlier run stopped: the next segment's number, and the first piece that is not in the text. */
export const createSegmentGrowth = (frontier: { nextIndex: number; nextPiece: number }): SegmentGrowth => {
  const early = new Map<number, PieceResult>()
  let { nextIndex, nextPiece } = frontier
  return {
    add(pieceIndex, result) {
      // Before the frontier: in the text already.
      if (pieceIndex < nextPiece) return []
      early.set(pieceIndex, result)
      const grown: NumberedSegment[] = []
      for (let next = early.get(nextPiece); next !== undefined; next = early.get(nextPiece)) {
        for (const segment of next.segments) grown.push({ ...segment, index: nextIndex++, pieceIndex: nextPiece })
        early.delete(nextPiece)
        nextPiece += 1
      }
      return grown
    },
  }
}
