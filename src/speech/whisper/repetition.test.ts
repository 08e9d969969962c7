import { expect, test } from 'vitest'
import { cutRepetitions, endlessLoop } from './repetition.ts'

const cut = (text: string): string => cutRepetitions(text.split(' '), (word) => word.toLowerCase()).kept.join(' ')

test.each([
  ['a phrase said beyond reason', `thank you. `.repeat(30).trim(), 'thank you. thank you.'],
  ['a word said beyond reason', `so ${'no '.repeat(20)}end`, 'so no no end'],
  [
    'a loop in the middle',
    `we begin ${'and then we go '.repeat(9)}home`,
    'we begin and then we go and then we go home',
  ],
])('%s is cut', (_, text, wanted) => {
  expect(cut(text)).toBe(wanted)
})

test.each([
  ['no no no no no'],
  ['press one for sales press two for support press three for help press four for more'],
  ['row row row your boat gently down the stream row row row your boat'],
])('honest repetition stays: %s', (text) => {
  expect(cut(text)).toBe(text)
})

test('a loop of tokens is noticed, lists are not', () => {
  const loop = Array.from({ length: 60 }, (_, index) => [11, 12, 13][index % 3] as number)
  expect(endlessLoop([1, 2, 3, ...loop])).toBe(true)
  expect(endlessLoop(Array.from({ length: 60 }, (_, index) => index % 25))).toBe(false)
  expect(endlessLoop(loop.slice(0, 12))).toBe(false)
})
