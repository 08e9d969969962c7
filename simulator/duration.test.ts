import { expect, test } from 'vitest'
import { toGoDuration } from './duration.ts'

test.each([
  [120, '120ms'],
  [3386, '3.386s'],
  [579_000, '9m39s'],
  [2_519_542, '41m59.542s'],
  [5_400_000, '1h30m0s'],
  [-5, '0ms'],
])('%i ms is %s', (milliseconds, text) => expect(toGoDuration(milliseconds)).toBe(text))
