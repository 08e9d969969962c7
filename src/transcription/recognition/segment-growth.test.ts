import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PieceResult } from '../store/pieces.store.ts'
import { createSegmentGrowth } from './segment-growth.ts'

const result = (...texts: string[]): PieceResult => ({
  language: 'en',
  languageProbability: 1,
  notes: [],
  segments: texts.map((text) => ({ text, startSecond: 0, endSecond: 1, speaker: null, words: [] })),
})
const start = { nextIndex: 0, nextPiece: 0 }

test('a piece that comes early waits for those before it', () => {
  const growth = createSegmentGrowth(start)
  expect(growth.add(1, result('b', 'c'))).toEqual([])
  expect(growth.add(0, result('a')).map(({ text, index, pieceIndex }) => [text, index, pieceIndex])).toEqual([
    ['a', 0, 0],
    ['b', 1, 1],
    ['c', 2, 1],
  ])
})

test('an interrupted text goes on behind its frontier', () => {
  const growth = createSegmentGrowth({ nextIndex: 7, nextPiece: 3 })
  expect(growth.add(1, result('old'))).toEqual([])
  expect(growth.add(3, result('new')).map(({ index }) => index)).toEqual([7])
})

test('in whatever order pieces come, the text is the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 12 }).chain((sizes) =>
        fc.tuple(
          fc.constant(sizes),
          fc.shuffledSubarray(
            sizes.map((_, index) => index),
            { minLength: sizes.length },
          ),
        ),
      ),
      ([sizes, order]) => {
        const growth = createSegmentGrowth(start)
        const pieces = sizes.map((size, piece) => result(...Array.from({ length: size }, (_, at) => `${piece}.${at}`)))
        const grown = order.flatMap((piece) => growth.add(piece, pieces[piece] ?? result()))
        expect(grown.map(({ index }) => index)).toEqual(grown.map((_, index) => index))
        expect(grown.map(({ text }) => text)).toEqual(
          pieces.flatMap(({ segments }) => segments.map(({ text }) => text)),
        )
      },
    ),
  )
})
