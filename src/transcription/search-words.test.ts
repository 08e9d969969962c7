import { expect, test } from 'vitest'
import { toIndexWords, toSearchable, toSearchQuery, toSearchWords } from './search-words.ts'

test.each([
  ['İSTANBUL', 'istanbul'],
  ['Iğdır', 'igdir'],
  ['ığdır', 'igdir'],
  ['çok güzel şöför', 'cok guzel sofor'],
  ['Straße', 'strasse'],
  ['Ångström', 'angstrom'],
  ['ﬁne', 'fine'],
])('%s is searched as %s', (text, searchable) => {
  expect(toSearchable(text)).toBe(searchable)
})

test('words are split at everything that is no letter or digit', () => {
  expect(toSearchWords("Ali'nin 3 raporu, (ek-2)")).toEqual(['ali', 'nin', '3', 'raporu', 'ek', '2'])
})

test('scripts without spaces are split into words', () => {
  expect(toSearchWords('今日は会議です').length).toBeGreaterThan(2)
  expect(toSearchWords('สวัสดีชาวโลก').length).toBeGreaterThan(1)
})

test('the index holds each word once and stays within what the database takes', () => {
  expect(toIndexWords(['bir iki', 'iki üç'])).toEqual(['bir', 'iki', 'uc'])
  const many = Array.from({ length: 200_000 }, (_, index) => `word${index}`).join(' ')
  const bytes = toIndexWords([many]).reduce((sum, word) => sum + word.length, 0)
  expect(bytes).toBeGreaterThan(100_000)
  expect(bytes).toBeLessThan(700_000)
})

test('a query holds letters and digits only, whatever is typed', () => {
  expect(toSearchQuery("'; drop table x; --")).toBe("'drop':* & 'table':* & 'x':*")
  expect(toSearchQuery('toplantı yarın')).toBe("'toplanti':* & 'yarin':*")
  expect(toSearchQuery(' & | ! ')).toBeNull()
})
