import { expect, test } from 'vitest'
import { toTimedWords } from './timed-words.ts'

const piece = (text: string, startSecond: number, endSecond: number, speaker: string | null = null) => ({
  text,
  startSecond,
  endSecond,
  speaker,
})
const pieces = [piece('Bir iki üç.', 0, 2), piece('Dört beş altı.', 2, 4), piece('Yedi sekiz.', 10, 12)]
const spans = (edited: string | null) =>
  toTimedWords(pieces, edited).map(({ text, startSecond, endSecond }) => [text, startSecond, endSecond] as const)

test('the words of a piece share its time', () => {
  const words = spans(null)
  expect(words.map(([text]) => text).join(' ')).toBe('Bir iki üç. Dört beş altı. Yedi sekiz.')
  expect(words.find(([text]) => text === 'Dört')?.[1]).toBe(2)
  expect(words.at(-1)?.[2]).toBe(12)
})

test('after an edit a paragraph keeps its time, whatever its words are', () => {
  const words = spans('Bir, iki, üç, dört, beş ve altı denildi.\n\nSonra yedi.')
  expect(words.filter(([, start]) => start < 4).map(([text]) => text)).toHaveLength(8)
  expect(words.find(([text]) => text === 'Sonra')?.[1]).toBe(10)
})

test('no word is lost when paragraphs were joined, and times never run backwards', () => {
  const words = spans('Hepsi tek bir paragraf oldu ve çok daha uzun yazıldı.')
  expect(words).toHaveLength(10)
  for (const [index, [, start]] of words.entries()) expect(start).toBeGreaterThanOrEqual(words[index - 1]?.[1] ?? 0)
})

test('scripts without blanks are divided so that captions have lines', () => {
  const words = toTimedWords([piece('会议在上午十点开始，所有人都到了，然后大家讨论了明年的预算。', 0, 6)], null)
  expect(words.length).toBeGreaterThan(2)
  expect(words.map(({ text }) => text).join('')).toBe('会议在上午十点开始，所有人都到了，然后大家讨论了明年的预算。')
})
