import { expect, test } from 'vitest'
import { findMatches } from './find-matches.ts'

const found = (parts: string[], query: string): string[] =>
  findMatches(parts, query).map(({ part, start, end }) => `${part}:${parts[part]?.slice(start, end) ?? ''}`)

test('matches come in order, with the place in the original text', () => {
  expect(findMatches(['one two one', 'none'], 'one')).toEqual([
    { part: 0, start: 0, end: 3 },
    { part: 0, start: 8, end: 11 },
    { part: 1, start: 1, end: 4 },
  ])
})

test.each([
  ['İSTANBUL güzel', 'istanbul', ['0:İSTANBUL']],
  ['Işık söndü', 'ISIK', ['0:Işık']],
  ['ısı ve ISI', 'isi', ['0:ısı', '0:ISI']],
  ['Çağrı café', 'cagri', ['0:Çağrı']],
  ['naïve cafe', 'CAFÉ', ['0:cafe']],
])('case, accents and the dot of i make no difference: %s', (text, query, expected) => {
  expect(found([text], query)).toEqual(expected)
})

test('a letter with combining marks is matched whole', () => {
  expect(found(['cafe\u0301 noir'], 'cafe n')).toEqual(['0:cafe\u0301 n'])
})

test('an empty query finds nothing, and the number of matches is bounded', () => {
  expect(findMatches(['aaa'], '  ')).toEqual([])
  expect(findMatches(['a'.repeat(50)], 'a', 10)).toHaveLength(10)
})
