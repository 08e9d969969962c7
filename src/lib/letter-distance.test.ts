import { expect, test } from 'vitest'
import { letterDistance } from './letter-distance.ts'

test.each([
  ['', '', 0],
  ['limit', 'limit', 0],
  ['limt', 'limit', 1],
  ['lmiit', 'limit', 1],
  ['limits', 'limit', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
])('from “%s” to “%s” there are %d letters', (left, right, letters) => {
  expect(letterDistance(left, right)).toBe(letters)
  expect(letterDistance(right, left)).toBe(letters)
})
