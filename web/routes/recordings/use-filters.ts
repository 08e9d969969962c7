/** Filters of the list live in the address, so that they survive a reload and can be linked to. */
import { useSearchParams } from 'react-router'
import { transcriptionStatuses } from '../../../src/http/contract/transcriptions.ts'
import type { Filters } from '../../queries.ts'

export const periods = ['today', 'week', 'month', 'year'] as const
export const sorts = ['newest', 'oldest', 'longest', 'title'] as const

export interface ListFilters {
  search: string
  status: (typeof transcriptionStatuses)[number] | null
  language: string | null
  period: (typeof periods)[number] | null
  sort: (typeof sorts)[number]
}

const oneOf = <T extends string>(values: readonly T[], value: string | null): T | null =>
  values.find((candidate) => candidate === value) ?? null

export const isFiltered = (filters: ListFilters): boolean =>
  filters.search.trim() !== '' || filters.status !== null || filters.language !== null || filters.period !== null

const daysOf: Record<(typeof periods)[number], number> = { today: 0, week: 7, month: 30, year: 365 }

/** What the server is asked; a period begins at midnight where the reader is. */
export const toQuery = (filters: ListFilters, now: Date): Filters => {
  const query: Filters = { sort: filters.sort }
  if (filters.search.trim() !== '') query.search = filters.search.trim()
  if (filters.status !== null) query.status = filters.status
  if (filters.language !== null) query.language = filters.language
  if (filters.period !== null) {
    const from = new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysOf[filters.period])
    query.from = from.toISOString()
  }
  return query
}

export const useFilters = (): [ListFilters, (change: Partial<ListFilters> | null) => void] => {
  const [params, setParams] = useSearchParams()
  const filters: ListFilters = {
    search: params.get('search') ?? '',
    status: oneOf(transcriptionStatuses, params.get('status')),
    language: params.get('language'),
    period: oneOf(periods, params.get('period')),
    sort: oneOf(sorts, params.get('sort')) ?? 'newest',
  }
  const change = (fields: Partial<ListFilters> | null): void => {
    const next = new URLSearchParams()
    if (fields !== null) {
      for (const [name, value] of Object.entries({ ...filters, ...fields })) {
        if (value !== null && value !== '' && value !== 'newest') next.set(name, value)
      }
    }
    setParams(next, { replace: true })
  }
  return [filters, change]
}
