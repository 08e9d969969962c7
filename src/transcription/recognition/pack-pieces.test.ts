import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AudioWindow, SpeechRegion } from '../../speech/engine.ts'
import { packPieces } from './pack-pieces.ts'

/** Windows given as [start, end]; each is one region of speech, a little shorter. */
const speech = (...ranges: [number, number][]): { windows: AudioWindow[]; regions: SpeechRegion[] } => ({
  windows: ranges.map(([startSecond, endSecond], index) => ({ index, startSecond, endSecond })),
  regions: ranges.map(([startSecond, endSecond]) => ({ startSecond: startSecond + 0.2, endSecond: endSecond - 0.2 })),
})
const rangesOf = (pieces: ReturnType<typeof packPieces>) =>
  pieces.map(({ startSecond, endSecond }) => [startSecond, endSecond])

test('what fits goes in one piece', () => {
  expect(rangesOf(packPieces(speech([0, 28], [28, 56], [60, 80]), { maxSecond: 600 }))).toEqual([[0, 80]])
})

test('a full piece is cut in the longest pause of its last third', () => {
  const { windows } = speech([0, 20], [20, 40], [40, 60], [60, 80])
  const regions = [
    { startSecond: 0, endSecond: 40 },
    { startSecond: 43, endSecond: 59.9 },
    { startSecond: 60.1, endSecond: 80 },
  ]
  expect(rangesOf(packPieces({ windows, regions }, { maxSecond: 60 }))).toEqual([
    [0, 40],
    [40, 80],
  ])
})

test('long silence is not sent: it ends a piece', () => {
  expect(rangesOf(packPieces(speech([0, 10], [100, 110]), { maxSecond: 600 }))).toEqual([
    [0, 10],
    [100, 110],
  ])
})

test('no speech, no pieces; a window longer than the limit stands alone', () => {
  expect(packPieces({ windows: [], regions: [] }, { maxSecond: 60 })).toEqual([])
  expect(rangesOf(packPieces(speech([0, 30], [30, 60]), { maxSecond: 10 }))).toEqual([
    [0, 30],
    [30, 60],
  ])
})

test('every window is in exactly one piece, in order, and pieces keep the limit', () => {
  const lengths = fc.array(
    fc.tuple(fc.double({ min: 0, max: 40, noNaN: true }), fc.double({ min: 1, max: 29, noNaN: true })),
  )
  fc.assert(
    fc.property(lengths, fc.integer({ min: 30, max: 700 }), (steps, maxSecond) => {
      let at = 0
      const ranges = steps.map(([pause, length]): [number, number] => {
        const start = at + pause
        at = start + length
        return [start, at]
      })
      const { windows, regions } = speech(...ranges)
      const pieces = packPieces({ windows, regions }, { maxSecond })
      expect(pieces.flatMap((piece) => piece.windows)).toEqual(windows)
      expect(pieces.map(({ index }) => index)).toEqual(pieces.map((_, index) => index))
      for (const piece of pieces) expect(piece.endSecond - piece.startSecond).toBeLessThanOrEqual(maxSecond)
    }),
  )
})
