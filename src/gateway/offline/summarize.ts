/**
 * A summary out of the text's own sentences: LexRank (Erkan and Radev 2004, sentences ranked by likeness to all others)
 * with maximal marginal relevance against repetition. Deterministic; says nothing that the text does not say.
 */
import { detectLanguage, isStopWord } from './language.ts'
import type { OfflineLanguage } from './language.ts'
import { splitSentences } from './sentences.ts'
import type { SummaryForm } from './task.ts'

export interface SummaryOptions {
  readonly language?: string
  readonly maxSentences?: number
  readonly form?: SummaryForm
}

/** Share of the sentences, with the fewest and the most. */
const SIZES: Readonly<Record<SummaryForm | 'medium', readonly [share: number, fewest: number, most: number]>> = {
  short: [0.05, 2, 3],
  medium: [0.15, 3, 15],
  'bullet-points': [0.15, 3, 15],
  long: [0.3, 5, 40],
}

type Vector = ReadonlyMap<string, number>

/** Above this many sentences the ranking, which is quadratic, is done by sections first. */
const SECTION_SENTENCES = 300
const DAMPING = 0.85
const ROUNDS = 40
/** How much likeness to what is chosen already counts against a sentence. */
const REPETITION = 0.5

export const summarizeText = (text: string, options: SummaryOptions = {}): string => {
  const language = options.language === 'tr' || options.language === 'en' ? options.language : detectLanguage(text)
  const all = splitSentences(text, language)
  const [share, fewest, most] = SIZES[options.form ?? 'medium']
  const count = options.maxSentences ?? Math.min(most, Math.max(fewest, Math.ceil(all.length * share)))
  const join = (sentences: readonly string[]): string =>
    options.form === 'bullet-points' ? sentences.map((sentence) => `- ${sentence}`).join('\n') : sentences.join(' ')
  if (all.length <= count) return join(all)
  const candidates = inSections(all, count, language)
  const chosen = choose(
    candidates.map((index) => all[index] ?? ''),
    count,
    language,
  ).map((at) => candidates[at] ?? 0)
  return join(chosen.toSorted((first, second) => first - second).map((index) => all[index] ?? ''))
}

/** Indexes worth ranking together: all of them, or the best of each section of a long text. */
const inSections = (sentences: readonly string[], count: number, language: OfflineLanguage): number[] => {
  if (sentences.length <= SECTION_SENTENCES) return sentences.map((_, index) => index)
  const sections = Math.ceil(sentences.length / SECTION_SENTENCES)
  const each = Math.max(3, Math.ceil((count * 4) / sections))
  return Array.from({ length: sections }, (_, section) => section * SECTION_SENTENCES).flatMap((start) =>
    choose(sentences.slice(start, start + SECTION_SENTENCES), each, language).map((index) => start + index),
  )
}

/** Six letters of a word stand for its stem; good enough for Turkish, where endings pile up, and for English. */
const toTerms = (sentence: string, language: OfflineLanguage): string[] =>
  (sentence.toLocaleLowerCase(language).match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => word.length > 2 && !isStopWord(word, language))
    .map((word) => word.slice(0, 6))

const toVectors = (sentences: readonly string[], language: OfflineLanguage): Vector[] => {
  const terms = sentences.map((sentence) => toTerms(sentence, language))
  const inSentences = new Map<string, number>()
  for (const list of terms) for (const term of new Set(list)) inSentences.set(term, (inSentences.get(term) ?? 0) + 1)
  return terms.map((list) => {
    const counts = new Map<string, number>()
    for (const term of list) counts.set(term, (counts.get(term) ?? 0) + 1)
    const weights = [...counts].map(
      ([term, times]) => [term, times * Math.log(1 + sentences.length / (inSentences.get(term) ?? 1))] as const,
    )
    const length = Math.hypot(...weights.map(([, weight]) => weight)) || 1
    return new Map(weights.map(([term, weight]) => [term, weight / length]))
  })
}

const likeness = (first: Vector, second: Vector): number => {
  const [small, large] = first.size < second.size ? [first, second] : [second, first]
  let sum = 0
  for (const [term, weight] of small) sum += weight * (large.get(term) ?? 0)
  return sum
}

const rank = (similar: readonly (readonly number[])[]): number[] => {
  const size = similar.length
  const totals = similar.map((row) => row.reduce((sum, value) => sum + value, 0) || 1)
  let scores = Array.from({ length: size }, () => 1 / size)
  for (let round = 0; round < ROUNDS; round += 1)
    scores = scores.map((_, to) => {
      const inflow = similar.reduce(
        (sum, row, from) => sum + ((row[to] ?? 0) / (totals[from] ?? 1)) * (scores[from] ?? 0),
        0,
      )
      return (1 - DAMPING) / size + DAMPING * inflow
    })
  return scores
}

const choose = (sentences: readonly string[], count: number, language: OfflineLanguage): number[] => {
  const vectors = toVectors(sentences, language)
  const similar = vectors.map((first, row) =>
    vectors.map((second, column) => (row === column ? 0 : likeness(first, second))),
  )
  const scores = rank(similar)
  const top = Math.max(...scores)
  const chosen: number[] = []
  while (chosen.length < Math.min(count, sentences.length)) {
    let best = -1
    let bestValue = -Infinity
    for (const [index, score] of scores.entries()) {
      if (chosen.includes(index)) continue
      const repeated = Math.max(0, ...chosen.map((other) => similar[index]?.[other] ?? 0))
      // Very short sentences rank by chance; they carry little that a summary could use.
      const weight = (vectors[index]?.size ?? 0) < 3 ? 0.3 : 1
      const value = (score / top) * weight - REPETITION * repeated
      if (value > bestValue) [best, bestValue] = [index, value]
    }
    chosen.push(best)
  }
  return chosen
}
