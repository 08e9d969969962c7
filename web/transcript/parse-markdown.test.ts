import { expect, test } from 'vitest'
import { parseInlines, parseMarkdown, parsePlain } from './parse-markdown.ts'

const outline = (content: string) =>
  parseMarkdown(content).map(({ kind, level, inlines }) => [
    kind,
    level,
    inlines.map((inline) => inline.text).join('|'),
  ])

test('headings, lists, quotes and paragraphs', () => {
  const content = '## Summary\n\nFirst line\nsame paragraph\n\n- one\n  - deeper\n3. three\n> said\n---\nend'
  expect(outline(content)).toEqual([
    ['heading', 2, 'Summary'],
    ['paragraph', 0, 'First line same paragraph'],
    ['bullet', 0, 'one'],
    ['bullet', 1, 'deeper'],
    ['numbered', 0, 'three'],
    ['quote', 0, 'said'],
    ['rule', 0, ''],
    ['paragraph', 0, 'end'],
  ])
})

test('bold, italic and code; signs within words are text', () => {
  const [only] = parseMarkdown('**Karar:** *hemen* `npm start` 2 * 3 snake_case_name')
  expect(only?.inlines).toEqual([
    { text: 'Karar:', bold: true, italic: false, code: false },
    { text: ' ', bold: false, italic: false, code: false },
    { text: 'hemen', bold: false, italic: true, code: false },
    { text: ' ', bold: false, italic: false, code: false },
    { text: 'npm start', bold: false, italic: false, code: true },
    { text: ' 2 * 3 snake_case_name', bold: false, italic: false, code: false },
  ])
})

test('markup of the page is text like any other', () => {
  expect(outline('<script>alert(1)</script>')).toEqual([['paragraph', 0, '<script>alert(1)</script>']])
})

test('an open fence at the end loses nothing', () => {
  expect(outline('```\na\nb')).toEqual([['code', 0, 'a\nb']])
})

test('plain text is cut at empty lines only', () => {
  expect(parsePlain('a\nb\n\n\nc').map((block) => block.inlines[0]?.text)).toEqual(['a\nb', 'c'])
})

test('a moment of the recording is a link, in bold text too; any other link is only text', () => {
  expect(parseInlines('at [12:34](#t=754.5) sharp')).toEqual([
    { text: 'at ', bold: false, italic: false, code: false },
    { text: '12:34', bold: false, italic: false, code: false, second: 754.5 },
    { text: ' sharp', bold: false, italic: false, code: false },
  ])
  expect(parseInlines('**[0:05](#t=5) Greeting**')).toEqual([
    { text: '0:05', bold: true, italic: false, code: false, second: 5 },
    { text: ' Greeting', bold: true, italic: false, code: false },
  ])
  expect(parseInlines('[here](https://example.org)')).toEqual([
    { text: '[here](https://example.org)', bold: false, italic: false, code: false },
  ])
})
