import { expect, test } from 'vitest'
import { errorRateBounds, errorRateState } from '../../http/contract/error-rate.ts'
import { RULE_KINDS } from '../alerts/kinds.ts'
import { NOTHING, toFigures } from './figures.ts'
import { createModelsHealth, overallStatus, statusOf } from './models-health.ts'
import type { RollupQuestion } from './usage.store.ts'

const figures = (answered: number, failed: number) =>
  toFigures({ ...NOTHING, attempts: answered + failed, answered, failed, provider_failed: failed })
const status = (answered: number, failed: number) => statusOf(figures(answered, failed), errorRateState)

test('a provider with 9.8 % errors does not simply work', () => {
  expect(status(902, 98)).toBe('degraded')
})

test('words follow the bounds; a bound itself is still the better state', () => {
  expect(status(1_000, 0)).toBe('ok')
  expect(status(950, 50)).toBe('ok')
  expect(status(949, 51)).toBe('degraded')
  expect(status(900, 100)).toBe('degraded')
  expect(status(899, 101)).toBe('failing')
  expect(status(500, 500)).toBe('failing')
  expect(status(499, 501)).toBe('down')
  expect(statusOf(null, errorRateState)).toBe('idle')
})

test('fewer than five calls show that something failed, not how bad it is', () => {
  expect(status(3, 0)).toBe('ok')
  expect(status(3, 1)).toBe('degraded')
  expect(status(0, 4)).toBe('degraded')
  expect(status(0, 5)).toBe('down')
})

test('the whole is as well as its providers; those that nobody asked say nothing', () => {
  expect(overallStatus(['ok', 'idle', 'not-set-up'])).toBe('ok')
  expect(overallStatus(['idle', 'not-set-up'])).toBe('idle')
  expect(overallStatus(['ok', 'down'])).toBe('degraded')
  expect(overallStatus(['failing', 'degraded'])).toBe('degraded')
  expect(overallStatus(['failing', 'down'])).toBe('failing')
  expect(overallStatus(['down', 'down'])).toBe('down')
})

test('models that were asked by a check do not make their provider look down', async () => {
  const sums = { ...NOTHING, start: null, provider: 'alpha', operation: '' }
  const group = (model: string, answered: number, failed: number) => ({
    ...sums,
    model,
    attempts: answered + failed,
    answered,
    failed,
    provider_failed: failed,
  })
  const health = createModelsHealth({
    store: {
      measure: ({ by, filter }: RollupQuestion) => {
        const isProbe = filter.operation === 'probe'
        if (!by.includes('model')) return Promise.resolve([isProbe ? group('', 12, 40) : group('', 32, 41)])
        const asked = [group('unseen', 0, 40), group('used', 12, 0)]
        return Promise.resolve(isProbe ? asked : [group('unseen', 0, 40), group('used', 32, 1)])
      },
    },
    errors: { reasonsByModel: () => Promise.resolve([]) },
    recorder: () => Promise.resolve({ recorded: 0, waiting: 0, dropped: 0 } as never),
    rows: () => [],
    unavailableReason: () => null,
    providers: [{ id: 'alpha', displayName: 'Alpha' }],
    notSetUp: () => null,
    judge: errorRateState,
    clock: { now: () => Date.parse('2026-11-22T10:30:00Z'), sleep: () => Promise.resolve() },
  })
  const told = await health()
  expect(told).toMatchObject({
    status: 'ok',
    providers: [{ provider: 'alpha', status: 'ok', requests: 21 }],
    failedModels: [{ model: 'used', failed: 1, status: 'ok' }],
  })
})

test('an alert begins where a model is called failing, and it is switched off where it is called down', () => {
  expect(RULE_KINDS['model-error-rate'].threshold).toBe(errorRateBounds.failing)
  expect(RULE_KINDS['model-auto-disabled'].threshold).toBe(errorRateBounds.down)
})
