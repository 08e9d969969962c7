/**
 * A text in chunks that each fit: cut between paragraphs, else between sentences, else between words, else between
 * letters. Joined again with `joinChunks` the chunks say what the text said, nothing lost and nothing twice. Pure.
 */

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' })
const words = new Intl.Segmenter(undefined, { granularity: 'word' })
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

const bySegmenter =
  (segmenter: Intl.Segmenter) =>
  (text: string): string[] =>
    [...segmenter.segment(text)].map(({ segment }) => segment)

/** The empty line stays with the paragraph before it. */
const byParagraph = (text: string): string[] => text.match(/[\s\S]+?(?:\n\s*\n|$)/gu) ?? []

const cuts: readonly ((text: string) => string[])[] = [
  byParagraph,
  bySegmenter(sentences),
  bySegmenter(words),
  bySegmenter(letters),
]

/** Units that each fit, as large as can be; together they are the text. */
const toUnits = (text: string, fits: (text: string) => boolean, level = 0): string[] => {
  const cut = cuts[level]
  if (fits(text) || cut === undefined) return [text]
  return cut(text).flatMap((part) => toUnits(part, fits, level + 1))
}

/** Units joined to chunks as long as fit. Sizes are summed, not counted again: counting a growing text would be slow. */
const pack = (units: readonly string[], sizeOf: (text: string) => number, limit: number): string[] => {
  const chunks: string[] = []
  let chunk = ''
  let size = 0
  for (const unit of units) {
    const unitSize = sizeOf(unit)
    if (chunk !== '' && size + unitSize > limit) {
      chunks.push(chunk)
      chunk = ''
      size = 0
    }
    chunk += unit
    size += unitSize
  }
  return chunk === '' ? chunks : [...chunks, chunk]
}

/** @param count size of a text, e.g. in tokens; about additive. */
export const splitText = (text: string, limit: number, count: (text: string) => number): string[] => {
  const trimmed = text.trim()
  if (trimmed === '') return []
  const fits = (part: string): boolean => count(part) <= limit
  if (fits(trimmed)) return [trimmed]
  return pack(toUnits(trimmed, fits), count, limit)
    .map((chunk) => chunk.trim())
    .filter((chunk) => chunk !== '')
}

/** Two halves of about the same size, for a text that turned out to be too long; null when it can't be divided. */
export const halveText = (text: string): [string, string] | null => {
  const [first, ...rest] = splitText(text, Math.ceil(text.length / 2), (part) => part.length)
  return first === undefined || rest.length === 0 ? null : [first, rest.join('\n\n')]
}
