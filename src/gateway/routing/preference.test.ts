import { expect, test } from 'vitest'
import { row } from '../testing/scripted-caller.ts'
import type { ModelRow } from '../types/models.ts'
import { byPreference, standings, toExplore, wilsonUpperBound, type ModelHealth } from './preference.ts'

const price = (usd: number) => ({ prices: { inputPerMillion: usd, outputPerMillion: usd } })
const [veteran, newcomer, failing, idle] = [
  row('alpha/veteran', price(4)),
  row('beta/newcomer', price(4)),
  row('gamma/failing', price(1)),
  row('delta/idle', price(8)),
]
const measured = (requests: number, failures: number, averageMs: number): ModelHealth => ({
  requests,
  errorRate: requests === 0 ? 0 : failures / requests,
  averageMs,
})
const health = new Map<ModelRow, ModelHealth>([
  [veteran, measured(2_000, 10, 2_000)],
  [newcomer, measured(6, 0, 1_500)],
  [failing, measured(200, 60, 300)],
  [idle, { requests: 0, errorRate: 0, averageMs: null }],
])
const healthOf = (one: ModelRow): ModelHealth => health.get(one) ?? measured(0, 0, 0)
const all = [idle, failing, newcomer, veteran]
const keys = (rows: readonly ModelRow[]): string[] => rows.map(({ key }) => key)

test('six good answers do not pass two thousand; neither for errors nor for time', () => {
  expect(keys(byPreference(all, 'best', healthOf))).toEqual(['veteran', 'newcomer', 'failing', 'idle'])
  expect(keys(byPreference(all, 'fastest', healthOf))).toEqual(['veteran', 'newcomer', 'idle', 'failing'])
})

test('with enough requests the newcomer does pass', () => {
  const later = (one: ModelRow): ModelHealth => (one === newcomer ? measured(3_000, 3, 1_500) : healthOf(one))
  expect(keys(byPreference(all, 'best', later))[0]).toBe('newcomer')
  expect(keys(byPreference(all, 'fastest', later))[0]).toBe('newcomer')
})

test('the cheapest that does not fail', () => {
  expect(keys(byPreference(all, 'cheapest', healthOf))).toEqual(['newcomer', 'veteran', 'idle', 'failing'])
})

test('while nobody has called any model, the more capable one is asked', () => {
  const unknown = (): ModelHealth => ({ requests: 0, errorRate: 0, averageMs: null })
  expect(keys(byPreference(all, 'best', unknown))[0]).toBe('idle')
})

test('each says why it stands where it stands', () => {
  const told = standings(all, 'best', healthOf).map(({ explanation }) => explanation)
  expect(told[0]).toBe('0.5 % errors in 2000 requests, at worst 0.8 %')
  expect(told.at(-1)).toBe('not measured yet')
  expect(standings(all, 'fastest', healthOf)[0]?.explanation).toBe('2000 ms on average over 2000 requests')
  expect(standings(all, 'cheapest', healthOf).at(-1)?.explanation).toContain('passed over while it fails')
})

test('the upper end of a share (Wilson, one-sided 95 %)', () => {
  expect(wilsonUpperBound(0, 0)).toBe(1)
  expect(wilsonUpperBound(0, 20)).toBeCloseTo(0.119, 3)
  expect(wilsonUpperBound(5, 100)).toBeCloseTo(0.0991, 3)
})

test('two requests in a hundred try what is little known, is not failing and costs little more', () => {
  const ordered = standings(all, 'best', healthOf)
  expect(toExplore(ordered, 'best', 0.02)).toBeUndefined()
  expect(toExplore(ordered, 'best', 0.019)?.row).toBe(newcomer)
  expect(toExplore(ordered, 'best', 0)?.row).toBe(newcomer)
  expect(toExplore(ordered, 'cheapest', 0)).toBeUndefined()
  expect(toExplore([], 'best', 0)).toBeUndefined()
})
