import { expect, test } from 'vitest'
import { compareTexts, type DifferencePart } from './compare-texts.ts'

const side = (parts: DifferencePart[], without: DifferencePart['kind']): string =>
  parts
    .filter((part) => part.kind !== without)
    .map((part) => part.text)
    .join('')

test('each side can be put together again from the parts', () => {
  const [left, right] = ['Um, so we we meet at ten.', 'So we meet at ten, in Ankara.']
  const { parts, coarse } = compareTexts(left, right)
  expect(side(parts, 'added')).toBe(left)
  expect(side(parts, 'removed')).toBe(right)
  expect(coarse).toBe(false)
})

test('equal texts have no differences', () => {
  expect(compareTexts('aynı metin', 'aynı metin')).toEqual({
    parts: [{ kind: 'same', text: 'aynı metin' }],
    coarse: false,
    similarity: 1,
  })
})

test('texts with nothing in common are still compared in bounded work', () => {
  const left = Array.from({ length: 9000 }, (_, index) => `left${index}`).join(' ')
  const right = Array.from({ length: 9000 }, (_, index) => `right${index}.`).join(' ')
  const { parts, coarse } = compareTexts(left, right)
  expect(coarse).toBe(true)
  expect(side(parts, 'added')).toBe(left)
  expect(side(parts, 'removed')).toBe(right)
})
