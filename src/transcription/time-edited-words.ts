/** Times for the words of a segment that a person changed, so that a click on a word still seeks. Pure. */
import { alignText } from './exports/align-text.ts'
import type { Segment, Word } from './types.ts'

/** Words that stayed keep their times, new ones get some between; none where the segment had none. */
export const timeEditedWords = (
  text: string,
  segment: Pick<Segment, 'startSecond' | 'endSecond' | 'words'>,
): Word[] => {
  if (segment.words.length === 0) return []
  const inside = (second: number): number => Math.min(segment.endSecond, Math.max(segment.startSecond, second))
  return alignText(text, segment.words, segment.endSecond).map((word) => ({
    text: word.text,
    startSecond: inside(word.startSecond),
    endSecond: inside(word.endSecond),
  }))
}
