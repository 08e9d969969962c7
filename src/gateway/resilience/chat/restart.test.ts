import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createJoiner } from './joiner.ts'
import { findOverlap, matchPrefix } from './restart.ts'

const pieces = (text: string, size: number): string[] => text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []
const joinAll = (delivered: string, incoming: string, size = 3): string => {
  const joiner = createJoiner(delivered)
  return (
    delivered +
    pieces(incoming, size)
      .map((piece) => joiner.push(piece))
      .join('') +
    joiner.end()
  )
}

test('a restarted text is cut to what is new, whatever the size of the pieces', () => {
  const whole = 'The meeting began at nine. Three points were open, and two were closed by noon.'
  for (const size of [1, 2, 7, 200]) expect(joinAll(whole.slice(0, 31), whole, size)).toBe(whole)
})

test('blanks, letter case and quotes do not hide a restart', () => {
  expect(joinAll('He said:  “Yes”, and\nleft', 'he said: "yes", and left the room.')).toBe(
    'He said:  “Yes”, and\nleft the room.',
  )
})

test('a text that restarts and then says something else is refused before any of it is told', () => {
  const joiner = createJoiner('The meeting began at nine in the morning with all members present.')
  expect(joiner.push('The meeting began at nine in')).toBe('')
  expect(() => joiner.push(' a small room far from the town')).toThrow('does not join')
})

test('a restarted text that ends before the delivered one is refused', () => {
  const joiner = createJoiner('The meeting began at nine in the morning.')
  joiner.push('The meeting began')
  expect(() => joiner.end()).toThrow('does not join')
})

test('the repeated end is left out, and a plain continuation is not touched', () => {
  expect(joinAll('one two three four five six', 'four five six seven')).toBe('one two three four five six seven')
  expect(joinAll('A long text that broke in the mid', 'dle of a word')).toBe(
    'A long text that broke in the middle of a word',
  )
})

test('a continuation that has nothing to add ends the text as it is', () => {
  expect(joinAll('All was said.', '')).toBe('All was said.')
})

test('property: any text cut anywhere and restarted is whole again', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 2, maxLength: 300, unit: 'grapheme' }),
      fc.nat(),
      fc.integer({ min: 1, max: 40 }),
      (text, cut, size) => {
        const at = 1 + (cut % (text.length - 1))
        const delivered = text.slice(0, at)
        fc.pre(delivered.trim() !== '')
        const joined = joinAll(delivered, text, size)
        const rest = text.slice(at)
        // Blanks at the seam belong to either side.
        expect(joined.replace(/\s+/g, '')).toBe((delivered + rest).replace(/\s+/g, ''))
      },
    ),
  )
})

test('property: a prefix match never claims more than is there', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 }), (known, incoming) => {
      const match = matchPrefix(known, incoming)
      if (match.kind === 'covered') expect(match.restAt).toBeLessThanOrEqual(incoming.length)
      if (match.kind === 'parted') expect(match.matched).toBeLessThan(known.length)
      const overlap = findOverlap(known, incoming)
      if (overlap.kind === 'known') expect(overlap.restAt).toBeLessThanOrEqual(incoming.length)
    }),
  )
})

test('talk about the task is no continuation', () => {
  const joiner = createJoiner('The third point was the bud')
  expect(() => [...'Certainly! Other things were said there too.'].forEach((letter) => joiner.push(letter))).toThrow(
    'does not join',
  )
  const glued = createJoiner('The third point was the bud')
  expect(() => glued.push('The weather in the north is fine today')).toThrow('does not join')
})
