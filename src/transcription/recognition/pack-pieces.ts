/**
 * Windows packed into pieces that a provider takes in one request: as long as allowed, cut where nobody speaks.
 *
 * A piece starts where its first window starts and ends where its last one ends; pieces never overlap, so no word is sent
 * twice, and every window is in exactly one piece, so none is left out. Long silence between windows is not sent at all:
 * it costs money, and models invent text for it.
 */
import type { AudioWindow, SpeechRegion, SpeechSegmentation } from '../../speech/engine.ts'
import type { Piece } from '../store/pieces.store.ts'

export interface PackLimits {
  readonly maxSecond: number
}

/** A pause this long always ends a piece. */
const LONG_SILENCE_SECOND = 20
/** Only the last third of a full piece is searched for the best place to cut, so that pieces stay long. */
const SEARCHED_PARTS = 3

/** The silence around a moment, in seconds; 0 inside speech. */
const silenceAt = (second: number, regions: readonly SpeechRegion[]): number => {
  let before = -Infinity
  for (const { startSecond, endSecond } of regions) {
    if (startSecond >= second) return startSecond - before
    if (endSecond > second) return 0
    before = endSecond
  }
  return Infinity
}

interface Packing extends PackLimits {
  readonly windows: readonly AudioWindow[]
  readonly regions: readonly SpeechRegion[]
}

const pauseAfter = ({ windows, regions }: Packing, at: number): number =>
  silenceAt(windows[at]?.endSecond ?? 0, regions)

const spanOf = ({ windows }: Packing, first: number, last: number): number =>
  (windows[last]?.endSecond ?? Infinity) - (windows[first]?.startSecond ?? 0)

const fits = (packing: Packing, from: number, next: number): boolean =>
  next < packing.windows.length && spanOf(packing, from, next) <= packing.maxSecond

const longestPause = (packing: Packing, from: number, last: number): number => {
  const shortest = packing.maxSecond - packing.maxSecond / SEARCHED_PARTS
  let best = last
  for (let at = last - 1; at >= from && spanOf(packing, from, at) >= shortest; at -= 1) {
    if (pauseAfter(packing, at) > pauseAfter(packing, best)) best = at
  }
  return best
}

/** The index of the last window of the piece that starts at `from`. */
const endOf = (packing: Packing, from: number): number => {
  let last = from
  while (fits(packing, from, last + 1) && pauseAfter(packing, last) < LONG_SILENCE_SECOND) last += 1
  const endsByItself = last + 1 >= packing.windows.length || pauseAfter(packing, last) >= LONG_SILENCE_SECOND
  return endsByItself ? last : longestPause(packing, from, last)
}

export const packPieces = (
  { windows, regions }: Pick<SpeechSegmentation, 'windows' | 'regions'>,
  limits: PackLimits,
): Piece[] => {
  const packing: Packing = { ...limits, windows, regions }
  const pieces: Piece[] = []
  for (let from = 0; from < windows.length;) {
    const last = endOf(packing, from)
    const inside = windows.slice(from, last + 1)
    pieces.push({
      index: pieces.length,
      startSecond: inside[0]?.startSecond ?? 0,
      endSecond: inside.at(-1)?.endSecond ?? 0,
      windows: inside,
    })
    from = last + 1
  }
  return pieces
}
