import { expect, test } from 'vitest'
import type { CreditEstimate } from '../../src/http/contract/credits.ts'
import { toRefusal } from './use-refusal.ts'

const estimate = (credits: number, more: Partial<CreditEstimate> = {}): CreditEstimate => ({
  enabled: true,
  items: [],
  credits,
  costMicrocents: null,
  seconds: null,
  available: 10,
  budgetLeft: null,
  refusal: null,
  budgetAfter: 'none',
  ...more,
})

test('what fits alone may be too much together', () => {
  expect(toRefusal([estimate(6)])).toBeNull()
  expect(toRefusal([estimate(6), estimate(6)])).toEqual({ code: 'insufficient-credits', needed: 12, left: 10 })
  expect(toRefusal([estimate(3, { budgetLeft: 5 }), estimate(3, { budgetLeft: 5 })])).toEqual({
    code: 'budget-exceeded',
    needed: 6,
    left: 5,
  })
})

test('nothing speaks against what is free, not counted, or not known yet', () => {
  expect(toRefusal([])).toBeNull()
  expect(toRefusal([estimate(0, { available: 0, budgetLeft: 0 })])).toBeNull()
  expect(toRefusal([estimate(6, { enabled: false, available: 0 })])).toBeNull()
})
