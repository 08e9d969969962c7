import { expect, test } from 'vitest'
import { parseMarkdown } from './parse-markdown.ts'
import { rankHeadings } from './rank-headings.ts'

const ranks = (content: string) => {
  const rankOf = rankHeadings(parseMarkdown(content))
  return parseMarkdown(content)
    .filter(({ kind }) => kind === 'heading')
    .map(({ level }) => rankOf(level))
}

test('title, sections and entries of lecture notes keep their order under the headings of the page', () => {
  expect(ranks('# Bees\n\n## Outline\n\n### Hives [0:04](#t=4)\n\n## Key terms')).toEqual(['h3', 'h4', 'h5', 'h4'])
})

test('a text that begins lower down, or leaves levels out, begins at the top and leaves none out', () => {
  expect(ranks('## Summary\n\n#### Bees\n\n###### Hives')).toEqual(['h3', 'h4', 'h5'])
})

test('what is deeper than the page can show stands at the lowest', () => {
  expect(ranks('# a\n## b\n### c\n#### d\n##### e')).toEqual(['h3', 'h4', 'h5', 'h6', 'h6'])
})
