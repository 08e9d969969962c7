import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SpeechRegion } from './engine.ts'
import { KEPT_EDGE_SECOND, LONGEST_WINDOW_SECOND, packWindows, SKIPPED_SILENCE_SECOND } from './windows.ts'

const FRAME_SECOND = 0.032
const pack = (
  durationSecond: number,
  speech: SpeechRegion[],
  probabilities = new Float32Array(Math.ceil(durationSecond / FRAME_SECOND)).fill(0.9),
) => packWindows({ durationSecond, possibleSpeech: speech, speech, probabilities, frameSecond: FRAME_SECOND })
const region = (startSecond: number, endSecond: number): SpeechRegion => ({ startSecond, endSecond })

test('no speech, no window', () => {
  expect(pack(60, [])).toEqual([])
})

test('short recordings are one window, with silence up to 4 s kept inside', () => {
  expect(pack(11, [region(0.3, 2), region(5.9, 7), region(9, 10.8)])).toEqual([
    { index: 0, startSecond: 0, endSecond: 11 },
  ])
})

test('long silence is skipped, with an edge kept on both sides', () => {
  expect(pack(60, [region(1, 5), region(20, 25)])).toEqual([
    { index: 0, startSecond: 1 - KEPT_EDGE_SECOND, endSecond: 5 + KEPT_EDGE_SECOND },
    { index: 1, startSecond: 20 - KEPT_EDGE_SECOND, endSecond: 25 + KEPT_EDGE_SECOND },
  ])
})

test('the cut lies in the longest pause of the last third', () => {
  const windows = pack(50, [region(0, 5), region(7, 22), region(22.3, 26), region(26.1, 49.9)])
  expect(windows.map((window) => window.endSecond)).toEqual([22.15, 50])
})

test('of ample pauses the last is taken, so that windows are filled', () => {
  const windows = pack(50, [region(0, 20.5), region(22, 25), region(25.5, 28), region(28.5, 49.9)])
  expect(windows[0]?.endSecond).toBe(28.25)
})

test('speech without a pause is cut where it is least likely', () => {
  const probabilities = new Float32Array(Math.ceil(50 / FRAME_SECOND)).fill(0.9)
  probabilities[Math.round(25 / FRAME_SECOND)] = 0.2
  const windows = pack(50, [region(0, 50)], probabilities)
  expect(windows[0]?.endSecond).toBeCloseTo(25, 1)
})

test('whatever is said, windows are ordered, short enough, without overlap, and hold all speech', () => {
  const speech = fc.array(
    fc.tuple(fc.double({ min: 0.05, max: 40, noNaN: true }), fc.double({ min: 0.1, max: 70, noNaN: true })),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(speech, (lengths) => {
      let second = 0
      const regions = lengths.map(([gap, length]) => {
        const start = second + gap
        second = start + length
        return region(start, second)
      })
      const windows = pack(second + 1, regions)
      windows.forEach((window, index) => {
        expect(window.index).toBe(index)
        expect(window.endSecond - window.startSecond).toBeLessThanOrEqual(LONGEST_WINDOW_SECOND + 1e-6)
        expect(window.endSecond).toBeGreaterThan(window.startSecond)
        const gap = window.startSecond - (windows[index - 1]?.endSecond ?? window.startSecond)
        expect(gap === 0 || gap >= SKIPPED_SILENCE_SECOND - 2 * KEPT_EDGE_SECOND - 1e-6).toBe(true)
      })
      for (const { startSecond, endSecond } of regions) {
        let at = startSecond
        for (const window of windows)
          if (window.startSecond <= at + 1e-6 && window.endSecond > at) at = Math.min(endSecond, window.endSecond)
        expect(at).toBeCloseTo(endSecond, 5)
      }
    }),
    { numRuns: 100 },
  )
})
