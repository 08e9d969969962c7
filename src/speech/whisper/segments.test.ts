import { expect, test } from 'vitest'
import { groupSegments } from './segments.ts'
import type { SpokenWord } from './word-times.ts'

/** `|` stands for a pause of two seconds. */
const speak = (text: string, wordSecond = 0.4): SpokenWord[] => {
  let second = 0
  return text.split(' ').flatMap((word) => {
    if (word === '|') {
      second += 2
      return []
    }
    const startSecond = second
    second += wordSecond
    return [{ text: word, written: ` ${word}`, startSecond, endSecond: second, probability: 1, logProbability: 0 }]
  })
}
const split = (text: string, wordSecond?: number): string[] =>
  groupSegments(speak(text, wordSecond)).map((words) => words.map((word) => word.text).join(' '))

test.each([
  ['It works. Does it? Yes!', ['It works.', 'Does it?', 'Yes!']],
  ['Mr. Dashwood saw J. Smith at 3.5 percent.', ['Mr. Dashwood saw J. Smith at 3.5 percent.']],
  ['one two | three four', ['one two', 'three four']],
  ['He said "go." Then left.', ['He said "go."', 'Then left.']],
  ['今天很好。 明天呢？', ['今天很好。', '明天呢？']],
])('%s', (text, wanted) => {
  expect(split(text)).toEqual(wanted)
})

test('a long sentence is split at a comma near its middle', () => {
  const parts = split(`${'word '.repeat(20).trim()}, ${'more '.repeat(20).trim()}`, 0.5)
  expect(parts).toHaveLength(2)
  expect(parts[0]?.endsWith('word,')).toBe(true)
})

test('no words, no segments', () => {
  expect(groupSegments([])).toEqual([])
})
