/** Which segment and word is spoken at a moment. */
import type { Segment } from '../../src/http/contract/transcriptions.ts'

interface Timed {
  startSecond: number
  endSecond: number
}

/** The last one that has begun; -1 before the first. Starts must be in order. */
export const lastBegunAt = (items: readonly Timed[], second: number): number => {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((items[middle]?.startSecond ?? Infinity) <= second) low = middle + 1
    else high = middle
  }
  return low - 1
}

export interface Spoken {
  segment: number
  word: number
}

/** In a pause the last segment stays marked, but no word does. */
export const spokenAt = (segments: readonly Segment[], second: number): Spoken => {
  const segment = lastBegunAt(segments, second)
  const words = segments[segment]?.words ?? []
  const word = lastBegunAt(words, second)
  // Word ends come a little early from alignment; 0.15 s keeps the mark from flickering between words.
  const spoken = word >= 0 && second <= (words[word]?.endSecond ?? 0) + 0.15
  return { segment, word: spoken ? word : -1 }
}
