/** Which heading of the page a heading of a text becomes: the page itself has the first two. */
import type { Block } from './parse-markdown.ts'

const tags = ['h3', 'h4', 'h5', 'h6'] as const
export type HeadingTag = (typeof tags)[number]

/** By the levels that the text uses: the highest is `h3`, and none is left out below it, as screen readers expect. */
export const rankHeadings = (blocks: readonly Block[]): ((level: number) => HeadingTag) => {
  const levels = blocks.filter(({ kind }) => kind === 'heading').map(({ level }) => level)
  const used = [...new Set(levels)].toSorted((one, other) => one - other)
  return (level) => tags[used.indexOf(level)] ?? 'h6'
}
