import { expect, test } from 'vitest'
import { coverageOf } from './coverage.ts'

const range = (startSecond: number, endSecond: number) => ({ startSecond, endSecond })

test('speech that is in the text is covered', () => {
  expect(coverageOf([range(1, 5), range(6, 10)], [range(1, 10)])).toEqual({
    speechSecond: 8,
    coveredSecond: 8,
    gaps: [],
    noSpeechFound: false,
  })
})

test('speech that is not in the text is a gap', () => {
  const coverage = coverageOf([range(0, 20)], [range(0, 5), range(15, 20)])
  expect(coverage.gaps).toEqual([range(5.5, 14.5)])
  expect(coverage.coveredSecond).toBeCloseTo(11)
})

test('a short gap is no news, overlapping segments are counted once, order does not matter', () => {
  const coverage = coverageOf([range(0, 10)], [range(6, 10), range(0, 4), range(2, 5)])
  expect(coverage.gaps).toEqual([])
  expect(coverage.coveredSecond).toBe(10)
})

test('no text at all is no speech', () => {
  expect(coverageOf([], [])).toMatchObject({ noSpeechFound: true, speechSecond: 0, gaps: [] })
  expect(coverageOf([range(0, 3)], [])).toMatchObject({ noSpeechFound: true, gaps: [range(0, 3)] })
})
