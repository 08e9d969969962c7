import { expect, test } from 'vitest'
import { layOverWindows, toPieceSegments } from './piece-times.ts'

const window = (index: number, startSecond: number, endSecond: number) => ({ index, startSecond, endSecond })
const piece = { index: 1, startSecond: 100, endSecond: 130, windows: [window(4, 100, 110), window(5, 120, 130)] }
const word = (text: string, startSecond: number, endSecond: number) => ({ text, startSecond, endSecond })

test('times are moved to the recording’s clock', () => {
  const { segments, approximate } = toPieceSegments(
    {
      text: 'Hello there.',
      segments: [{ ...word(' Hello there. ', 1, 3), words: [word(' Hello', 1, 2), word('there.', 2, 3)] }],
    },
    piece,
  )
  expect(approximate).toBe(false)
  expect(segments).toEqual([
    {
      text: 'Hello there.',
      startSecond: 101,
      endSecond: 103,
      speaker: null,
      words: [word('Hello', 101, 102), word('there.', 102, 103)],
    },
  ])
})

test('times outside the piece or backwards are put right', () => {
  const { segments } = toPieceSegments(
    {
      text: '',
      segments: [
        { ...word('a', 5, 4), words: [] },
        { ...word('b', 2, 99), words: [] },
      ],
    },
    piece,
  )
  expect(segments.map(({ startSecond, endSecond }) => [startSecond, endSecond])).toEqual([
    [105, 105],
    [105, 130],
  ])
})

test('a text without times is laid over the speech, sentence by sentence, not over the silence', () => {
  const { segments, approximate } = toPieceSegments({ text: 'One two three. Four five six.', segments: [] }, piece)
  expect(approximate).toBe(true)
  expect(segments.map(({ text }) => text)).toEqual(['One two three.', 'Four five six.'])
  expect(segments[0]?.startSecond).toBe(100)
  expect(segments[0]?.endSecond).toBeCloseTo(110, 0)
  expect(segments.at(-1)?.endSecond).toBeCloseTo(130)
})

test('no text, no segments', () => {
  expect(layOverWindows('', piece)).toEqual([])
  expect(toPieceSegments({ text: ' ', segments: [] }, piece)).toEqual({ segments: [], approximate: false })
})
