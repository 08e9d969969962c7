/** A text in chunks that each fit, and in halves when a model says that it doesn't fit after all. Pure. */
import { estimateText } from '../../gateway/tokens/estimate.ts'
import { splitText as splitTokens } from '../../gateway/tokens/split.ts'

type Count = (text: string) => number

/** Chunks keep their ends, so that they can be joined as they were cut. @param count size of a text, about additive. */
export const splitText = (text: string, limit: number, count: Count): string[] =>
  splitTokens(text.trim(), { maxTokens: limit, count }).filter((chunk) => chunk.trim() !== '')

/** Two parts of about the same size; null when it can't be divided. */
export const halveText = (text: string): [string, string] | null => {
  const [first, ...rest] = splitText(text, Math.ceil(text.length / 2), (part) => part.length)
  return first === undefined || rest.length === 0 ? null : [first, rest.join('')]
}

/** What a part carries over of the one before: enough for a sentence that goes on, little enough for the smallest model. */
export const TAIL_TOKENS = 80
/** Looked at for the tail: longer than any tail is. */
const TAIL_LETTERS = 600

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' })

/**
 * The last whole sentences of a text that fit; nothing when even the last one is too long. By the plain estimate, which
 * never changes: a question with another tail would be another question.
 */
export const tailOf = (text: string): string => {
  const end = text.trimEnd().slice(-TAIL_LETTERS)
  const parts = Array.from(sentences.segment(end), ({ segment }) => segment)
  // The first one may have lost its beginning.
  const whole = text.trimEnd().length > TAIL_LETTERS ? parts.slice(1) : parts
  let tail = ''
  for (const sentence of whole.reverse()) {
    if (estimateText(sentence + tail) > TAIL_TOKENS) break
    tail = sentence + tail
  }
  return tail.trim()
}
