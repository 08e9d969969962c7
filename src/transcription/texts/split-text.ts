/** A text in chunks that each fit, and in halves when a model says that it doesn't fit after all. Pure. */
import { splitText as splitTokens } from '../../gateway/tokens/split.ts'

/** Chunks keep their ends, so that they can be joined as they were cut. @param count size of a text, about additive. */
export const splitText = (text: string, limit: number, count: (text: string) => number): string[] =>
  splitTokens(text.trim(), { maxTokens: limit, count }).filter((chunk) => chunk.trim() !== '')

/** Two parts of about the same size; null when it can't be divided. */
export const halveText = (text: string): [string, string] | null => {
  const [first, ...rest] = splitText(text, Math.ceil(text.length / 2), (part) => part.length)
  return first === undefined || rest.length === 0 ? null : [first, rest.join('')]
}
