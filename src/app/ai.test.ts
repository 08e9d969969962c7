import { expect, test } from 'vitest'
import { seedLastResort } from '../models/seed.ts'
import { createPolicy } from './ai.ts'

const lastResort = (models: readonly string[] | undefined): readonly string[] =>
  createPolicy({ models: { lastResort: models } }).routing.lastResort

test('the last resort is the catalog’s unless a setting names others, or nobody', () => {
  expect(lastResort(undefined)).toEqual(seedLastResort)
  expect(seedLastResort.length).toBeGreaterThan(0)
  expect(lastResort(['groq/some-model'])).toEqual(['groq/some-model'])
  expect(lastResort([])).toEqual([])
})
