/** How much of what sounds like speech is in the text, and where it isn't. Pure. */
import type { SpeechRegion } from '../../speech/engine.ts'
import type { Coverage } from '../types.ts'

interface Range {
  readonly startSecond: number
  readonly endSecond: number
}

/** Times of words are good to about this; a segment covers so much on both sides. */
const TOLERANCE_SECOND = 0.5
/** Voice activity also hears coughs and chairs; shorter gaps say nothing. */
const SHORTEST_GAP_SECOND = 2

/** Ranges in time order without overlaps. */
const union = (ranges: readonly Range[]): Range[] => {
  const merged: { startSecond: number; endSecond: number }[] = []
  for (const { startSecond, endSecond } of [...ranges].sort((a, b) => a.startSecond - b.startSecond)) {
    const last = merged.at(-1)
    if (last !== undefined && startSecond <= last.endSecond) last.endSecond = Math.max(last.endSecond, endSecond)
    else merged.push({ startSecond, endSecond })
  }
  return merged
}

/** What of `range` is in none of the covering ranges, which are in order. */
const subtract = (range: Range, covering: readonly Range[]): Range[] => {
  const left: Range[] = []
  let at = range.startSecond
  for (const { startSecond, endSecond } of covering) {
    if (endSecond <= at) continue
    if (startSecond >= range.endSecond) break
    if (startSecond > at) left.push({ startSecond: at, endSecond: startSecond })
    at = Math.max(at, endSecond)
  }
  if (at < range.endSecond) left.push({ startSecond: at, endSecond: range.endSecond })
  return left
}

const lengthOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, { startSecond, endSecond }) => sum + endSecond - startSecond, 0)

export const coverageOf = (regions: readonly SpeechRegion[], segments: readonly Range[]): Coverage => {
  const covering = union(
    segments.map(({ startSecond, endSecond }) => ({
      startSecond: startSecond - TOLERANCE_SECOND,
      endSecond: endSecond + TOLERANCE_SECOND,
    })),
  )
  const uncovered = regions.flatMap((region) => subtract(region, covering))
  const speechSecond = lengthOf(regions)
  return {
    speechSecond,
    coveredSecond: Math.max(0, speechSecond - lengthOf(uncovered)),
    gaps: uncovered.filter(({ startSecond, endSecond }) => endSecond - startSecond >= SHORTEST_GAP_SECOND),
    noSpeechFound: segments.length === 0,
  }
}
