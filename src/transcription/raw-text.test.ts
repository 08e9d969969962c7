import { expect, test } from 'vitest'
import { toExcerpt, toRawText } from './raw-text.ts'

const said = (text: string, startSecond: number, endSecond: number, speaker: string | null = null) => ({
  text,
  startSecond,
  endSecond,
  speaker,
})

test('segments are joined by a space, a pause or another speaker makes a paragraph', () => {
  const segments = [said('One.', 0, 1), said('Two.', 1.5, 2), said('Three.', 5, 6), said('Four.', 6, 7, 'B')]
  expect(toRawText(segments, 'en')).toBe('One. Two.\n\nThree.\n\nFour.')
})

test('scripts without spaces get none', () => {
  expect(toRawText([said('今日は。', 0, 1), said('会議です。', 1, 2)], 'ja')).toBe('今日は。会議です。')
})

test('an excerpt is a line, cut at a word', () => {
  expect(toExcerpt('One.\n\nTwo.')).toBe('One. Two.')
  const long = toExcerpt('wordly '.repeat(100))
  expect(long).toMatch(/wordly…$/)
  expect(long.length).toBeLessThanOrEqual(201)
})
