import { expect, test } from 'vitest'
import { markOf, statusOf, type ModelRow } from './model-row.ts'
import { matchesFilters, noFilters } from './use-model-filters.ts'

const row = (given: Partial<ModelRow> = {}): ModelRow =>
  ({
    provider: 'house',
    key: 'writer',
    ref: 'house/writer',
    displayName: 'İyi Yazar',
    operations: ['chat'],
    inputModalities: ['text'],
    capabilities: ['tools'],
    aliases: ['old-writer'],
    active: true,
    proposal: null,
    removalCause: null,
    availability: 'available',
    errorRate: null,
    ...given,
  }) as ModelRow

test('a row is marked for what its provider does not serve, then for errors above 5 %', () => {
  expect(markOf(row())).toBeNull()
  expect(markOf(row({ errorRate: 0.05 }))).toBeNull()
  expect(markOf(row({ errorRate: 0.051 }))).toBe('errors')
  expect(markOf(row({ errorRate: 0.9, availability: 'not-found' }))).toBe('unavailable')
})

test('a row that is off is proposed, unconfirmed or plainly off', () => {
  expect(statusOf(row())).toBe('active')
  expect(statusOf(row({ active: false, proposal: 'listed again' }))).toBe('proposed')
  expect(statusOf(row({ active: false, removalCause: 'unconfirmed' }))).toBe('unconfirmed')
  expect(statusOf(row({ active: false }))).toBe('inactive')
})

test('filters look at names, old names and capabilities, whatever the letter case', () => {
  const found = (filters: Partial<typeof noFilters>): boolean => matchesFilters(row(), { ...noFilters, ...filters })
  expect(found({ search: 'OLD-writer' })).toBe(true)
  expect(found({ search: 'iyi yazar' })).toBe(true)
  expect(found({ search: 'nobody' })).toBe(false)
  expect(found({ capability: 'tools', provider: 'house', status: 'active' })).toBe(true)
  expect(found({ capability: 'vision' })).toBe(false)
  expect(found({ mark: 'errors' })).toBe(false)
})
