/** Differences of two texts, word by word where that is quick enough, otherwise sentence by sentence. */
import { diffSentences, diffWordsWithSpace, type Change } from 'diff'

export interface DifferencePart {
  kind: 'same' | 'added' | 'removed'
  text: string
}

export interface Comparison {
  parts: DifferencePart[]
  /** True when the texts differ too much to be compared by words. */
  coarse: boolean
  /** Share of the longer text that both have, 0 to 1. */
  similarity: number
}

/** Word by word costs time in proportion to the number of differences; beyond this the page would stand still. */
const mostWordEdits = 1500
const mostSentenceEdits = 2000

const toPart = (change: Change): DifferencePart => ({
  kind: change.added ? 'added' : change.removed ? 'removed' : 'same',
  text: change.value,
})

export const compareTexts = (left: string, right: string): Comparison => {
  const byWords = diffWordsWithSpace(left, right, { maxEditLength: mostWordEdits })
  const changes = byWords ?? diffSentences(left, right, { maxEditLength: mostSentenceEdits })
  const parts = changes?.map(toPart) ?? [
    { kind: 'removed' as const, text: left },
    { kind: 'added' as const, text: right },
  ]
  const same = parts.reduce((sum, part) => sum + (part.kind === 'same' ? part.text.length : 0), 0)
  const longest = Math.max(left.length, right.length)
  return { parts, coarse: byWords === undefined, similarity: longest === 0 ? 1 : same / longest }
}
