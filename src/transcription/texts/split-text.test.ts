import { expect, test } from 'vitest'
import { halveText, splitText } from './split-text.ts'

const letters = (text: string): number => text.length

test('a text that fits is one chunk, an empty one none', () => {
  expect(splitText(' Short. ', 100, letters)).toEqual(['Short.'])
  expect(splitText(' \n ', 100, letters)).toEqual([])
})

test('halves are about equal, cut between sentences, and together the text', () => {
  const text = 'One two three. Four five six. Seven eight nine. Ten eleven twelve.'
  const halves = halveText(text)
  expect(halves?.join('')).toBe(text)
  expect(halves?.[0].trimEnd()).toMatch(/\.$/)
  expect(halves?.[0].length).toBeLessThanOrEqual(text.length / 2 + 1)
})

test('what is one letter cannot be halved', () => expect(halveText('x')).toBeNull())
