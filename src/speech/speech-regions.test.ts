import { expect, test } from 'vitest'
import { CONFIDENT_SPEECH, POSSIBLE_SPEECH, toRegions, totalSecond } from './speech-regions.ts'

const FRAME_SECOND = 0.032
const frames = (...parts: [number, number][]): Float32Array =>
  Float32Array.from(parts.flatMap(([count, value]) => Array<number>(count).fill(value)))

test('a region begins at the onset and outlasts short dips', () => {
  const regions = toRegions(frames([10, 0.1], [20, 0.9], [2, 0.1], [20, 0.4], [30, 0]), FRAME_SECOND, CONFIDENT_SPEECH)
  expect(regions).toHaveLength(1)
  expect(regions[0]?.startSecond).toBeCloseTo(10 * FRAME_SECOND)
  expect(regions[0]?.endSecond).toBeCloseTo(52 * FRAME_SECOND)
})

test('a click is no speech, and faint speech is possible speech', () => {
  const faint = frames([50, 0], [2, 0.9], [50, 0], [40, 0.25], [50, 0])
  expect(toRegions(faint, FRAME_SECOND, CONFIDENT_SPEECH)).toEqual([])
  expect(totalSecond(toRegions(faint, FRAME_SECOND, POSSIBLE_SPEECH))).toBeCloseTo(40 * FRAME_SECOND)
})

test('speech to the last frame is kept', () => {
  expect(toRegions(frames([5, 0], [30, 1]), FRAME_SECOND, CONFIDENT_SPEECH)[0]?.endSecond).toBeCloseTo(
    35 * FRAME_SECOND,
  )
})
