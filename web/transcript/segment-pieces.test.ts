import { expect, test } from 'vitest'
import { layOutWords, markPieces } from './segment-pieces.ts'

const words = (...texts: string[]) => texts.map((text, index) => ({ text, startSecond: index, endSecond: index + 1 }))
const shown = (pieces: { text: string; word: number | null }[]) => pieces.map(({ text, word }) => [text, word])

test('words keep their place, and what stands between them stays', () => {
  const pieces = layOutWords({ text: ' And so, my fellow', words: words(' And', ' so,', ' my', ' fellow') })
  expect(shown(pieces)).toEqual([
    [' ', null],
    ['And', 0],
    [' ', null],
    ['so,', 1],
    [' ', null],
    ['my', 2],
    [' ', null],
    ['fellow', 3],
  ])
  expect(pieces.map((piece) => piece.text).join('')).toBe(' And so, my fellow')
})

test('a word edited away loses its time, the others keep theirs', () => {
  const pieces = layOutWords({ text: 'the brown fox', words: words('the', 'quick', 'fox') })
  expect(shown(pieces)).toEqual([
    ['the', 0],
    [' brown ', null],
    ['fox', 2],
  ])
})

test('a segment without words is one piece', () => {
  expect(shown(layOutWords({ text: 'whole', words: [] }))).toEqual([['whole', null]])
})

test('matches cut pieces, also across words', () => {
  const pieces = layOutWords({ text: 'one two', words: words('one', 'two') })
  expect(markPieces(pieces, [{ start: 2, end: 5 }]).map(({ text, word, match }) => [text, word, match])).toEqual([
    ['on', 0, null],
    ['e', 0, 0],
    [' ', null, 0],
    ['t', 1, 0],
    ['wo', 1, null],
  ])
})

test('two matches in one piece are told apart', () => {
  const pieces = layOutWords({ text: 'aXbX', words: [] })
  const ranges = [
    { start: 1, end: 2 },
    { start: 3, end: 4 },
  ]
  expect(markPieces(pieces, ranges).map(({ text, match }) => [text, match])).toEqual([
    ['a', null],
    ['X', 0],
    ['b', null],
    ['X', 1],
  ])
})
