import { expect, test } from 'vitest'
import type { StoredPiece } from '../store/pieces.store.ts'
import { toWarnings } from './recognition-report.ts'

const piece = (index: number, hard: boolean): StoredPiece => {
  const [startSecond, endSecond] = [index * 10, (index + 1) * 10]
  const notes = hard ? [{ kind: 'low-confidence' as const, message: '', startSecond, endSecond }] : []
  const segments = [{ text: 'Words.', startSecond, endSecond, speaker: null, words: [] }]
  const result = { language: 'th', languageProbability: 0.9, segments, notes }
  return { index, startSecond, endSecond, windows: [], result, recognitionCount: 1 }
}
const codes = (probability: number | null, hard: readonly boolean[]): string[] =>
  toWarnings(
    hard.map((each, index) => piece(index, each)),
    { language: 'th', probability },
    { gaps: [], noSpeechFound: false },
  ).map(({ code }) => code)

test.each([
  { name: 'a guess', probability: 0.4, hard: [false], unsure: true },
  { name: 'another language nearly as likely', probability: 0.55, hard: [false], unsure: true },
  { name: 'likely, but most of the text makes no sense', probability: 0.87, hard: [true, true, false], unsure: true },
  { name: 'likely, with one hard part of many', probability: 0.87, hard: [true, false, false, false], unsure: false },
  { name: 'sure, though hard to understand', probability: 0.97, hard: [true], unsure: false },
  { name: 'chosen, or not told by the engine', probability: null, hard: [true], unsure: false },
])('the language is doubted: $name', ({ probability, hard, unsure }) => {
  expect(codes(probability, hard).includes('language-unsure')).toBe(unsure)
})
