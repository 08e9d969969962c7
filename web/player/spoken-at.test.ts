import { expect, test } from 'vitest'
import type { Segment } from '../../src/http/contract/transcriptions.ts'
import { spokenAt } from './spoken-at.ts'

const segment = (index: number, startSecond: number, endSecond: number): Segment => ({
  index,
  startSecond,
  endSecond,
  text: 'a b',
  speaker: null,
  words: [
    { text: 'a', startSecond, endSecond: startSecond + 1 },
    { text: 'b', startSecond: startSecond + 2, endSecond },
  ],
})
const segments = [segment(0, 1, 4), segment(1, 10, 14)]

test.each([
  [0.5, { segment: -1, word: -1 }],
  [1, { segment: 0, word: 0 }],
  [2.1, { segment: 0, word: 0 }],
  [2.5, { segment: 0, word: -1 }],
  [3, { segment: 0, word: 1 }],
  [7, { segment: 0, word: -1 }],
  [10.5, { segment: 1, word: 0 }],
  [99, { segment: 1, word: -1 }],
])('at %s s', (second, expected) => {
  expect(spokenAt(segments, second)).toEqual(expected)
})

test('no segments, nothing spoken', () => {
  expect(spokenAt([], 3)).toEqual({ segment: -1, word: -1 })
})
