/** Where parts meet: sentences that got lost there, and those that stand there twice. Pure. */
import { sayReason } from '../../reasons.ts'
import type { Sign } from './asking.ts'
import { prefixesOf, wordsIn } from './text-signs.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' })

const sentencesOf = (text: string): string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment).filter((sentence) => sentence.trim() !== '')

export const countSentences = (text: string): number => sentencesOf(text).length

/** Looked at on each side of a seam. */
const EDGE_LETTERS = 1_500

const lastOf = (text: string): string[] => sentencesOf(text.trimEnd().slice(-EDGE_LETTERS))
const firstOf = (text: string): string[] => sentencesOf(text.trimStart().slice(0, EDGE_LETTERS))

/** Share of a sentence's words that are in a text. */
const coverage = (sentence: string, text: string): number => {
  const words = wordsIn(sentence)
  const there = prefixesOf(wordsIn(text))
  return words.filter((word) => there.has(word.slice(0, 5))).length / Math.max(1, words.length)
}

/** Shorter sentences are made of words that may well be left out or be anywhere. */
const FEWEST_WORDS = 5
const LEAST_COVERAGE = 0.34

const isLost = (sentence: string | undefined, edge: string): boolean =>
  sentence !== undefined && wordsIn(sentence).length >= FEWEST_WORDS && coverage(sentence, edge) < LEAST_COVERAGE

/** The first and last sentence of a part must be found at the same end of what was made of it. */
export const lostEdges = (source: string, made: string): Sign[] => {
  const first = firstOf(source)[0]
  const last = lastOf(source).at(-1)
  const lostFirst = isLost(first, made.slice(0, 2 * EDGE_LETTERS))
  const lostLast = isLost(last, made.slice(-2 * EDGE_LETTERS))
  if (!lostFirst && !lostLast) return []
  const reason = lostFirst && lostLast ? 'sign-both' : lostFirst ? 'sign-first' : 'sign-last'
  return [{ code: 'seam', message: sayReason(reason) }]
}

/** Letters and digits alone, for comparing. */
export const bare = (text: string): string =>
  text
    .toLocaleLowerCase('en')
    .replace(/[^\p{L}\p{M}\p{Nd}]+/gu, ' ')
    .trim()

/** Fewer letters are a “yes” that may be said twice. */
const SHORTEST_DOUBLE = 15
/** A model repeats one or two sentences of what it was shown for the sense. */
const MOST_DOUBLED = 4

const isSame = (ending: readonly string[], beginning: readonly string[]): boolean => {
  const [left, right] = [bare(ending.join(' ')), bare(beginning.join(' '))]
  return left.length >= SHORTEST_DOUBLE && left === right
}

/** How many sentences at the start of `next` stand at the end of `text` already. */
const doubledCount = (text: string, next: string): number => {
  const ending = lastOf(text)
  const beginning = firstOf(next)
  for (let count = Math.min(MOST_DOUBLED, ending.length, beginning.length); count > 0; count -= 1) {
    if (isSame(ending.slice(-count), beginning.slice(0, count))) return count
  }
  return 0
}

const withoutFirst = (text: string, count: number): string =>
  text.trimStart().slice(firstOf(text).slice(0, count).join('').length)

export interface Mended {
  readonly texts: readonly string[]
  /** How many sentences were taken out. */
  readonly doubled: number
}

/** What stands twice at a seam, and was not said twice there, is taken out once. */
export const mendSeams = (parts: readonly { readonly source: string; readonly made: string }[]): Mended => {
  let doubled = 0
  const texts: string[] = []
  for (const [index, { source, made }] of parts.entries()) {
    const before = parts[index - 1]
    const count = before === undefined ? 0 : doubledCount(texts.at(-1) ?? '', made)
    const said = before === undefined ? 0 : doubledCount(before.source, source)
    const extra = Math.max(0, count - said)
    doubled += extra
    texts.push(extra > 0 ? withoutFirst(made, extra) : made)
  }
  return { texts, doubled }
}

/** What stands twice and was taken out is told. */
export const seamNotes = (doubled: number): { readonly kind: string; readonly message: string }[] =>
  doubled === 0 ? [] : [{ kind: 'seam-mended', message: sayReason('seams-mended', { count: doubled }) }]
