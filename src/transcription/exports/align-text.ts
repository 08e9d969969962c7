/**
 * Gives times to the words of a text that was rewritten from a transcript (cleaned, enhanced, even summarized).
 *
 * Words that both have in the same order are anchors and take the spoken times; words between two anchors are spread
 * evenly between them. Anchors are runs of three equal words that occur once on each side, thinned to the longest
 * increasing row (patience difference), then widened word by word; O(n log n), so hours of text take milliseconds.
 */
import { toBare } from '../cleaning/spoken-token.ts'
import type { ExportWord } from './export-document.ts'

interface Anchor {
  readonly target: number
  readonly source: number
}

const runLength = 3

const uniqueRuns = (words: readonly string[]): Map<string, number> => {
  const positions = new Map<string, number>()
  for (let start = 0; start + runLength <= words.length; start += 1) {
    const key = words.slice(start, start + runLength).join(' ')
    positions.set(key, positions.has(key) ? -1 : start)
  }
  return positions
}

/** Longest row of anchors whose sources increase, by patience sorting. */
const longestIncreasing = (anchors: readonly Anchor[]): Anchor[] => {
  const tails: number[] = []
  const previous = new Array<number>(anchors.length).fill(-1)
  anchors.forEach((anchor, index) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((anchors[tails[middle] ?? 0]?.source ?? 0) < anchor.source) low = middle + 1
      else high = middle
    }
    previous[index] = low > 0 ? (tails[low - 1] ?? -1) : -1
    tails[low] = index
  })
  const chain: Anchor[] = []
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) {
    const anchor = anchors[index]
    if (anchor !== undefined) chain.push(anchor)
  }
  return chain.reverse()
}

/** Equal words next to anchors become anchors too. */
const widen = (chain: readonly Anchor[], target: readonly string[], source: readonly string[]): Map<number, number> => {
  const matched = new Map<number, number>()
  const bounds = [...chain, { target: target.length, source: source.length }]
  let position: Anchor = { target: 0, source: 0 }
  for (const bound of bounds) {
    let { target: t, source: s } = position
    while (t < bound.target && s < bound.source && target[t] === source[s]) matched.set(t++, s++)
    let [backT, backS] = [bound.target - 1, bound.source - 1]
    while (backT >= t && backS >= s && target[backT] === source[backS]) matched.set(backT--, backS--)
    position = bound
  }
  return matched
}

const toMatches = (target: readonly string[], source: readonly string[]): Map<number, number> => {
  const sourceRuns = uniqueRuns(source)
  const anchors = [...uniqueRuns(target)].flatMap(([key, position]) => {
    const found = sourceRuns.get(key) ?? -1
    return position >= 0 && found >= 0 ? [{ target: position, source: found }] : []
  })
  return widen(longestIncreasing(anchors.sort((a, b) => a.target - b.target)), target, source)
}

/** Nobody speaks slower; a text that is much shorter than the speech, such as a summary, would be shown word by word. */
const longestSecondPerCharacter = 0.1

const endsSentence = (text: string): boolean => /[.!?…。！？]["'”’)\]]*$/u.test(text)

/** Words spread evenly over the time between their neighbours; where that is long, sentences, at the pace of speech. */
const spread = (texts: readonly string[], startSecond: number, endSecond: number): ExportWord[] => {
  const total = texts.reduce((sum, text) => sum + text.length + 1, 0)
  const shareSecond = Math.max(0, endSecond - startSecond) / Math.max(1, total)
  const pace = Math.min(shareSecond, longestSecondPerCharacter)
  let [position, sentence] = [0, 0]
  return texts.map((text) => {
    const begin = startSecond + shareSecond * sentence + pace * (position - sentence)
    position += text.length + 1
    const end = startSecond + shareSecond * sentence + pace * (position - sentence)
    if (endsSentence(text)) sentence = position
    return { text, startSecond: begin, endSecond: end }
  })
}

/**
 * @param text words separated by white space
 * @param spoken the transcript's words in order of time
 * @returns one entry per word of `text`, times never running backwards
 */
export const alignText = (text: string, spoken: readonly ExportWord[], durationSecond: number): ExportWord[] => {
  const written = text.split(/\s+/u).filter((word) => word !== '')
  const matches = toMatches(
    written.map((word) => toBare(word, 'en')),
    spoken.map((word) => toBare(word.text, 'en')),
  )
  const aligned: ExportWord[] = []
  let waiting: string[] = []
  const release = (untilSecond: number): void => {
    const fromSecond = aligned.at(-1)?.endSecond ?? spoken[0]?.startSecond ?? 0
    aligned.push(...spread(waiting, fromSecond, Math.max(fromSecond, untilSecond)))
    waiting = []
  }
  written.forEach((word, index) => {
    const source = spoken[matches.get(index) ?? -1]
    if (source === undefined) return void waiting.push(word)
    release(source.startSecond)
    const startSecond = Math.max(source.startSecond, aligned.at(-1)?.endSecond ?? 0)
    aligned.push({ text: word, startSecond, endSecond: Math.max(startSecond, source.endSecond) })
  })
  release(spoken.at(-1)?.endSecond ?? durationSecond)
  return aligned
}
