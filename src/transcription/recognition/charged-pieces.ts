/** Pieces of a recognition as parts that are paid. Pure. */
import type { DeliveredPart } from '../charging.ts'
import type { Piece, PieceResult } from '../store/pieces.store.ts'
import type { AnswerFactsOfPart } from '../texts/combine-facts.ts'

type Recognized = Pick<Piece, 'index' | 'startSecond' | 'endSecond'> & { readonly result: PieceResult | null }

export const secondsOf = (pieces: readonly { readonly startSecond: number; readonly endSecond: number }[]): number =>
  pieces.reduce((sum, { startSecond, endSecond }) => sum + endSecond - startSecond, 0)

/** A piece in which nobody found words is no text: nothing is paid for it. */
const hasWords = ({ result }: Recognized): boolean => (result?.segments.length ?? 0) > 0

/** @param all what the whole work is; @param asked who recognizes, where a result does not say it. */
export const chargedPieces = (
  pieces: readonly Recognized[],
  all: readonly Pick<Piece, 'startSecond' | 'endSecond'>[],
  asked: { readonly provider: string; readonly model: string },
): DeliveredPart[] => {
  const total = secondsOf(all) || 1
  return pieces.filter(hasWords).map((piece) => {
    const facts = piece.result?.facts as AnswerFactsOfPart | undefined
    return {
      path: String(piece.index),
      content: `${piece.startSecond}-${piece.endSecond}`,
      share: secondsOf([piece]) / total,
      provider: facts?.provider ?? asked.provider,
      model: facts?.model ?? asked.model,
      // What this server itself recognizes costs nobody money.
      costMicrocents: facts === undefined ? 0 : facts.costMicrocents,
    }
  })
}
