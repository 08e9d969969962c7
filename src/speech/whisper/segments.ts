/** Groups timed words into segments: sentences, split further at long pauses and when they grow too long. Pure. */
import type { SpokenWord } from './word-times.ts'

/** A pause this long ends a segment even within a sentence. */
const SEPARATING_PAUSE_SECOND = 1.5
const LONGEST_SEGMENT_SECOND = 14
const ABBREVIATIONS = new Set([
  'mr.',
  'mrs.',
  'ms.',
  'dr.',
  'st.',
  'prof.',
  'vs.',
  'sr.',
  'jr.',
  'no.',
  'av.',
  'doç.',
  'örn.',
  'vb.',
])

/** Non-empty groups in order; together they hold all words. */
export const groupSegments = (words: readonly SpokenWord[]): SpokenWord[][] => {
  const sentences: SpokenWord[][] = []
  let current: SpokenWord[] = []
  words.forEach((word, index) => {
    current.push(word)
    if (!endsSegment(word, words[index + 1])) return
    sentences.push(current)
    current = []
  })
  if (current.length > 0) sentences.push(current)
  return sentences.flatMap(splitLong)
}

const endsSegment = (word: SpokenWord, next: SpokenWord | undefined): boolean => {
  if (next === undefined) return true
  if (next.startSecond - word.endSecond >= SEPARATING_PAUSE_SECOND) return true
  if (/[。？！]["”’)\]」』]*$/u.test(word.text)) return true
  if (!/[.?!…]["”’)\]]*$/u.test(word.text)) return false
  const initial = /^\p{L}\.$/u.test(word.text)
  return !initial && !ABBREVIATIONS.has(word.text.toLowerCase()) && !/^\p{Ll}/u.test(next.text)
}

/** At a comma where there is one, otherwise at the longest pause; never off a first or last word alone. */
const splitLong = (words: SpokenWord[]): SpokenWord[][] => {
  const first = words[0]
  const last = words.at(-1)
  if (first === undefined || last === undefined || words.length < 4) return [words]
  if (last.endSecond - first.startSecond <= LONGEST_SEGMENT_SECOND) return [words]
  const middle = (first.startSecond + last.endSecond) / 2
  const half = (last.endSecond - first.startSecond) / 2
  let best = { at: words.length >> 1, worth: Number.NEGATIVE_INFINITY }
  for (let at = 2; at <= words.length - 2; at += 1) {
    const before = words[at - 1] as SpokenWord
    const after = words[at] as SpokenWord
    const comma = /[,;:،、，]$/u.test(before.text) ? 0.5 : 0
    const offCentre = Math.abs(before.endSecond - middle) / half
    const worth = comma + Math.min(1, after.startSecond - before.endSecond) - 0.6 * offCentre
    if (worth > best.worth) best = { at, worth }
  }
  return [...splitLong(words.slice(0, best.at)), ...splitLong(words.slice(best.at))]
}
