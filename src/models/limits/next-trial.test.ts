import { expect, test } from 'vitest'
import type { FieldSource } from '../sync/catalog-row.ts'
import { nextTrial } from './next-trial.ts'

const NOW = Date.parse('2026-11-22T04:00:00Z')
const learned = (contextLength: number, more: Partial<FieldSource> = {}) => ({
  contextLength,
  sources: { contextLength: { kind: 'learned' as const, from: 'refusals', at: '2026-11-21', ...more } },
})

test('the gap between what was answered and what was refused is halved, once a day', () => {
  const bounds = { answered: 15_000, refused: 30_000 }
  expect(nextTrial(learned(15_000, { bounds }), NOW)).toBe(22_500)
  expect(nextTrial(learned(15_000, { bounds, at: '2026-11-22' }), NOW)).toBeNull()
  expect(nextTrial(learned(15_000, { bounds, at: '2026-11-01', triedAt: '2026-11-22' }), NOW)).toBeNull()
})

test('a near gap is settled: once a month a quarter more is tried', () => {
  const bounds = { answered: 16_000, refused: 20_000 }
  expect(nextTrial(learned(16_000, { bounds }), NOW)).toBeNull()
  expect(nextTrial(learned(16_000, { bounds, at: '2026-10-20' }), NOW)).toBe(20_000)
})

test('so is a limit that the provider named', () => {
  expect(nextTrial(learned(8_192), NOW)).toBeNull()
  expect(nextTrial(learned(8_192, { at: '2026-10-20' }), NOW)).toBe(10_240)
})

test('when the larger request was answered and nothing is known above it, the double is tried', () => {
  expect(nextTrial(learned(10_240, { bounds: { answered: 10_240, refused: null } }), NOW)).toBe(20_480)
})

test('never above what stood there before, and nothing that was not learned', () => {
  const before = { value: 20_000, source: null }
  expect(nextTrial(learned(15_000, { bounds: { answered: 15_000, refused: 40_000 }, before }), NOW)).toBe(20_000)
  expect(nextTrial(learned(20_000, { bounds: { answered: 20_000, refused: 40_000 }, before }), NOW)).toBeNull()
  expect(nextTrial({ contextLength: 8_192, sources: {} }, NOW)).toBeNull()
  const byList = { kind: 'list' as const, from: 'list of groq', at: '2020-01-01' }
  expect(nextTrial({ contextLength: 8_192, sources: { contextLength: byList } }, NOW)).toBeNull()
})
