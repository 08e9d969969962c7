import { expect, test } from 'vitest'
import type { WhisperSettings } from './model-settings.ts'
import { chooseToken, logSum, seededRandom } from './token-rules.ts'

// A tiny vocabulary: 0–9 text, 10 end of text, 11–19 special, 20… timestamps of 20 ms.
const settings = {
  endOfText: 10,
  firstTimestamp: 20,
  suppressed: [3],
  suppressedAtStart: [10],
} as unknown as WhisperSettings
const VOCABULARY = 120
const choose = (values: Record<number, number>, said: number[], timestamps: boolean, temperature = 0) => {
  const logits = new Float32Array(VOCABULARY).fill(-20)
  for (const [token, value] of Object.entries(values)) logits[Number(token)] = value
  return chooseToken(logits, said, { settings, timestamps, temperature }, seededRandom(7))
}

test('suppressed, special and timestamp tokens are never said in plain text', () => {
  expect(choose({ 3: 9, 15: 8, 30: 7, 5: 1 }, [1], false).token).toBe(5)
})

test('text does not end before it began', () => {
  expect(choose({ 10: 9, 4: 1 }, [], false).token).toBe(4)
  expect(choose({ 10: 9, 4: 1 }, [4], false).token).toBe(10)
})

test('the first timestamp is at most one second', () => {
  expect(choose({ 5: 9, 80: 8, 60: 3 }, [], true).token).toBe(60)
})

test('timestamps come in pairs and never go back', () => {
  expect(choose({ 5: 9, 41: 1 }, [20, 4, 40], true).token).toBe(41)
  expect(choose({ 35: 9, 40: 8 }, [20, 4, 40], true).token).toBe(40)
  expect(choose({ 50: 9, 6: 1 }, [20, 4, 40, 40], true).token).toBe(6)
  expect(choose({ 30: 9, 10: 5, 6: 1 }, [20, 4, 40, 40, 6], true).token).toBe(10)
})

test('many likely timestamps beat one likelier word', () => {
  const values = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [45 + index, 2]))
  expect(choose({ ...values, 6: 4 }, [20, 4], true).token).toBeGreaterThanOrEqual(45)
})

test('probabilities are told, and sampling repeats itself', () => {
  expect(choose({ 5: 2, 6: 2 }, [1], false).logProbability).toBeCloseTo(Math.log(0.5), 4)
  const values = Object.fromEntries(Array.from({ length: 10 }, (_, token) => [token, token / 10]))
  expect(choose(values, [1], false, 1)).toEqual(choose(values, [1], false, 1))
  expect(logSum(Float32Array.of(1, 1), 0, 2)).toBeCloseTo(1 + Math.log(2))
})
