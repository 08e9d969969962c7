/**
 * Cuts a long text into pieces that each fit a number of tokens, and joins what was made of them.
 *
 * Borders are sought where a reader would pause: between paragraphs, then sentences, then words, in any language
 * (`Intl.Segmenter` knows those that write without blanks); a word longer than a piece is cut between characters. The
 * pieces together are the text again, to the last character.
 */
import type { CountText } from './estimate.ts'

export interface SplitOptions {
  readonly maxTokens: number
  readonly count: CountText
  /** BCP 47, for the borders of sentences and words; left out means undetermined. */
  readonly language?: string
}

type Cut = (text: string) => readonly string[]

const PARAGRAPHS: Cut = (text) => text.match(/[\s\S]*?\n\s*\n|[\s\S]+$/g) ?? []
const LINES: Cut = (text) => text.match(/[^\n]*\n|[^\n]+$/g) ?? []
const byUnit = (granularity: 'sentence' | 'word' | 'grapheme', language: string | undefined): Cut => {
  const segmenter = new Intl.Segmenter(language, { granularity })
  return (text) => Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Fills pieces up to the limit, in order. Counts grow by addition: the sum of parts is never below the whole by much. */
const fill = (parts: readonly { readonly text: string; readonly tokens: number }[], maxTokens: number): string[] => {
  const pieces: string[] = []
  let piece = ''
  let tokens = 0
  for (const part of parts) {
    if (piece !== '' && tokens + part.tokens > maxTokens) {
      pieces.push(piece)
      piece = ''
      tokens = 0
    }
    piece += part.text
    tokens += part.tokens
  }
  return piece === '' ? pieces : [...pieces, piece]
}

const cutsFor = (language: string | undefined): readonly Cut[] => [
  PARAGRAPHS,
  LINES,
  byUnit('sentence', language),
  byUnit('word', language),
  byUnit('grapheme', language),
]

/** Parts that fit, as coarse as possible: only what is too large is cut finer. */
const refine = (
  text: string,
  cuts: readonly Cut[],
  { maxTokens, count }: SplitOptions,
): { text: string; tokens: number }[] => {
  const tokens = count(text)
  const [cut, ...finer] = cuts
  if (tokens <= maxTokens || cut === undefined) return [{ text, tokens }]
  return cut(text).flatMap((part) => refine(part, finer, { maxTokens, count }))
}

/** Pieces of at most `maxTokens` each (a single character may be more); an empty text has none. */
export const splitText = (text: string, options: SplitOptions): string[] => {
  if (options.maxTokens < 1) throw new RangeError('a piece must have room for a token')
  if (text === '') return []
  return fill(refine(text, cutsFor(options.language), options), options.maxTokens)
}

/** Runs of whole items (segments of a transcript) that fit together. One that is too large alone stands alone. */
export const groupItems = <Item>(
  items: readonly Item[],
  textOf: (item: Item) => string,
  options: SplitOptions,
): Item[][] => {
  const groups: Item[][] = []
  let group: Item[] = []
  let tokens = 0
  for (const item of items) {
    const size = options.count(textOf(item))
    if (group.length > 0 && tokens + size > options.maxTokens) {
      groups.push(group)
      group = []
      tokens = 0
    }
    group.push(item)
    tokens += size
  }
  return group.length === 0 ? groups : [...groups, group]
}

const WITHOUT_BLANKS = /[\u3000-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1780-\u17ff]$/

/** Results of the pieces, in order, as one text: a blank line where the piece ended a paragraph, else a blank. */
export const joinTexts = (results: readonly string[], pieces: readonly string[]): string =>
  results.reduce((joined, result, at) => {
    const text = result.trim()
    if (text === '') return joined
    if (joined === '') return text
    const before = pieces[at - 1] ?? ''
    const seam = /\n\s*\n\s*$/.test(before) ? '\n\n' : WITHOUT_BLANKS.test(joined) ? '' : ' '
    return joined + seam + text
  }, '')
