/**
 * What went wrong with lines of a translation although each has its number: one stands as it was said, one holds the words
 * of its neighbour, and at the ends of a part, where others join on, sentences are gone. Pure.
 */
import { sayReason } from '../../reasons.ts'
import type { Sign } from './asking.ts'
import { bare, countSentences } from './seams.ts'
import { sizeOf, wordsIn } from './text-signs.ts'

type Lines = ReadonlyMap<number, string>

interface Pair {
  readonly said: string
  readonly made: string
}

/** Lines that are there on both sides; those that are missing have a sign of their own. */
const pairsOf = (said: Lines, made: Lines): Pair[] =>
  [...said].flatMap(([number, text]) => {
    const answer = made.get(number) ?? ''
    return answer === '' ? [] : [{ said: text, made: answer }]
  })

/** Fewer words are a name or an exclamation, which is the same in both languages. */
const FEWEST_WORDS = 4
/** One line within a part may have been said in the other language. */
const MOST_ECHOES = 1

const isEcho = ({ said, made }: Pair): boolean => wordsIn(said).length >= FEWEST_WORDS && bare(said) === bare(made)

const echoSign = (pairs: readonly Pair[]): Sign[] => {
  const echoes = pairs.filter(isEcho).length
  const isAtEdge = [pairs[0], pairs.at(-1)].some((pair) => pair !== undefined && isEcho(pair))
  return echoes > MOST_ECHOES || (isAtEdge && pairs.length > 1)
    ? [{ code: 'untranslated', message: sayReason('sign-echo', { lines: echoes }) }]
    : []
}

/** Fewer letters are a “yes” that may stand twice. */
const SHORTEST_REPEAT = 15

/** Whether a line says again what the one before it says. */
export const repeats = (before: string, line: string): boolean => {
  const [first, second] = [bare(before), bare(line)]
  return first.length >= SHORTEST_REPEAT && second.startsWith(first)
}

/** A line without the words of the one before that it begins with; empty when it has no others. */
export const withoutRepeat = (before: string, line: string): string => {
  const repeated = bare(before)
  let end = 0
  while (end < line.length && bare(line.slice(0, end)) !== repeated) end += 1
  return line.slice(end).replace(/^[\s\p{P}]+/u, '')
}

const repeatSign = (pairs: readonly Pair[]): Sign[] => {
  const repeated = pairs.filter((pair, at) => {
    const before = pairs[at - 1]
    return before !== undefined && repeats(before.made, pair.made) && !repeats(before.said, pair.said)
  }).length
  return repeated === 0 ? [] : [{ code: 'seam', message: sayReason('sign-repeated', { lines: repeated }) }]
}

/** Lines at each end that are looked at together: a translation divides its sentences over lines as it likes. */
const EDGE_LINES = 3
/** Less is too short to say how long its translation should be. */
const SHORTEST_EDGE = 60
const LEAST_SIZE = 0.3
/** Sentences may be joined, but not so many into one. */
const MOST_JOINED = 3

const isLost = (pairs: readonly Pair[]): boolean => {
  const [said, made] = [pairs.map((pair) => pair.said).join(' '), pairs.map((pair) => pair.made).join(' ')]
  if (sizeOf(said) < SHORTEST_EDGE) return false
  return sizeOf(made) < sizeOf(said) * LEAST_SIZE || countAll(pairs, 'made') * MOST_JOINED < countAll(pairs, 'said')
}

/** Line by line: a sentence that begins with a number is not told from the end of the one before. */
const countAll = (pairs: readonly Pair[], side: keyof Pair): number =>
  pairs.reduce((sum, pair) => sum + Math.max(1, countSentences(pair[side])), 0)

const edgeSign = (pairs: readonly Pair[]): Sign[] => {
  const first = isLost(pairs.slice(0, EDGE_LINES))
  const last = pairs.length > EDGE_LINES && isLost(pairs.slice(-EDGE_LINES))
  if (!first && !last) return []
  return [{ code: 'seam', message: sayReason(first && last ? 'sign-both' : first ? 'sign-first' : 'sign-last') }]
}

export const lineSigns = (said: Lines, made: Lines): Sign[] => {
  const pairs = pairsOf(said, made)
  return [...echoSign(pairs), ...repeatSign(pairs), ...edgeSign(pairs)]
}
