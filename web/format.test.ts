import { expect, test } from 'vitest'
import { formatTook } from './format.ts'

const plain = (text: string): string => text.replaceAll(/\s/gu, ' ')

test.each([
  [0, '1 ms', '1 msn'],
  [49, '49 ms', '49 msn'],
  [50, '0.1 sec', '0,1 sn.'],
  [300, '0.3 sec', '0,3 sn.'],
  [9_940, '9.9 sec', '9,9 sn.'],
  [14_200, '14 sec', '14 sn.'],
  [59_990, '1 min', '1 dk.'],
  [65_000, '1 min 5 sec', '1 dk. 5 sn.'],
])('%i ms of work are said in one way', (ms, english, turkish) => {
  expect(plain(formatTook(ms, 'en'))).toBe(english)
  expect(plain(formatTook(ms, 'tr'))).toBe(turkish)
})
