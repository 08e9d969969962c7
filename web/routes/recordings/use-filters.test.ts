import { expect, test } from 'vitest'
import { isFiltered, toQuery, type ListFilters } from './use-filters.ts'

const none: ListFilters = { search: '', status: null, language: null, period: null, sort: 'newest' }
const now = new Date(2026, 4, 20, 15, 30)

test('without filters only the order is asked for', () => {
  expect(toQuery(none, now)).toEqual({ sort: 'newest' })
  expect(isFiltered(none)).toBe(false)
})

test('a period begins at midnight of its first day', () => {
  expect(toQuery({ ...none, period: 'today' }, now).from).toBe(new Date(2026, 4, 20).toISOString())
  expect(toQuery({ ...none, period: 'week' }, now).from).toBe(new Date(2026, 4, 13).toISOString())
})

test('blank search is no filter', () => {
  expect(isFiltered({ ...none, search: '  ' })).toBe(false)
  expect(toQuery({ ...none, search: ' budget ', status: 'failed', language: 'tr' }, now)).toEqual({
    sort: 'newest',
    search: 'budget',
    status: 'failed',
    language: 'tr',
  })
})
