import { expect, test } from 'vitest'
import { AppError } from '../../errors.ts'
import { stepsOf, toDailyPeriod, toHourlyPeriod, toPeriod } from './period.ts'
import { levelFor } from './usage.store.ts'

const NOW = Date.parse('2026-11-22T10:32:15.500Z')
const ends = ({ fromMs, toMs, grain }: { fromMs: number; toMs: number; grain: string }): string =>
  `${new Date(fromMs).toISOString()} ${new Date(toMs).toISOString()} ${grain}`

test('both ends move outwards to whole steps', () => {
  expect(ends(toPeriod({ period: '1h' }, NOW))).toBe('2026-11-22T09:32:00.000Z 2026-11-22T10:33:00.000Z minute')
  expect(ends(toPeriod({ period: '24h' }, NOW))).toBe('2026-11-21T10:00:00.000Z 2026-11-22T11:00:00.000Z hour')
  expect(ends(toPeriod({ period: '7d' }, NOW))).toBe('2026-11-15T00:00:00.000Z 2026-11-23T00:00:00.000Z day')
  expect(ends(toPeriod({ period: '7d' }, NOW, 'hour'))).toContain('2026-11-15T10:00:00.000Z')
  expect(ends(toHourlyPeriod({ period: '1h' }, NOW))).toBe('2026-11-22T09:00:00.000Z 2026-11-22T11:00:00.000Z hour')
  expect(ends(toDailyPeriod({ period: '1h' }, NOW))).toBe('2026-11-22T00:00:00.000Z 2026-11-23T00:00:00.000Z day')
})

test('dates win over the name of a period, and every step is there', () => {
  const period = toPeriod({ period: '90d', from: '2026-11-20T01:10:00Z', to: '2026-11-20T03:50:00Z' }, NOW)
  expect(stepsOf(period).map((ms) => new Date(ms).toISOString().slice(11, 13))).toEqual(['01', '02', '03'])
})

test.each([{ from: '2026-11-20T00:00:00Z', to: '2026-11-19T00:00:00Z' }, { from: '1999-01-01T00:00:00Z' }])(
  'a period that is none is refused: %j',
  (dates) => {
    expect(() => toPeriod({ period: '24h', ...dates }, NOW)).toThrow(AppError)
  },
)

test('steps that are too fine for the period are refused', () => {
  expect(() => toPeriod({ period: '90d' }, NOW, 'minute')).toThrow('longer steps')
})

test('the coarsest rollup that knows what is asked about', () => {
  expect(levelFor([], {})).toBe('all')
  expect(levelFor(['provider'], {})).toBe('provider')
  expect(levelFor([], { provider: 'a' })).toBe('provider')
  expect(levelFor(['provider', 'model'], {})).toBe('model')
  expect(levelFor([], { provider: 'a', model: 'b' })).toBe('model')
  expect(levelFor(['operation'], {})).toBe('operation')
  expect(levelFor(['operation'], { provider: 'a' })).toBe('each')
  expect(levelFor(['provider', 'model'], { operation: 'chat' })).toBe('each')
})
