import { describe, expect, test } from 'vitest'
import {
  evidenceOfErrorsWithin,
  evidenceOfHigherMean,
  evidenceOfMeanWithin,
  evidenceOfMoreErrors,
  logGamma,
} from './evidence.ts'

const ENOUGH = Math.log(1 / 0.002)

test('the logarithm of the gamma function', () => {
  expect(logGamma(1)).toBeCloseTo(0, 12)
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 12)
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12)
  // Stirling's series
  expect(logGamma(10_000)).toBeCloseTo(82_099.7174964424, 6)
})

describe('more errors', () => {
  test('a handful of failures is proof where the control never fails', () => {
    const control = { requests: 2_000, failures: 10 }
    expect(evidenceOfMoreErrors(control, { requests: 20, failures: 8 })).toBeGreaterThan(ENOUGH)
    expect(evidenceOfMoreErrors(control, { requests: 20, failures: 1 })).toBeLessThan(ENOUGH)
  })
  test('as many failures, or fewer, are no proof at any size', () => {
    for (const size of [10, 1_000, 100_000]) {
      const control = { requests: size, failures: size / 10 }
      expect(evidenceOfMoreErrors(control, control)).toBeLessThan(0)
      expect(evidenceOfMoreErrors(control, { requests: size, failures: 0 })).toBeLessThan(ENOUGH)
    }
  })
  test('nothing measured says nothing', () => {
    const nothing = { requests: 0, failures: 0 }
    expect(evidenceOfMoreErrors(nothing, nothing)).toBeCloseTo(0, 6)
    expect(evidenceOfErrorsWithin(nothing, nothing, 0.02)).toBeLessThanOrEqual(0.001)
  })
})

describe('errors within the tolerance', () => {
  test('shown by enough requests without failures, not by few', () => {
    const control = { requests: 5_000, failures: 25 }
    expect(evidenceOfErrorsWithin(control, { requests: 40, failures: 0 }, 0.02)).toBeLessThan(Math.log(20))
    expect(evidenceOfErrorsWithin(control, { requests: 900, failures: 4 }, 0.02)).toBeGreaterThan(Math.log(20))
  })
  test('never shown for a rate that is beyond it', () => {
    const control = { requests: 5_000, failures: 25 }
    expect(evidenceOfErrorsWithin(control, { requests: 5_000, failures: 200 }, 0.02)).toBeLessThan(0)
  })
  test('a control that fails almost always is no division by zero', () => {
    const broken = { requests: 100, failures: 100 }
    expect(Number.isFinite(evidenceOfMoreErrors(broken, broken))).toBe(true)
    expect(Number.isFinite(evidenceOfErrorsWithin(broken, broken, 0.02))).toBe(true)
  })
})

describe('means', () => {
  const at = (mean: number, count = 500) => ({ count, mean, variance: 0.36 })
  test('a time that is half as long again is proof of higher, and never of within', () => {
    expect(evidenceOfHigherMean(at(7), at(7 + Math.log(1.5)))).toBeGreaterThan(ENOUGH)
    expect(evidenceOfMeanWithin(at(7), at(7 + Math.log(1.5)), Math.log(1.25))).toBeLessThan(0)
  })
  test('the same time is proof of within, and never of higher', () => {
    expect(evidenceOfHigherMean(at(7), at(7))).toBeLessThan(0)
    expect(evidenceOfMeanWithin(at(7), at(7), Math.log(1.25))).toBeGreaterThan(ENOUGH)
  })
  test('too few measured times say nothing', () => {
    expect(evidenceOfHigherMean(at(7), at(9, 12))).toBeNull()
  })
})
