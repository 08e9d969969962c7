import fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimateText } from './estimate.ts'
import { groupItems, joinTexts, splitText } from './split.ts'

const split = (text: string, maxTokens: number): string[] => splitText(text, { maxTokens, count: estimateText })

test('property: nothing is lost, nothing is doubled, and every piece fits', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 2_000, unit: 'grapheme' }),
      fc.integer({ min: 4, max: 200 }),
      (text, maxTokens) => {
        const pieces = split(text, maxTokens)
        expect(pieces.join('')).toBe(text)
        for (const piece of pieces)
          expect(estimateText(piece)).toBeLessThanOrEqual(
            Math.max(maxTokens, estimateText([...new Intl.Segmenter().segment(piece)][0]?.segment ?? '')),
          )
      },
    ),
  )
})

test('a text is cut between sentences where it can be', () => {
  const sentence = 'This is a sentence of some ten words or more, said once. '
  const pieces = split(sentence.repeat(20), 60)
  expect(pieces.length).toBeGreaterThan(3)
  for (const piece of pieces) expect(piece.endsWith('said once. ')).toBe(true)
})

test('languages without blanks are cut between sentences and words too', () => {
  const pieces = split('会议在上午十点开始。所有人都到了。'.repeat(30), 40)
  expect(pieces.join('')).toBe('会议在上午十点开始。所有人都到了。'.repeat(30))
  for (const piece of pieces.slice(0, -1)) expect(piece.endsWith('。')).toBe(true)
})

test('one endless word is cut between characters, never inside one', () => {
  const family = '👨‍👩‍👧‍👦'
  for (const piece of split(family.repeat(50), 30)) expect(piece.length % family.length).toBe(0)
})

test('200,000 words are cut without stopping the process for long texts', () => {
  const text = 'word and another word, said slowly. '.repeat(33_000)
  const pieces = split(text, 1_200)
  expect(pieces.join('')).toBe(text)
})

test('segments stay whole', () => {
  const groups = groupItems(['a'.repeat(36), 'b'.repeat(36), 'c'.repeat(36)], (text) => text, {
    maxTokens: 20,
    count: estimateText,
  })
  expect(groups.map((group) => group.length)).toEqual([2, 1])
})

test('results are joined as their pieces were cut', () => {
  expect(joinTexts([' One. ', 'Two.', '', 'Three.'], ['1. ', '2.\n\n', '', '3'])).toBe('One. Two. Three.')
  expect(joinTexts(['One.', 'Two.'], ['1.\n\n', '2'])).toBe('One.\n\nTwo.')
  expect(joinTexts(['开始。', '结束。'], ['a', 'b'])).toBe('开始。结束。')
})
