import { expect, test } from 'vitest'
import { safeReturnPath } from './safe-return-path.ts'

test.each([
  [null, '/'],
  ['/recordings/1?tab=raw#t=3', '/recordings/1?tab=raw#t=3'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/\t/evil.example', '/'],
])('%s', (wish, expected) => {
  expect(safeReturnPath(wish)).toBe(expected)
})
